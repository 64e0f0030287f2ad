"""The Python side of the bench: MONAI's own pipeline and torch.load, asked step by step by run.ts.

    monai_pipeline.py generate JOB.json     builds a cache with PersistentDataset in a DataLoader
    monai_pipeline.py load DIRECTORY N      torch.load of every entry by N processes
    monai_pipeline.py compare OURS THEIRS   largest difference of the image values of two caches
    monai_pipeline.py versions

Prints one JSON object on its last line. `importSeconds` and `seconds` do not overlap: what the imports
take is not held against Python where only the work is compared. MONAI 1.5.0, PyTorch 2.13.0.
"""

import time

STARTED = time.perf_counter()

import hashlib
import json
import multiprocessing
import os
import platform
import resource
import sys
import warnings

import monai
import nibabel
import numpy as np
import torch
from monai.data import PersistentDataset
from monai.transforms import Compose, EnsureTyped, LoadImaged, MapTransform, Orientationd, Resized, ScaleIntensityRanged, Spacingd
from torch.utils.data import DataLoader

IMPORT_SECONDS = time.perf_counter() - STARTED

warnings.filterwarnings("ignore")

# As project.ts writes them into the config.
PARAMETERS = {"spacing": [0.75, 0.75, 1.5], "shape": (128, 256, 256), "window": (-1000, 1000, -1.0, 1.0), "axcodes": "LPS", "dtype": torch.float32}


class KeyCleanerD(MapTransform):
    """Keeps only the named keys, as the training code's own transform of this name does."""

    def __init__(self, keys_to_keep):
        super().__init__(keys_to_keep, allow_missing_keys=True)
        self.keys_to_keep = keys_to_keep

    def __call__(self, data):
        return {key: data[key] for key in self.keys_to_keep if key in data}


def pipeline():
    a_min, a_max, b_min, b_max = PARAMETERS["window"]
    return Compose([
        LoadImaged(keys="image", image_only=False, ensure_channel_first=True, reader="NibabelReader"),
        Orientationd(keys="image", axcodes=PARAMETERS["axcodes"]),
        Spacingd(keys="image", pixdim=np.array(PARAMETERS["spacing"]), mode="bilinear"),
        ScaleIntensityRanged(keys="image", a_min=a_min, a_max=a_max, b_min=b_min, b_max=b_max, clip=True),
        Resized(keys="image", spatial_size=PARAMETERS["shape"], mode="trilinear", anti_aliasing=True),
        EnsureTyped(keys="image", dtype=PARAMETERS["dtype"]),
        KeyCleanerD(keys_to_keep=["image", "image_meta_dict"]),
    ])  # fmt: skip


def key_of(item):
    return hashlib.md5(str(item["volume_name"]).encode()).hexdigest().encode()


def generate(job_path):
    """The seconds run from making the workers to the last entry; each item is written by the worker that made it."""
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    started = time.perf_counter()
    dataset = PersistentDataset(data=job["items"], transform=pipeline(), cache_dir=job["cacheDirectory"], hash_func=key_of)
    # PyTorch gives every worker of a DataLoader one thread.
    made = sum(1 for _ in DataLoader(dataset, batch_size=None, num_workers=job["workers"]))
    return {"made": made, "seconds": time.perf_counter() - started, "workerPeakBytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}


def load_one(path):
    return torch.load(path, weights_only=False)["image"].untyped_storage().nbytes()


def wake(path):
    load_one(path)
    time.sleep(0.2)  # so that the other processes get a turn too


def load(directory, workers):
    """Timed once all processes run and have loaded a file before: only opening and loading."""
    torch.set_num_threads(1)
    files = [os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(".pt")]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        pool.map(wake, files[:1] * workers * 3, chunksize=1)
        started = time.perf_counter()
        sizes = list(pool.imap_unordered(load_one, files, chunksize=1))
        seconds = time.perf_counter() - started
    return {"files": len(files), "valueBytes": sum(sizes), "seconds": seconds}


def compare(ours, theirs):
    names = [sorted(name for name in os.listdir(folder) if name.endswith(".pt")) for folder in (ours, theirs)]
    difference = 0.0
    for name in names[1]:
        a, b = (torch.load(os.path.join(folder, name), weights_only=False)["image"].as_tensor() for folder in (ours, theirs))
        difference = max(difference, float((a - b).abs().max())) if a.shape == b.shape and a.dtype == b.dtype else float("inf")
    return {"sameNames": names[0] == names[1], "compared": len(names[1]), "largestDifference": difference}


def versions():
    return {"python": platform.python_version(), "torch": torch.__version__, "monai": monai.__version__, "nibabel": nibabel.__version__, "numpy": np.__version__}


if __name__ == "__main__":
    step, words = sys.argv[1], sys.argv[2:]
    if step == "load":
        answer = load(words[0], int(words[1]))
    else:
        answer = {"generate": generate, "compare": compare, "versions": versions}[step](*words)
    print(json.dumps({**answer, "importSeconds": IMPORT_SECONDS}))
