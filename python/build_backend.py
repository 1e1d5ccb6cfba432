"""Builds the wheel: a zip of the package, with the program in it where ELASTRAIN_BUNDLE names one.

It needs nothing but Python, so that `pip install ./python` and scripts/build-wheel.sh work without a network. ELASTRAIN_PLATFORM is the
platform tag of a wheel that carries the program, such as manylinux2014_x86_64.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "elastrain"
LICENCES = ("LICENSE", "NOTICE")


def _field(name: str) -> str:
    found = re.search(rf'^{name} = "([^"]*)"', (HERE / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    if found is None:
        raise RuntimeError(f"pyproject.toml has no {name}")
    return found.group(1)


def _sources() -> List[Tuple[str, bytes]]:
    files = sorted(p for p in PACKAGE.rglob("*") if p.is_file() and (p.suffix == ".py" or p.name == "py.typed"))
    return [(f"elastrain/{p.relative_to(PACKAGE).as_posix()}", p.read_bytes()) for p in files]


def _metadata() -> bytes:
    lines = ["Metadata-Version: 2.1", "Name: elastrain", f"Version: {_field('version')}", f"Summary: {_field('description')}", "License: Apache-2.0",
             f"Requires-Python: {_field('requires-python')}", "Requires-Dist: numpy>=1.20", "Classifier: Typing :: Typed",
             "Description-Content-Type: text/markdown", "", (HERE / "README.md").read_text(encoding="utf-8")]
    return "\n".join(lines).encode()


def _tag() -> str:
    if not os.environ.get("ELASTRAIN_BUNDLE"):
        return "py3-none-any"
    platform = os.environ.get("ELASTRAIN_PLATFORM")
    if not platform:
        raise RuntimeError("ELASTRAIN_PLATFORM must say for which machines the program of ELASTRAIN_BUNDLE is, such as manylinux2014_x86_64")
    return f"py3-none-{platform}"


def _info(purelib: bool) -> Dict[str, bytes]:
    tags = _tag().split("-")
    wheel = ["Wheel-Version: 1.0", "Generator: elastrain", f"Root-Is-Purelib: {'true' if purelib else 'false'}"]
    wheel += [f"Tag: {tags[0]}-{tags[1]}-{platform}" for platform in tags[2].split(".")]
    info = {"METADATA": _metadata(), "WHEEL": "\n".join(wheel).encode() + b"\n"}
    if not purelib:  # else the program is somebody else's, who has it on the PATH
        info["entry_points.txt"] = b"[console_scripts]\nelastrain = elastrain._binary:main\n"
    for name in LICENCES:
        at = HERE.parent / name
        if at.is_file():
            info[f"licenses/{name}"] = at.read_bytes()
    return info


def _write(directory: str, files: List[Tuple[str, bytes]], programs: Tuple[str, ...] = ()) -> str:
    stem, tag = f"elastrain-{_field('version')}", _tag()
    files = files + [(f"{stem}.dist-info/{name}", data) for name, data in _info(not programs).items()]
    record = [f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}" for name, data in files]
    files.append((f"{stem}.dist-info/RECORD", "\n".join([*record, f"{stem}.dist-info/RECORD,,"]).encode() + b"\n"))
    wheel = f"{stem}-{tag}.whl"
    with zipfile.ZipFile(Path(directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))  # the same files make the same bytes
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Optional[str] = None) -> str:
    """PEP 517."""
    files, programs = _sources(), ()
    bundle = os.environ.get("ELASTRAIN_BUNDLE")
    if bundle:
        name = "elastrain/bin/elastrain" + (".exe" if bundle.endswith(".exe") else "")
        files.append((name, Path(bundle).read_bytes()))
        programs = (name,)
    return _write(wheel_directory, files, programs)


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Optional[str] = None) -> str:
    """PEP 660: a line that leads here."""
    return _write(wheel_directory, [("elastrain.pth", f"{HERE}\n".encode())])


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """PEP 517."""
    stem = f"elastrain-{_field('version')}"
    name = f"{stem}.tar.gz"
    with tarfile.open(Path(sdist_directory) / name, "w:gz") as archive:
        for path in ("pyproject.toml", "README.md", "build_backend.py"):
            archive.add(HERE / path, f"{stem}/{path}")
        for path, _ in _sources():
            archive.add(HERE / path, f"{stem}/{path}")
    return name


if __name__ == "__main__":
    import sys

    to = sys.argv[1] if len(sys.argv) > 1 else "."
    os.makedirs(to, exist_ok=True)
    print(build_wheel(to))
