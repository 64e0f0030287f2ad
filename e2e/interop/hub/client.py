"""Drives the real huggingface_hub client, one step per run; prints one JSON line with what it got.

The endpoint, the token and the cache come from the environment, which has to be set before the
package is imported. Usage: client.py <step> <repo id> [argument ...]
"""

import hashlib
import json
import sys

import huggingface_hub
from huggingface_hub import HfApi, auth_check, hf_hub_download, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if sys.version_info >= (3, 11) else hashlib.sha256(file.read()).hexdigest()


def download(repo_id, path, revision=None):
    local = hf_hub_download(repo_id, path, repo_type="dataset", revision=revision)
    return {"sha256": sha256(local)}


def snapshot(repo_id):
    return {"folder": snapshot_download(repo_id, repo_type="dataset", max_workers=1)}


def paths_info(repo_id, *paths):
    found = HfApi().get_paths_info(repo_id, list(paths), repo_type="dataset")
    return {"files": {file.path: {"size": file.size, "blob_id": file.blob_id, "sha256": file.lfs.sha256 if file.lfs else None} for file in found}}


def tree(repo_id):
    entries = HfApi().list_repo_tree(repo_id, repo_type="dataset", recursive=True)
    return {"paths": [entry.path for entry in entries]}


def access(repo_id):
    auth_check(repo_id, repo_type="dataset")
    return {"user": HfApi().whoami()["name"]}


STEPS = {"version": lambda *_: {"version": huggingface_hub.__version__}, "download": download, "snapshot": snapshot, "paths-info": paths_info, "tree": tree, "access": access}


def main():
    step, *arguments = sys.argv[1:]
    try:
        answer = STEPS[step](*arguments)
    except (HfHubHTTPError, LocalEntryNotFoundError) as error:
        answer = {"error": type(error).__name__}
    print(json.dumps(answer))


main()
