"""Headers and affines as MONAI loads them, for every NIfTI file in a folder.

Made for MONAI 1.5.0, nibabel 5.3.2, NumPy 1.26.4 (install as in volume_pipeline.py):

    venv/bin/python e2e/oracle/nifti_headers.py src-main/formats/nifti/__fixtures__

Writes `expected-headers.json` there: per file the kept header fields ([numpy type, shape, bytes as hex], in
order), the affine and the warnings-free spatial shape.
"""

import glob
import json
import os
import sys
import warnings

import numpy as np
from monai.transforms import LoadImaged

warnings.filterwarnings("ignore")
NOT_IN_FILE = ("affine", "original_affine", "spatial_shape")


def describe(path):
    load = LoadImaged(keys="image", image_only=False, ensure_channel_first=True, reader="NibabelReader")
    meta = load({"image": path})["image_meta_dict"]
    arrays = {str(getattr(k, "value", k)): v for k, v in meta.items() if isinstance(v, np.ndarray)}
    fields = {k: [v.dtype.str[1:], list(v.shape), v.tobytes().hex()] for k, v in arrays.items() if k not in NOT_IN_FILE}
    return {"fields": fields, "affine": arrays["original_affine"].ravel().tolist(), "spatialShape": arrays["spatial_shape"].tolist()}


folder = sys.argv[1]
found = sorted(glob.glob(os.path.join(folder, "*.nii*")))
expected = {os.path.basename(path): describe(path) for path in found}
with open(os.path.join(folder, "expected-headers.json"), "w", encoding="utf-8") as out:
    json.dump({"madeBy": "e2e/oracle/nifti_headers.py, MONAI 1.5.0, nibabel 5.3.2, NumPy 1.26.4", "files": expected}, out, indent=1)
    out.write("\n")
