"""What torch.save can be asked for beside its defaults, with what torch.load makes of it.

    venv/bin/python e2e/oracle/torch_variants.py src-main/formats/torch/__fixtures__

Made for PyTorch 2.13.0, NumPy 1.26.4, MONAI 1.5.0 (install as in volume_pipeline.py). Writes `variants.json` there: per file its bytes
(gzip, base64) and the values of its tensors in C order, or null for a tensor that Larder names without reading it.
"""

import base64
import collections
import gzip
import io
import json
import os
import sys
import warnings

import monai.utils.enums
import torch

warnings.filterwarnings("ignore")

ramp = torch.arange(6, dtype=torch.float32).reshape(2, 3)
pairs = torch.view_as_complex(torch.arange(8, dtype=torch.float32).reshape(4, 2))
plain = {"image": ramp, "rest": [True, False, None, 2**40, -(2**40), 1.5, "ខ", b"\xff", (1,), {1: "a"}, collections.OrderedDict(a=1)]}
STREAM = {"_use_new_zipfile_serialization": False}

ENUMS = [
    "MetaKeys", "SpaceKeys", "TraceKeys", "TraceStatusKeys", "LazyAttr", "CommonKeys", "PatchKeys", "WSIPatchKeys", "ProbMapKeys", "GridSampleMode", "GridSamplePadMode",
    "InterpolateMode", "NdimageMode", "SplineMode", "NumpyPadMode", "PytorchPadMode", "GridPatchSort", "Method", "BoxModeName", "ColorOrder", "TransformBackends",
]  # fmt: skip
members = [member for name in ENUMS for member in getattr(monai.utils.enums, name)]

CASES = [
    ("protocol 1", plain, {"pickle_protocol": 1}),
    ("protocol 3", plain, {"pickle_protocol": 3}),
    ("protocol 4", plain, {"pickle_protocol": 4}),
    ("protocol 5", plain, {"pickle_protocol": 5}),
    *((f"stream of before 1.6, protocol {p}", {"image": ramp}, STREAM | {"pickle_protocol": p}) for p in (1, 2, 3, 4, 5)),
    ("imaginary part of a conjugate", {"image": pairs.conj().imag}, {}),
    ("negative view of integers", {"image": torch._neg_view(torch.tensor([0, 1, -128, 300], dtype=torch.int32))}, {}),
    ("types of Python", {"image": ramp, "types": [int, str, float, range], "counts": collections.defaultdict(int, a=1)}, {}),
    ("quantised per tensor", {"image": torch.quantize_per_tensor(ramp, 0.5, 1, torch.quint8)}, {}),
    ("quantised per channel", {"image": torch.quantize_per_channel(ramp, torch.ones(2), torch.zeros(2), 0, torch.qint8)}, {}),
    ("nested", {"image": torch.nested.nested_tensor([ramp[0], ramp[1, :2]])}, {}),
    ("enums of MONAI", {"image": ramp, "members": members}, {}),
    ("4-bit floats", {"image": torch.zeros(4, dtype=torch.uint8).view(torch.float4_e2m1fn_x2)}, {}),
]  # fmt: skip


def values_of(tensor):
    if tensor.is_quantized or tensor.is_nested or tensor.dtype == torch.float4_e2m1fn_x2:
        return None
    return tensor.flatten().tolist()


def describe(what, value, options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    loaded = torch.load(io.BytesIO(file.getvalue()), weights_only=False)
    packed = base64.b64encode(gzip.compress(file.getvalue(), mtime=0)).decode()
    return {"what": what, "isStream": options.get("_use_new_zipfile_serialization") is False, "values": values_of(loaded["image"]), "file": packed}


with open(os.path.join(sys.argv[1], "variants.json"), "w", encoding="utf-8") as out:
    json.dump({"madeBy": "e2e/oracle/torch_variants.py, PyTorch 2.13.0, NumPy 1.26.4, MONAI 1.5.0", "files": [describe(*case) for case in CASES], "members": [[type(m).__name__, m.name, m.value] for m in members]}, out, indent=1)
    out.write("\n")
