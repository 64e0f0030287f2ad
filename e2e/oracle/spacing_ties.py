"""Sizes and offsets of resampled grids whose exact size lies half-way between two numbers.

Made for MONAI 1.5.0, NumPy 1.26.4 with OpenBLAS on a CPU with AVX2 (install as in volume_pipeline.py):

    OMP_NUM_THREADS=1 venv/bin/python e2e/oracle/spacing_ties.py src-main/numeric/__fixtures__/spacing-ties.json [cases] [seed]

Rotated double-precision affines, every other one sheared, spacing ratios such as 0.75 to 1.5 and even sizes:
the last bit of the linear algebra decides each size.
"""

import json
import sys

import numpy as np
from monai.data.utils import compute_shape_offset, zoom_affine

PAIRS = [(0.75, 1.5), (1.0, 2.0), (2.0, 5.0), (0.5, 2.0), (0.7, 1.4), (0.5, 1.0), (0.8, 1.6)]


def rotation(rng, degrees):
    out = np.eye(3)
    for axis in range(3):
        a = np.deg2rad(rng.uniform(-degrees, degrees))
        i, j = (axis + 1) % 3, (axis + 2) % 3
        m = np.eye(3)
        m[i, i] = m[j, j] = np.cos(a)
        m[i, j], m[j, i] = -np.sin(a), np.sin(a)
        out = out @ m
    return out


def case(rng, number):
    old, new = PAIRS[rng.integers(len(PAIRS))]
    sizes = rng.integers(10, 150, 3) * 2
    shear = np.eye(3)
    if number % 2:
        shear[0, 1], shear[0, 2], shear[1, 2] = rng.uniform(-0.2, 0.2, 3)
    affine = np.eye(4)
    affine[:3, :3] = rotation(rng, 20) @ shear @ np.diag(rng.choice([-1.0, 1.0], 3)) * old
    affine[:3, 3] = rng.uniform(-200, 200, 3)
    spaced = zoom_affine(affine, [new] * 3, diagonal=False)
    new_sizes, offset = compute_shape_offset(sizes, affine, spaced, False)
    return {
        "affine": affine.ravel().tolist(),
        "sizes": sizes.tolist(),
        "spacing": new,
        "newSizes": [int(size) for size in new_sizes],
        "offset": [float(value) for value in offset],
    }


count = int(sys.argv[2]) if len(sys.argv) > 2 else 120
rng = np.random.default_rng(int(sys.argv[3]) if len(sys.argv) > 3 else 11)
cases = [case(rng, number) for number in range(count)]
with open(sys.argv[1], "w", encoding="utf-8") as out:
    json.dump({"madeBy": "e2e/oracle/spacing_ties.py, MONAI 1.5.0, NumPy 1.26.4 (OpenBLAS, AVX2)", "cases": cases}, out)
    out.write("\n")
