"""Writes the font files of e2e/image/__fixtures__ with fontTools 4.68: a variable font and a collection of two fonts.

usage: python font_files.py ../image/__fixtures__      (pip install fonttools)
The outlines are squares of our own, so that the files may be passed on.
"""
import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection
from fontTools.ttLib.tables.TupleVariation import TupleVariation

CHARACTERS = {0x20: "space", 0x61: "a", 0x1780: "ka", 0x1781: "kho"}
FIXED = 2_082_844_800 + 1_700_000_000  # seconds since 1904: the same bytes on every run


def square(width):
    pen = TTGlyphPen(None)
    for i, point in enumerate([(50, 0), (50, 700), (width, 700), (width, 0)]):
        (pen.lineTo if i else pen.moveTo)(point)
    pen.closePath()
    return pen.glyph()


def build(family, isVariable):
    order = [".notdef", *CHARACTERS.values()]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(CHARACTERS)
    font.setupGlyf({name: TTGlyphPen(None).glyph() if name == "space" else square(400 + 20 * i) for i, name in enumerate(order)})
    font.setupHorizontalMetrics({name: (600, 50) for name in order})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    font.updateHead(created=FIXED, modified=FIXED)
    font.font.recalcTimestamp = False
    if isVariable:
        font.setupFvar([("wght", 100, 400, 900, "Weight")], [])
        # At the heaviest the right edge of each letter lies 150 units further out; four phantom points follow.
        wider = [(0, 0), (0, 0), (150, 0), (150, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
        font.setupGvar({name: [TupleVariation({"wght": (0, 1, 1)}, wider)] for name in order if name not in ("space",)})
    return font.font


if __name__ == "__main__":
    target = Path(sys.argv[1])
    build("Larder Squares Variable", True).save(target / "variable.ttf")
    collection = TTCollection()
    collection.fonts = [build("Larder Squares One", False), build("Larder Squares Two", False)]
    collection.save(str(target / "collection.ttc"))
