"""Reads a cache over and over, as a training does, until stdin ends: argv[1] is the folder, argv[2] a JSON of sha256 by file."""
import hashlib
import json
import os
import select
import sys

import torch

folder, wanted_path = sys.argv[1:]
with open(wanted_path) as file:
    wanted = json.load(file)


def digest(value):
    tensor = value["image"] if isinstance(value, dict) else value
    return hashlib.sha256(torch.as_tensor(tensor).contiguous().numpy().tobytes()).hexdigest()


seen = {}
while not select.select([sys.stdin], [], [], 0)[0]:
    files = 0
    for name in os.listdir(folder):
        if name not in wanted:
            continue
        try:
            found = digest(torch.load(os.path.join(folder, name), weights_only=False))
        except FileNotFoundError:
            continue
        except Exception as error:
            print("bad", name, type(error).__name__, str(error)[:200].replace("\n", " "), flush=True)
            continue
        files += 1
        if seen.setdefault(name, found) != found:
            print("bad", name, "has other numbers than before", flush=True)
    print("pass", files, flush=True)
