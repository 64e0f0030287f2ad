"""Writes the answers of the Python readers that Larder's text formats are tested against.

    python text_formats.py <project folder>

Pinned: PyYAML 6.0.2, pandas 2.2.3, numpy 1.26.4, python-dotenv 1.2.4, CPython 3.11. Seeded: the same
versions write the same bytes. LARDER_CASES multiplies the number of random cases, for a longer run
whose output is not kept.
"""

import datetime
import io
import json
import os
import random
import sys
import warnings
from pathlib import Path

import dotenv
import pandas
import yaml

FACTOR = float(os.environ.get("LARDER_CASES", "1"))


def many(count):
    return range(int(count * FACTOR))


def typed(value):
    """A value as JSON that keeps int, float, str and the rest apart."""
    if value is None:
        return {"kind": "null"}
    if isinstance(value, bool):
        return {"kind": "bool", "value": value}
    if isinstance(value, int):
        return {"kind": "int", "value": str(value)}
    if isinstance(value, float):
        return {"kind": "float", "value": repr(value)}
    if isinstance(value, str):
        return {"kind": "str", "value": value}
    if isinstance(value, list):
        return {"kind": "sequence", "items": [typed(item) for item in value]}
    if isinstance(value, dict):
        return {"kind": "mapping", "entries": [[typed(k), typed(v)] for k, v in value.items()]}
    return {"kind": "timestamp" if isinstance(value, datetime.date) else "other"}


def yaml_scalars(rng):
    """Plain scalars through PyYAML's own resolver and constructor."""
    alphabets = ["0123456789_.:+-eE", "01_bx:+-", "0123456789abcdefx_-+", "yYeEsSnNoOtTrRuUfFaAlL~", "0123456789-:TtZ .+", ".infINaA+-_"]
    fixed = ["", "~", "=", "<", "1e3", "1.0e3", "1.0e+3", "-.5", ".5", "+.5", "017", "018", "0b", "0b_", "0x", "0x_", "0_", "1:30", "1:60",
             "190:20:30.15", "-1:30", "+1_000", "1_000.5_0", "-0", "-0.0", "0.", "00", "08", "1__0", "_1", "1_", "0o17", ".inf", "-.INF",
             "+.Inf", ".nan", "-.nan", "yes", "YES", "yEs", "on", "oFF", "y", "n", "null", "NULL", "nULL", "2001-01-01", "2001-1-1",
             "2001-01-01 1:02:03", "2001-01-01T01:02:03.5Z", "2001-01-01 01:02:03 +1:30", "1." + "3" * 30, "9" * 30, "1:2:3:4", "1.5:3",
             "0:30", "0:0.5", "01:30", "1:30._", "1_.5", "._5", "1e400", "1.0e+400", "-1.0e-400", "4.9e-324", "0x-1", "--1", "+-1", "1 2"]
    texts = fixed + ["".join(rng.choice(a) for _ in range(rng.randint(1, 9))) for a in alphabets for _ in many(350)]
    loader = yaml.SafeLoader("")
    cases = []
    for text in dict.fromkeys(texts):
        tag = loader.resolve(yaml.ScalarNode, text, (True, False))
        try:
            cases.append([text, typed(loader.construct_object(yaml.ScalarNode(tag, text)))])
        except (ValueError, IndexError, OverflowError, yaml.YAMLError):
            # A date that does not exist is an error in PyYAML; here its text is kept.
            cases.append([text, {"kind": "timestamp"} if tag.endswith("timestamp") else {"kind": "error"}])
    return cases


DOCUMENTS = [
    "a: 1\nb: [1.0, 'x', \"y\", yes, ~]\nc: {d: e, f: }\n", "- 1\n- - 2\n  - 3\n-\n  a: b\n", "a: &x {q: 1, r: 2}\nb:\n  <<: *x\n  r: 3\nc: *x\n",
    "a: &a {k: 1}\nb: &b {k: 2, l: 3}\nc: {<<: [*a, *b], m: 4}\nd: {m: 4, <<: *b}\n", "a: 1\na: 2\nb: 3\na: 4\n", "1: a\n1.0: b\ntrue: c\n",
    "a: |\n  12\n  13\nb: >-\n  x\n  y\n\n  z\n", "a: !!str 12\nb: !!int '12'\nc: !!float 3\nd: !!null x\ne: !!bool 'yes'\nf: ! 12\ng: ! '12'\n",
    "a: !foo 1\n", "a: !!python/name:os.system 1\n", "a: !!set {x, y}\n", "a: =\n", "a:\n\tb: 1\n", "a: b: c\n", "a\nb: c\n", "a: [1, 2\nb: 3\n",
    "a: \"unterminated\n", "a: 'x' y\n", "a: 1\n--- \nb: 2\n", "a: 1\n...\n", "---\na: 1\n", "", "# nothing\n", "just text\n", "a: *nope\n",
    "a: &x [*x]\n", "a: [\n  1,\n  2\n]\nb:\n  c: [\n    1\n  ]\n", "[a, b]: c\n", "? a\n: b\n", "{a: 1, b}\n", "[a: 1, b]\n", "a: \"\\x41\\u00e9\\n\\t\\\\ \\\"\\e\\0\"\n", "a: 'it''s'\n",
    "a: x # comment\nb: x#no comment\nc: '# text'\n", "a: http://x/y:z\nb: C:\\dir\n", "\ufeffa: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "a: \x07\n",
    "a: one\n  two\n  three\nb: \"one\n  two\"\n", "%YAML 1.1\n---\na: yes\n", "a: - 1\n", "a: @x\n", "a: `x\n", "a: %x\n", "a: ${HOME}/x\n",
    "a: {${HOME}: 1}\n", "a: ,x\n", "a: [x,y,]\nb: [,]\n", "a: ]\n", "a:\n- 1\n- 2\nb: 3\n", "a:\n  - 1\n - 2\n", "<<: 1\n", "a: {<<: [1]}\n",
    "'<<': 1\n", "yes: 1\nno: 2\n", "~: 1\n", "a: 0o17\nb: 0x1F\nc: -0b11\n", "a: 2001-01-01\n", "a: !!binary aGk=\n", "a: \"x\" # y\n",
    "a: 1\t\n", "a:\t1\n", "a\t: 1\n", "a: x\ty\n", "a: 'x\ty'\n", "a: 1 #\tx\n", "a: |\n  x\ty\n\tz\n", "a: |\n  x\ty\nb: [1,\t2]\n", "a: {x: \"\t\"}\n", "a: >\n  x\ty\nb: 1\n",
    "a : 1\nb :2\n", "a: |2\n    x\n   y\n", "a: >+\n x\n\n", "a: 'x\n\n  y'\n", "\"a\": 1\n'b': 2\n", "a: [\n1,\n2\n]\n", "a: [1, 2]  \n \nb: 3",
    "a: \"${X}\" \n", "a: \\n\n", "a: &x 1\nb: &x 2\nc: *x\n", "a: \"\\q\"\n", "key with spaces: v\n", "a: - b\n", "-a: 1\n", "? |\n  k\n: v\n", "a: !!map {b: 1}\n",
    "a: >\n  x\n  y", "a: |\n  x\n  # y", "a:\n  - |+\n    x", "a: |\r\n  x", "a: |\n  x\n ", "a: |\n  x\n# c", "a: |\n  x\n  ", "a: >-\n  x", "~: 1\na: 2\nnull: 3\n",
    "a: &x.y 1\nb: *x.y\n", "a: &x-y_1 1\nb: *x-y_1\n",
]


def yaml_documents(_rng):
    cases = []
    for text in DOCUMENTS:
        try:
            value = yaml.safe_load(text)
            cases.append([text, {"kind": "other"} if "&x [*x]" in text else typed(value)])
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            cases.append([text, {"kind": "error", "line": None if mark is None else mark.line + 1}])
    return cases


def python_floats(rng):
    import struct

    cases = [0.0, -0.0, 1.0, 1e15, 1e16, 9999999999999998.0, 1e-4, 1e-5, 123456789.125, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3, 1e22, 1e21]
    cases += [struct.unpack("<d", rng.randbytes(8))[0] for _ in many(1500)]
    cases += [rng.uniform(-1, 1) * 10 ** rng.randint(-8, 20) for _ in many(500)]
    return [[struct.pack("<d", value).hex(), repr(value)] for value in cases if value == value]


def python_json(rng):
    """Texts that json.loads takes or refuses, with what json.dumps makes of the value."""
    fixed = ["1", "-0", "-0.0", "01", "1.", ".5", "1e5", "1E+5", "-", "NaN", "-NaN", "Infinity", "-Infinity", "nan", '"\\u00e9\\ud834\\udd1e"', '"\\ud834"',
             '"a\tb"', '"\\x"', '"\\u12"', "[1,]", "[,]", "{}", "[]", '{"a":1,"a":2,"b":3}', '{"b":1,"a":{"d":1.0,"c":[]}}', "{'a':1}", "tru", "true1",
             "", " 1 ", "1 2", "\ufeff1", '{"\U0001d11e":1,"\uffff":2,"z":3}', '"\x7f\u2028/"', "[[[[1]]]]", "1e400", "123456789012345678901234567890", '{"1":1}', "\u00a01", '{"a" :1 , "b": [ 1 , 2 ] }', '"abc', "[1", '{"a"', '{"a":', "+1", "0x10", "1_0", '"\\/\\b\\f\\n\\r\\t\\"\\\\"', "nul", "-I", "--1", "1e", "1e+", "\x0c1"]
    alphabet = list('0123456789.eE+-[]{},:" \ntfn\\u') + ["true", "null", '"a"', "NaN"]
    texts = fixed + ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 8))) for _ in many(900)]
    cases = []
    for text in dict.fromkeys(texts):
        try:
            value = json.loads(text)
            cases.append([text, json.dumps(value), json.dumps(value, sort_keys=True, indent=4, ensure_ascii=False)])
        except ValueError:
            cases.append([text, None, None])
    return cases


def dotenv_files(rng):
    fixed = ["A=1\n", "export A=1\n", "A = 1 \n", "A='x y' # c\n", 'A="x\\ny" \n', 'A="one\ntwo"\nB=3', "A=x#y\nB=x #y\n", "A=\nB=2", "A\nB=1", "# c\nA=1",
             "A=${B}\nB=1\nC=${B}x${ZZ:-d}", "A='${HOME2}'\n", "HOME2=file\nX=${HOME2}\n", "A=1\nA=2\n", "'A B'=1\n", "A= # c\n", "A=#c\n", "=1\nB=2\n",
             "A='it\\'s'\n", 'A="q\\"q\\q"\n', "A='x\nB=2\n", 'A="x" y\nB=2\n', "\ufeffA=1\n", "A=1\r\nB=2\rC=3", "export\nB=1", "export B\n", "A=\"\\\\\"\n", "A: 1\n",
             "A=$B\n", "A=${B:-x y}\n", "A.b-c=1\n", "A=a'b'c\n", "A=\tx\t# y\n", "A\t=\t1\n", "A='x'#y\n", "A='x'y\n", "  A=1\n", "A=`x`\n", "A=x\\\nB=2\n"]
    pieces = ["A", "B", "C", "=", "=", " ", "\n", "\n", "'", '"', "#", "\\", "${A}", "${B:-d}", "x", "export ", "\t", "\\n", "\r\n", "1"]
    texts = fixed + ["".join(rng.choice(pieces) for _ in range(rng.randint(3, 14))) for _ in many(700)]
    os.environ["HOME2"] = "environment"
    for name in ("A", "B", "C", "X", "ZZ"):
        os.environ.pop(name, None)
    cases = []
    for text in dict.fromkeys(texts):
        values = dotenv.main.DotEnv(None, stream=io.StringIO(text, newline=""), override=False).dict()
        cases.append([text, {name: value for name, value in values.items() if value is not None}])
    return cases


def column(text):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = pandas.read_csv(io.BytesIO(text.encode()))["VolumeName"].tolist()
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, KeyError) as error:
        return type(error).__name__
    kinds = {str: "text", int: "number", bool: "boolean"}
    return [["missing" if value != value else kinds.get(type(value), "number"), str(value)] for value in values]


def pandas_columns(rng):
    words = ["a", "train_1_a_1.nii.gz", "007", "7", "-3", "+4", "1.5", "1e5", ".5", "2.", "NA", "", "nan", "null", "None", "none", "True", "false", "TRUE", " x ", " 7 ",
             "inf", "-Infinity", "1e400", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "0.1", "1_0", "0x1F", "#N/A",
             '"q"', '"a,b"', '"x""y"', '"l\nm"', '"p"q', 'r"s', '"NA"', '"7"', "1e", "e5", "-", "é", "123456789.123456789", "0.30000000000000004", "3.14159265358979323846"]
    pools = [words, ["1", "2", "03", "", "NA"], ["1.5", "2", "3e2", ""], ["True", "False", "true", ""], ["9223372036854775808", "1", "-1", "5"], ["x", "y", "", "  ", "\t"]]
    headers = ["VolumeName", "VolumeName,B", "A,VolumeName", "A,VolumeName,VolumeName", "volumename", "\ufeffVolumeName,B", '"VolumeName",B', " VolumeName", "A,B,C"]
    cases = []
    for _ in many(1200):
        pool, end, header = rng.choice(pools), rng.choice(["\n", "\n", "\r\n", "\r"]), rng.choice(headers[:7] if rng.random() < 0.95 else headers)
        width = max(1, header.count(",") + 1 + rng.choice([0, 0, 0, 0, 0, 0, 1, -1]))
        rows = [",".join(rng.choice(pool) for _ in range(max(1, width + rng.choice([0] * 12 + [1, -1])))) for _ in range(rng.randint(0, 6))]
        for _ in range(rng.choice([0, 0, 0, 1])):
            rows.insert(rng.randint(0, len(rows)), rng.choice(["", "  ", "\t"]))
        if end == "\r":
            # Blank lines and leading blanks make pandas lose or repeat rows of files with bare CRs: a bug of its own.
            rows = [row.lstrip(" \t") for row in rows if row.strip(" \t")]
        text = end.join([header, *rows]) + rng.choice([end, end, ""])
        answer = column(text)
        # Beside integers of 2^63 and more pandas keeps missing values as texts; Larder does not.
        if isinstance(answer, str) or not any(kind == "text" and value in ("", "NA", "nan", "null", "None", "#N/A") for kind, value in answer):
            cases.append([text, answer])
    floats = ["".join(rng.choice("0123456789") for _ in range(rng.randint(0, 12))) + "." + "".join(rng.choice("0123456789") for _ in range(rng.randint(1, 14)))
              + rng.choice(["", "", f"e{rng.randint(-330, 330)}"]) for _ in many(400)]
    return cases + [[f"VolumeName\n{text}\n", column(f"VolumeName\n{text}\n")] for text in floats]


def main(project):
    formats, volume = project / "src-main/formats", project / "src-main/kinds/volume"
    outputs = {
        formats / "yaml/__fixtures__/pyyaml-scalars.json": yaml_scalars,
        formats / "yaml/__fixtures__/pyyaml-documents.json": yaml_documents,
        formats / "json/__fixtures__/python-floats.json": python_floats,
        formats / "json/__fixtures__/python-json.json": python_json,
        formats / "dotenv/__fixtures__/python-dotenv.json": dotenv_files,
        volume / "__fixtures__/pandas-columns.json": pandas_columns,
    }
    for path, make in outputs.items():
        cases = make(random.Random(20250117))
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n".join(json.dumps(case) for case in cases)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
        print(f"{len(cases)} cases: {path.relative_to(project)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
