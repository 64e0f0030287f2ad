"""Reads a cache over and over, as a training does, until stdin ends: argv[1] is the folder, argv[2] a JSON: sha256 by file, and the files that must always be there."""
import hashlib
import json
import os
import select
import sys

import torch

folder, wanted_path = sys.argv[1:]
with open(wanted_path) as file:
    asked = json.load(file)
wanted, kept = asked["wanted"], set(asked["kept"])


def digest(value):
    tensor = value["image"] if isinstance(value, dict) else value
    return hashlib.sha256(torch.as_tensor(tensor).contiguous().numpy().tobytes()).hexdigest()


seen = {}
while not select.select([sys.stdin], [], [], 0)[0]:
    files = 0
    missing = set(kept)
    for name in os.listdir(folder):
        if name not in wanted:
            continue
        path = os.path.join(folder, name)
        try:
            found = digest(torch.load(path, weights_only=False))
            with open(path, "rb") as file:
                if hashlib.sha256(file.read()).hexdigest() != wanted[name]:
                    print("bad", name, "has other bytes than its own", flush=True)
            missing.discard(name)
        except FileNotFoundError:
            continue
        except Exception as error:
            print("bad", name, type(error).__name__, str(error)[:200].replace("\n", " "), flush=True)
            continue
        files += 1
        if seen.setdefault(name, found) != found:
            print("bad", name, "has other numbers than before", flush=True)
    for name in sorted(missing):
        print("bad", name, "is not there, and nobody was told to remove it", flush=True)
    print("pass", files, flush=True)
