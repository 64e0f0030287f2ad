"""Expected results of the volume pipeline from the real MONAI, for random seeded volumes.

Made for MONAI 1.5.0, nibabel 5.3.2, NumPy 1.26.4, PyTorch 2.13.0 (CPU), Python 3.11:

    python -m venv venv
    venv/bin/pip install torch==2.13.0
    venv/bin/pip install --no-deps monai==1.5.0
    venv/bin/pip install nibabel==5.3.2 "numpy==1.26.4"
    OMP_NUM_THREADS=1 venv/bin/python e2e/oracle/volume_pipeline.py OUT [cases per class] [seed]
    node e2e/oracle/compare-volume-pipeline.ts OUT

Writes into OUT, per case, the input (`NAME.nii` or `NAME.nii.gz`), the parameters with everything
expected (`NAME.json`) and the result as raw little-endian float32 in C order (`NAME.bin`). The classes are
the rows of the table of agreement in docs/formats/volume-pipeline.md. An item that fails in MONAI is kept,
with `error` in place of a result.
"""

import gzip
import json
import os
import struct
import sys
import warnings

import nibabel as nib
import numpy as np
import torch
from monai.transforms import (
    Compose,
    EnsureTyped,
    LoadImaged,
    Orientationd,
    Resized,
    ScaleIntensityRanged,
    Spacingd,
)

warnings.filterwarnings("ignore")

ALL_AXCODES = [
    "".join(p)
    for order in ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0])
    for p in (
        ("LR"[a] + "PA"[b] + "IS"[c]) for a in (0, 1) for b in (0, 1) for c in (0, 1)
    )
    for p in ["".join(p[k] for k in order)]
]


def rotation(rng, degrees):
    """Random rotation by up to `degrees` about each axis."""
    out = np.eye(3)
    for axis in range(3):
        a = np.deg2rad(rng.uniform(-degrees, degrees))
        i, j = (axis + 1) % 3, (axis + 2) % 3
        m = np.eye(3)
        m[i, i] = m[j, j] = np.cos(a)
        m[i, j], m[j, i] = -np.sin(a), np.sin(a)
        out = out @ m
    return out


def affine_of(block, rng):
    out = np.eye(4)
    out[:3, :3] = block
    out[:3, 3] = rng.uniform(-200, 200, 3).round(2)
    return out


def flips(rng):
    return np.diag(rng.choice([-1.0, 1.0], 3))


def permutation(rng):
    return np.eye(3)[rng.permutation(3)]


def default_case(rng):
    """An axis-aligned int16 CT-like case; the classes below change parts of it."""
    return {
        "version": 1,
        "sizes": rng.integers(2, 40, 3),
        "spacing": rng.choice([0.5, 0.7, 0.75, 0.976562, 1.0, 1.3, 2.0, 2.5, 5.0], 3),
        "directions": flips(rng),
        "dtype": "int16",
        "endian": "<",
        "slope": None,
        "form": "sform",
        "gz": bool(rng.integers(2)),
        "target_spacing": [float(x) for x in rng.choice([0.6, 0.75, 1.0, 1.2, 1.5, 3.0], 3)],
        "shape": [int(x) for x in rng.integers(1, 40, 3)],
        "axcodes": str(rng.choice(["LPS", "RAS", "LAS", "RPI"])),
        "window": [-1000, 1000, -1.0, 1.0],
        "torch_dtype": "float32",
    }


def aligned(rng):
    return default_case(rng)


def permuted(rng):
    return default_case(rng) | {"directions": permutation(rng) @ flips(rng), "axcodes": str(rng.choice(ALL_AXCODES))}


def oblique_sform(rng):
    return default_case(rng) | {"directions": rotation(rng, 20) @ permutation(rng) @ flips(rng)}


def oblique_qform(rng):
    return default_case(rng) | {"directions": rotation(rng, 20) @ flips(rng), "form": "qform"}


def oblique_double(rng):
    return default_case(rng) | {"directions": rotation(rng, 20) @ flips(rng), "version": 2}


def sheared(rng):
    shear = np.eye(3)
    shear[tuple(rng.permutation(3)[:2])] = rng.uniform(-0.15, 0.15)
    return default_case(rng) | {"directions": flips(rng) @ shear, "form": "sform, no qform"}


def sheared_permuted(rng):
    case = sheared(rng)
    return case | {"directions": case["directions"] @ permutation(rng), "axcodes": str(rng.choice(ALL_AXCODES))}


def within_tolerance(rng):
    case = default_case(rng)
    spacing = np.array(case["target_spacing"]) + rng.uniform(-0.0012, 0.0012, 3)
    return case | {"spacing": spacing}


def odd_target_spacing(rng):
    wanted = [[-1.0, 1.0, 0.0], [1.5], [0.9, 1.1], [1.0, 1.0, 1.0, 9.0]][rng.integers(4)]
    return default_case(rng) | {"target_spacing": wanted}


def partial_resize(rng):
    shape = [int(x) for x in rng.choice([-1, 0, 12, 17], 3)]
    return default_case(rng) | {"shape": shape}


def unchanged(rng):
    case = default_case(rng)
    return case | {"spacing": np.array(case["target_spacing"]), "shape": [-1, -1, -1]}


def enlarging(rng):
    return default_case(rng) | {"spacing": np.array([2.0, 2.5, 5.0]), "shape": [40, 41, 42], "sizes": rng.integers(2, 14, 3)}


def shrinking(rng):
    """Up to 60-fold. Finer grids make the reference ask for hundreds of GB: its kernel is unfolded in memory."""
    changes = {"spacing": rng.choice([0.7, 1.0, 1.3], 3), "target_spacing": [1.5]}
    return default_case(rng) | changes | {"sizes": rng.integers(30, 70, 3), "shape": [int(x) for x in rng.integers(1, 6, 3)]}


def thin(rng):
    sizes = rng.integers(2, 20, 3)
    sizes[rng.permutation(3)[: rng.integers(1, 4)]] = 1
    return default_case(rng) | {"sizes": sizes}


def dtypes(rng):
    names = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
    slope = [None, (2.0, -1024.0), (0.5, 3.25), (0.0, 5.0), (float("nan"), 1.0), (1.0, 0.0)][rng.integers(6)]
    changes = {"dtype": str(rng.choice(names)), "endian": str(rng.choice(["<", ">"])), "slope": slope}
    return default_case(rng) | changes | {"version": int(rng.integers(1, 3))}


def channels(rng):
    sizes = np.append(rng.integers(2, 16, 3), rng.integers(1, 4))
    return default_case(rng) | {"sizes": sizes, "directions": permutation(rng) @ flips(rng)}


def channels_unchanged(rng):
    case = default_case(rng)
    sizes = np.append(rng.integers(2, 8, 3), rng.integers(1, 4))
    directions = [np.eye(3), flips(rng), permutation(rng) @ flips(rng)][rng.integers(3)]
    changes = {"sizes": sizes, "directions": directions, "spacing": np.ones(3), "target_spacing": [1.0]}
    changes |= {"torch_dtype": str(rng.choice(["float32", "float32", "float16"]))}
    return case | changes | {"shape": [-1, -1, -1], "axcodes": "RAS"}


def flat(rng):
    return default_case(rng) | {"sizes": rng.integers(2, 30, 2), "axcodes": str(rng.choice(["LPS", "RAS", "ALS", "SLP"]))}


def windows(rng):
    window = [[100, 100, -1.0, 1.0], [500, -500, 0.0, 1.0], [-1000, 1000, 1.0, -1.0], [-500, 500, None, 1.0], [-500, 500, 0.0, None]]
    return default_case(rng) | {"window": window[rng.integers(5)]}


def halves(rng):
    return default_case(rng) | {"torch_dtype": str(rng.choice(["float16", "bfloat16", "float64"]))}


def ties(rng):
    pairs = [(0.75, 1.5), (1.0, 2.0), (2.0, 5.0), (0.5, 2.0), (0.7, 1.4)]
    pair = pairs[rng.integers(5)]
    sizes = rng.integers(10, 40, 3) * 2
    return default_case(rng) | {"sizes": sizes, "spacing": np.full(3, pair[0]), "target_spacing": [pair[1]], "version": int(rng.integers(1, 3))}


def repairs(rng):
    """Headers that disagree with themselves; 4D included, where the translation joins the comparison."""
    sizes = rng.integers(3, 16, 3)
    if rng.integers(2):
        sizes = np.append(sizes, 2)
    patch = {}
    for name, chance in (("pixdim0", 0.4), ("pixdim", 0.6), ("codes", 0.7)):
        if rng.random() < chance:
            patch[name] = True
    return default_case(rng) | {"sizes": sizes, "directions": rotation(rng, 15) @ flips(rng), "form": "both", "patch": patch}


CLASSES = [
    aligned, permuted, oblique_sform, oblique_qform, oblique_double, sheared, sheared_permuted, within_tolerance,
    odd_target_spacing, partial_resize, unchanged, enlarging, shrinking, thin, dtypes, channels, channels_unchanged,
    flat, windows, halves, ties, repairs,
]  # fmt: skip


def voxels_of(case, rng):
    """Smooth structure plus noise, so that interpolation errors show; within the range of the type."""
    sizes = [int(s) for s in case["sizes"]]
    grid = np.meshgrid(*[np.linspace(0, 3, s) for s in sizes], indexing="ij")
    values = 700 * np.sin(sum((k + 1.3) * g for k, g in enumerate(grid))) + rng.normal(0, 300, sizes)
    dtype = np.dtype(case["dtype"])
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        values = np.clip(np.round(values), max(info.min, -2000), min(info.max, 2000))
    return values.astype(dtype)


def write_input(case, rng, path):
    block = np.asarray(case["directions"]) @ np.diag(case["spacing"])
    affine = affine_of(block, rng)
    image_class, header_class = {1: (nib.Nifti1Image, nib.Nifti1Header), 2: (nib.Nifti2Image, nib.Nifti2Header)}[case["version"]]
    header = header_class(endianness=case["endian"])
    data = voxels_of(case, rng)
    header.set_data_dtype(data.dtype.newbyteorder(case["endian"]))
    image = image_class(data, affine, header)
    if case["form"] == "qform":
        image.set_qform(affine, code=1)
        image.set_sform(None, code=0)
    elif case["form"] == "both":
        image.set_qform(affine, code=1)
        image.set_sform(affine, code=1)
    elif case["form"] == "sform, no qform":
        image.header["qform_code"] = 0
    raw = bytearray(image.to_bytes())
    # NIfTI-1 offsets: pixdim at 76, qform_code and sform_code at 252; nibabel would refuse to write these.
    for name in case.get("patch", {}):
        if name == "pixdim0":
            struct.pack_into(case["endian"] + "f", raw, 76, rng.choice([0, 1, -1, 3]))
        elif name == "pixdim":
            struct.pack_into(case["endian"] + "f", raw, 76 + 4 * rng.integers(1, 4), rng.choice([0, -1.5, 0.8, 2]))
        elif name == "codes":
            struct.pack_into(case["endian"] + "2h", raw, 252, *(int(code) for code in rng.choice([0, 1, 2, 7], 2)))
    if case["slope"] is not None:
        code = "f" if case["version"] == 1 else "d"
        at = 112 if case["version"] == 1 else 176
        struct.pack_into(case["endian"] + code + code, raw, at, *case["slope"])
    stored = gzip.compress(bytes(raw), mtime=0) if case["gz"] else bytes(raw)
    with open(path, "wb") as out:
        out.write(stored)


def run_reference(case, path):
    a_min, a_max, b_min, b_max = case["window"]
    return Compose([
        LoadImaged(keys="image", image_only=False, ensure_channel_first=True, reader="NibabelReader"),
        Orientationd(keys="image", axcodes=case["axcodes"]),
        Spacingd(keys="image", pixdim=case["target_spacing"], mode="bilinear"),
        ScaleIntensityRanged(keys="image", a_min=a_min, a_max=a_max, b_min=b_min, b_max=b_max, clip=True),
        Resized(keys="image", spatial_size=case["shape"], mode="trilinear", anti_aliasing=True),
        EnsureTyped(keys="image", dtype=getattr(torch, case["torch_dtype"])),
    ])({"image": path})  # fmt: skip


def describe(result, bin_path):
    """Everything a cache entry holds besides the path, as JSON; the values go to `bin_path`."""
    image, meta = result["image"], result["image_meta_dict"]
    image.as_tensor().to(torch.float32).contiguous().numpy().tofile(bin_path)
    fields = {str(k): [v.dtype.str[1:], list(v.shape), v.tobytes().hex()] for k, v in meta.items() if isinstance(v, np.ndarray)}
    dim = meta["original_channel_dim"]
    return {
        "shape": list(image.shape),
        "strides": list(image.stride()),
        "affine": image.affine.tolist(),
        "load_affine": np.asarray(meta["original_affine"]).tolist(),
        "sizes": [list(map(int, op["orig_size"])) for op in image.applied_operations],
        "src_affine": np.asarray(image.applied_operations[1]["extra_info"]["src_affine"]).tolist(),
        "original_channel_dim": None if dim != dim else dim,
        "fields": fields,
    }


def main():
    out = sys.argv[1]
    per_class = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(out, exist_ok=True)
    names = []
    for number, make in enumerate(CLASSES):
        for k in range(per_class):
            rng = np.random.default_rng([seed, number, k])
            case = make(rng)
            name = f"{make.__name__}-{k}"
            path = os.path.join(out, name + (".nii.gz" if case["gz"] else ".nii"))
            write_input(case, rng, path)
            record = {"name": name, "class": make.__name__, "input": os.path.basename(path), "window": case["window"]}
            record |= {key: case[key] for key in ("target_spacing", "shape", "axcodes", "torch_dtype")}
            try:
                record["expected"] = describe(run_reference(case, path), os.path.join(out, name + ".bin"))
            except Exception as error:  # noqa: BLE001  (whatever fails in the reference is the expectation)
                record["error"] = f"{type(error).__name__}: {error}"[:200]
            with open(os.path.join(out, name + ".json"), "w", encoding="utf-8") as file:
                json.dump(record, file)
            names.append(name)
    with open(os.path.join(out, "index.json"), "w", encoding="utf-8") as file:
        json.dump(names, file)


if __name__ == "__main__":
    main()
