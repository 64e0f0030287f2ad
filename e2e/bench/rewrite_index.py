"""The original's way of writing its index: one json.dump of all entries.

usage: rewrite_index.py INDEX OUTPUT
Reads INDEX, which Larder has written, and writes it again to OUTPUT. Prints JSON with the seconds of writing; the two
files must be equal, byte for byte."""
import json, os, sys, time


def main(index, output):
    with open(index, encoding="utf-8") as file:
        entries = json.load(file)
    start = time.perf_counter()
    with open(output, "w", encoding="utf-8") as file:
        json.dump(entries, file, ensure_ascii=False, indent=2)
    seconds = time.perf_counter() - start
    with open(index, "rb") as ours, open(output, "rb") as theirs:
        same = ours.read() == theirs.read()
    os.remove(output)
    print(json.dumps({"seconds": seconds, "entries": len(entries), "same": same}))


main(sys.argv[1], sys.argv[2])
