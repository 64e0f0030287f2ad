"""Prints how many different entries a file of `larder export` holds, read by Python's own parsers: count_exported.py FILE."""

import csv
import json
import sys


def records_of(path):
    if path.endswith(".csv"):
        with open(path, encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    elif path.endswith(".jsonl"):
        with open(path, encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)
    else:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        yield from document["entries"]


print(len({record["cache_key"] for record in records_of(sys.argv[1])}))
