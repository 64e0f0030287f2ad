"""Paths on stdin; prints those that torch.load reads without a word, as MONAI's PersistentDataset calls it."""
import sys
import warnings

import torch

warnings.simplefilter("error")
for path in sys.stdin.read().splitlines():
    try:
        torch.load(path, weights_only=False)
    except Exception:
        continue
    print(path)
