"""The judge of fidelity: the real PyTorch and MONAI, asked step by step by run.ts.

    reference.py make PROJECT SEED     volumes, lists and configs of every group
    reference.py build PROJECT         MONAI's own cache of every group, by its PersistentDataset
    reference.py compare PROJECT       our entries against MONAI's, recursively
    reference.py hits PROJECT          PersistentDataset pointed at our directories
    reference.py plain DIRECTORY       every file loads with weights_only=True
    reference.py loads DIRECTORY       which files torch.load accepts

Each step prints one JSON object on its last line. MONAI 1.5.0, PyTorch 2.13.0, nibabel 5.3.2, NumPy 1.26.4.
"""

import hashlib
import inspect
import json
import math
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "oracle"))

import numpy as np
import torch
from monai.data import MetaTensor, PersistentDataset
from monai.transforms import Compose, EnsureTyped, LoadImaged, MapTransform, Orientationd, Resized, ScaleIntensityRanged, Spacingd
from monai.utils.enums import MetaKeys, SpaceKeys, TraceKeys

import volume_pipeline as cases

warnings.filterwarnings("ignore")
torch.set_num_threads(2)

# name: parameters as they are typed in the YAML, and the classes of volumes run through them
GROUPS = {
    "example": {
        "spacing": "[0.75, 0.75, 1.5]", "shape": "[24, 36, 30]", "window": ["-1000", "1000", "-1.0", "1.0"], "axcodes": '"LPS"', "dtype": "float32",
        "classes": ["aligned", "permuted", "oblique_sform", "oblique_qform", "oblique_double", "sheared", "sheared_permuted", "thin", "dtypes", "channels", "flat", "ties", "repairs", "shrinking", "enlarging"],
    },
    "whole-numbers": {
        "spacing": "[1, 1, 2]", "shape": "[20, 20, 16]", "window": ["-500.0", "500", None, None], "axcodes": '"RAS"', "dtype": "float32",
        "classes": ["aligned", "permuted", "oblique_sform", "dtypes"],
    },
    "half": {
        "spacing": "[1.5]", "shape": "[16, 18, 20]", "window": ["-1000", "1000", "0", "1"], "axcodes": "[L, P, S]", "dtype": "half",
        "classes": ["aligned", "oblique_sform", "channels"],
    },
    "bfloat16": {
        "spacing": "[0.9, 0.9, 2.5]", "shape": "[16, 18, 20]", "window": ["-1_000", "0x3E8", "-1.0", "1.0"], "axcodes": '"SPL"', "dtype": "bfloat16",
        "classes": ["aligned", "permuted"],
    },
    "kept-grid": {
        "spacing": "[0, -1, 0]", "shape": "[-1, 0, -1]", "window": ["-1000", "1000", "-1.0", "1.0"], "axcodes": '"LPS"', "dtype": "float32",
        "classes": ["aligned", "permuted", "oblique_qform", "channels_unchanged", "channels", "flat", "thin", "dtypes"],
    },
}  # fmt: skip
PER_CLASS = 3


class KeyCleanerD(MapTransform):
    """Keeps only the named keys, as the training code's own transform of this name does."""

    def __init__(self, keys_to_keep):
        super().__init__(keys_to_keep, allow_missing_keys=True)
        self.keys_to_keep = keys_to_keep

    def __call__(self, data):
        return {key: data[key] for key in self.keys_to_keep if key in data}


def number(text):
    return {"-1_000": -1000, "0x3E8": 1000}.get(text) if text in ("-1_000", "0x3E8") else json.loads(text)


def parameters_of(group):
    window = [None if text is None else number(text) for text in group["window"]]
    axcodes = group["axcodes"]
    return {
        "pixdim": np.array(json.loads(group["spacing"])),
        "shape": tuple(json.loads(group["shape"])),
        "a_min": window[0],
        "a_max": window[1],
        "b_min": 0.0 if window[2] is None else window[2],
        "b_max": 1.0 if window[3] is None else window[3],
        "axcodes": ["L", "P", "S"] if axcodes.startswith("[") else axcodes.strip('"'),
        "dtype": getattr(torch, group["dtype"]),
    }


def pipeline(group):
    p = parameters_of(group)
    return Compose([
        LoadImaged(keys="image", image_only=False, ensure_channel_first=True, reader="NibabelReader"),
        Orientationd(keys="image", axcodes=p["axcodes"]),
        Spacingd(keys="image", pixdim=p["pixdim"], mode="bilinear"),
        ScaleIntensityRanged(keys="image", a_min=p["a_min"], a_max=p["a_max"], b_min=p["b_min"], b_max=p["b_max"], clip=True),
        Resized(keys="image", spatial_size=p["shape"], mode="trilinear", anti_aliasing=True),
        EnsureTyped(keys="image", dtype=p["dtype"]),
        KeyCleanerD(keys_to_keep=["image", "image_meta_dict"]),
    ])  # fmt: skip


HIDDEN = {"f", "g", "R", "lazy", "backend", "end_pending", "progress", "VERSION"}


def describe(value):
    """Public, plain attributes of transforms, all the way down: what the directory name is made of."""
    if isinstance(value, (list, tuple)):
        return [describe(item) for item in value]
    if isinstance(value, KeyCleanerD):
        return {"class": "KeyCleanerD", "keys_to_keep": list(value.keys_to_keep)}
    if "monai.transforms" not in str(type(value)):
        return value
    members = {"class": type(value).__name__}
    for name, member in inspect.getmembers(value):
        if name.startswith("_") or name in HIDDEN or inspect.isroutine(member):
            continue
        members[name] = describe(member)
    return members


def plain(value):
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (torch.dtype, np.dtype)):
        return str(value)
    raise TypeError(type(value).__name__)


def directory_of(transforms):
    text = json.dumps(describe(transforms), sort_keys=True, default=plain)
    return hashlib.md5(json.dumps(text, sort_keys=True).encode()).hexdigest()


def key_of(item):
    return hashlib.md5(str(item["volume_name"]).encode()).hexdigest().encode()


def raw_path(project, group, name):
    stem = name.replace(".nii.gz", "")
    parts = stem.split("_")
    return os.path.join(project, group, "raw", "_".join(parts[:2]), "_".join(parts[:3]), stem + ".nii.gz")


def names_of(project, group):
    with open(os.path.join(project, group, "train.csv"), encoding="utf-8") as file:
        return file.read().split("\n")[1:-1]


def make(project, seed):
    count = 0
    for g, (group, settings) in enumerate(GROUPS.items()):
        names = []
        for c, class_name in enumerate(settings["classes"]):
            for k in range(PER_CLASS):
                rng = np.random.default_rng([seed, g, c, k])
                case = getattr(cases, class_name)(rng) | {"gz": True}
                name = f"train_{c}_{'abc'[k]}_{class_name.replace('_', '-')}.nii.gz"
                path = raw_path(project, group, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                cases.write_input(case, rng, path)
                names.append(name)
        folder = os.path.join(project, group)
        for split, rows in (("train", names), ("valid", [])):
            with open(os.path.join(folder, f"{split}.csv"), "w", encoding="utf-8") as file:
                file.write("\n".join(["VolumeName", *rows]) + "\n")
        window = settings["window"]
        scale = "".join(f"  scale_b_{end}: {text}\n" for end, text in zip(("min", "max"), window[2:]) if text is not None)
        with open(os.path.join(folder, "config.yaml"), "w", encoding="utf-8") as file:
            file.write(
                f"torch_dtype: {settings['dtype']}\npaths:\n  data_dir: {folder}\n  img_dir: {folder}/raw\n  cache_dir: {folder}/larder\n"
                f"  dir_structure: nested\n  data_subsets: {{train: train.csv, valid: valid.csv}}\nimage_processing:\n"
                f"  target_spacing: {settings['spacing']}\n  target_shape_dhw: {settings['shape']}\n  clip_hu_min: {window[0]}\n"
                f"  clip_hu_max: {window[1]}\n  orientation_axcodes: {settings['axcodes']}\n{scale}"
            )
        count += len(names)
    return {"groups": list(GROUPS), "volumes": count}


def build(project):
    made, failed = 0, {}
    directories = {}
    for group, settings in GROUPS.items():
        transforms = pipeline(settings)
        directories[group] = directory_of(transforms)
        cache = os.path.join(project, group, "monai", directories[group])
        os.makedirs(cache)
        with open(os.path.join(cache, "cache_params.json"), "w", encoding="utf-8") as file:
            json.dump(describe(transforms), file, indent=4, default=plain)
        data = [{"image": raw_path(project, group, name), "volume_name": name} for name in names_of(project, group)]
        dataset = PersistentDataset(data=data, transform=transforms, cache_dir=cache, hash_func=key_of)
        for position, item in enumerate(data):
            try:
                dataset[position]
                made += 1
            except Exception as error:  # noqa: BLE001  (what fails in the reference must fail in ours)
                failed[f"{group}/{item['volume_name']}"] = f"{type(error).__name__}: {error}"[:160]
    return {"made": made, "failed": failed, "directories": directories}


def difference(ours, theirs, path, out):
    """Everything but image values and affines must be equal; those are measured."""
    if isinstance(theirs, torch.Tensor):
        if type(ours) is not type(theirs) or ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            out["unequal"].append(f"{path}: {type(ours).__name__} {getattr(ours, 'dtype', '')} {tuple(getattr(ours, 'shape', ()))}")
            return
        if ours.stride() != theirs.stride() or ours.requires_grad != theirs.requires_grad:
            out["unequal"].append(f"{path}: strides {ours.stride()} instead of {theirs.stride()}")
        a, b = ours.as_subclass(torch.Tensor).double(), theirs.as_subclass(torch.Tensor).double()
        if path == "/image":
            scale = max(1.0, float(b.abs().max()))
            out["image"] = float((a - b).abs().max()) / scale
            step = {torch.float16: 2.0**-10, torch.bfloat16: 2.0**-7}.get(theirs.dtype)
            if step is not None:
                # One step at the value's own exponent; zero for values that are equal.
                exponent = torch.floor(torch.log2(torch.maximum(a.abs(), b.abs()).clamp(min=2.0**-14)))
                out["steps"] = float(((a - b).abs() / (step * 2.0**exponent)).max())
        else:
            out["affine"] = max(out["affine"], float((a - b).abs().max()))
        if isinstance(theirs, MetaTensor):
            difference(ours.__dict__, theirs.__dict__, path + ".state", out)
    elif isinstance(theirs, dict):
        if type(ours) is not type(theirs) or (list(ours) != list(theirs) and path != ""):
            out["unequal"].append(f"{path}: keys {list(ours)[:4]}…")
            return
        if set(ours) != set(theirs):
            out["unequal"].append(f"{path}: keys differ")
            return
        for key in theirs:
            own = next(k for k in ours if k == key)
            if type(own) is not type(key):
                out["unequal"].append(f"{path}/{key}: a key of type {type(own).__name__}")
            difference(ours[key], theirs[key], f"{path}/{key}", out)
    elif isinstance(theirs, (list, tuple)):
        if type(ours) is not type(theirs) or len(ours) != len(theirs):
            out["unequal"].append(f"{path}: {ours!r} instead of {theirs!r}")
            return
        for k, (a, b) in enumerate(zip(ours, theirs)):
            difference(a, b, f"{path}[{k}]", out)
    elif isinstance(theirs, np.ndarray):
        if type(ours) is not type(theirs) or ours.dtype != theirs.dtype or ours.shape != theirs.shape:
            out["unequal"].append(f"{path}: {getattr(ours, 'dtype', type(ours))}")
        elif "affine" in path and theirs.dtype == np.float64:
            out["affine"] = max(out["affine"], float(np.abs(ours - theirs).max()))
        elif ours.tobytes() != theirs.tobytes():
            out["unequal"].append(f"{path}: {ours} instead of {theirs}")
    elif isinstance(theirs, float) and math.isnan(theirs):
        if not (type(ours) is float and math.isnan(ours)):
            out["unequal"].append(f"{path}: {ours!r} instead of nan")
    elif type(ours) is not type(theirs) or ours != theirs:
        out["unequal"].append(f"{path}: {ours!r} instead of {theirs!r}")


def compare(project):
    results = []
    for group, settings in GROUPS.items():
        name_of_directory = directory_of(pipeline(settings))
        theirs_dir = os.path.join(project, group, "monai", name_of_directory)
        ours_dir = os.path.join(project, group, "larder", name_of_directory)
        params = [open(os.path.join(d, "cache_params.json"), encoding="utf-8").read() if os.path.isdir(d) else None for d in (ours_dir, theirs_dir)]
        keys = [sorted(f for f in os.listdir(d) if f.endswith(".pt")) if os.path.isdir(d) else [] for d in (ours_dir, theirs_dir)]
        results.append({"group": group, "directory": name_of_directory, "sameParams": params[0] == params[1], "sameKeys": keys[0] == keys[1], "entries": len(keys[1])})
        by_key = {key_of({"volume_name": n}).decode(): n for n in names_of(project, group)}
        for file in keys[1]:
            if file not in keys[0]:
                continue
            out = {"group": group, "name": by_key[file[:-3]], "unequal": [], "affine": 0.0}
            ours = torch.load(os.path.join(ours_dir, file), weights_only=False)
            theirs = torch.load(os.path.join(theirs_dir, file), weights_only=False)
            difference(ours, theirs, "", out)
            results.append(out)
    return {"results": results}


def hits(project):
    """The original training code on our directory: every item from the cache, not one computed."""

    class Computed(Exception):
        pass

    class Tripwire(MapTransform):
        def __call__(self, data):
            raise Computed(data["volume_name"])

    counts = {}
    for group, settings in GROUPS.items():
        directory = os.path.join(project, group, "larder", directory_of(pipeline(settings)))
        present = {f[:-3] for f in os.listdir(directory) if f.endswith(".pt")}
        data = [{"image": "absent", "volume_name": n} for n in names_of(project, group) if key_of({"volume_name": n}).decode() in present]
        dataset = PersistentDataset(data=data, transform=Compose([Tripwire(["image"])]), cache_dir=directory, hash_func=key_of)
        before = sorted(os.listdir(directory))
        for position in range(len(data)):
            assert isinstance(dataset[position]["image"], MetaTensor)
        assert sorted(os.listdir(directory)) == before
        counts[group] = len(data)
    return {"hits": counts}


def plain_loads(directory):
    files = sorted(f for f in os.listdir(directory) if f.endswith(".pt"))
    shapes = []
    for file in files:
        loaded = torch.load(os.path.join(directory, file), weights_only=True)
        assert type(loaded["image"]) is torch.Tensor, type(loaded["image"])
        shapes.append(list(loaded["image"].shape))
    return {"loaded": len(files), "shapes": shapes}


def loads(directory):
    torch.serialization.add_safe_globals([MetaTensor, MetaKeys, SpaceKeys, TraceKeys])
    accepted = []
    for file in sorted(os.listdir(directory)):
        if not file.endswith(".pt"):
            continue
        try:
            torch.load(os.path.join(directory, file), weights_only=False)
            accepted.append(file)
        except Exception:  # noqa: BLE001  (any refusal is a refusal)
            pass
    return {"accepted": accepted}


if __name__ == "__main__":
    step, target = sys.argv[1], sys.argv[2]
    steps = {"build": build, "compare": compare, "hits": hits, "plain": plain_loads, "loads": loads}
    answer = make(target, int(sys.argv[3])) if step == "make" else steps[step](target)
    print(json.dumps(answer))
