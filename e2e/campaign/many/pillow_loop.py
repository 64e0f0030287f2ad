"""Reads an image cache over and over, as the original training does (index, metadata, picture), until stdin ends: argv[1] is the folder, argv[2] a JSON: sha256 by file, and the files that must always be there."""
import hashlib
import json
import os
import select
import sys

from PIL import Image

folder, wanted_path = sys.argv[1:]
with open(wanted_path) as file:
    asked = json.load(file)
wanted, kept = asked["wanted"], set(asked["kept"])
kept_keys = {name[len("images/"):-len(".png")] for name in kept if name.startswith("images/")}


def bad(*words):
    print("bad", *words, flush=True)


def comparable(value):
    """As the list has it: without the time, in the form that JavaScript writes."""
    return json.dumps({**value, "created_at": ""}, ensure_ascii=False, separators=(",", ":")).encode()


def metadata_of(key):
    name = f"metadata/{key}.json"
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        value = json.load(file)
    text = f"{value['text']}|{value['font_path']}|{value['image_height']}"
    if hashlib.md5(text.encode()).hexdigest() != key:
        bad(name, "is not the metadata of its key")
    if hashlib.sha256(comparable(value)).hexdigest() != wanted[name]:
        bad(name, "says something else than before")
    return value


def read(key):
    """Both files of an entry; true if they are there."""
    if key not in kept_keys and not os.path.exists(os.path.join(folder, "images", f"{key}.png")):
        return False
    try:
        value = metadata_of(key)
        name = f"images/{key}.png"
        path = os.path.join(folder, name)
        with Image.open(path) as picture:
            if picture.convert("L").size != (value["image_width"], value["image_height"]):
                bad(name, "has another size than its metadata say")
        with open(path, "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != wanted[name]:
                bad(name, "has other bytes than its own")
        return True
    except FileNotFoundError as error:
        if key in kept_keys:
            bad(key, "is not whole, and nobody was told to remove it:", error)
        return False
    except Exception as error:
        bad(key, type(error).__name__, str(error)[:200].replace("\n", " "))
        return False


while not select.select([sys.stdin], [], [], 0)[0]:
    files = 0
    try:
        # A fresh start of a training: it believes the index as it is at that moment.
        with open(os.path.join(folder, "cache_index.json"), encoding="utf-8") as file:
            index = json.load(file)
    except Exception as error:
        bad("cache_index.json", type(error).__name__, error)
        continue
    for key in sorted(kept_keys - index.keys()):
        bad(key, "is not in the index, and nobody was told to remove it")
    for key in index:
        if f"images/{key}.png" not in wanted:
            bad(key, "is in the index, and was never made")
            continue
        files += 2 if read(key) else 0
    print("pass", files, flush=True)
