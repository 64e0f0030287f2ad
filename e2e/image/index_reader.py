"""Reads the index of an image cache over and over, as the training's class does when a process of it starts, until its
standard input ends. Every index must be whole, hold at least what the one before it held, and name only pictures that are
there, whole. Prints what it saw.

usage: index_reader.py CACHE
"""
import json
import os
import sys
import threading

END = b"IEND\xaeB`\x82"
cache = sys.argv[1]
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
reads, sizes, known, problems = 0, [], set(), []
while not ended.is_set() and len(problems) < 5:
    try:
        with open(os.path.join(cache, "cache_index.json"), encoding="utf-8") as file:
            index = json.load(file)
    except FileNotFoundError:
        if reads > 0:
            problems.append("the index has vanished")
        ended.wait(0.001)
        continue
    except ValueError as error:
        problems.append(f"half an index: {error}")
        continue
    reads += 1
    if not index or not known <= index.keys():
        problems.append(f"an index of {len(index)} entries after one of {len(known)}")
    for key in index.keys() - known:
        with open(os.path.join(cache, "images", f"{key}.png"), "rb") as file:
            if not file.read().endswith(END):
                problems.append(f"{key}.png is not whole")
    if len(index) > len(known):
        sizes.append(len(index))
    known = set(index)
    ended.wait(0.001)  # leaves the core to those who write
print(json.dumps({"reads": reads, "sizes": sizes, "problems": problems}))
