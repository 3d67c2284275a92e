"""Makes the bundle for the platform it runs on: `python packaging/build.py [--out FOLDER] [--flavour cpu|cuda]`.

One folder with the app, the trainer, the models and all they need; it runs where there is no Python. It needs
`pip install -e ".[training,packaging]"`. Which PyTorch is installed decides the flavour: with CUDA the folder is some
3.4 GiB larger. `--flavour` asks for one and refuses to build the other.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from importlib import metadata
from pathlib import Path

import contents
import licences

HERE = Path(__file__).resolve().parent
_SHOWN = 25


def main(arguments: list[str] | None = None) -> int:
    """Build, add what a person needs beside the executables, and tell sizes; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=contents.ROOT / "dist", help="folder for the bundle (dist)")
    parser.add_argument("--flavour", choices=("cpu", "cuda"), help="refuse to build with the other kind of PyTorch")
    options = parser.parse_args(arguments)
    found = flavour()
    if options.flavour not in (None, found):
        say(f"PyTorch here is the {found} build. Install torch and torchvision of the {options.flavour} build.")
        return 2
    version = contents.version()
    began = time.monotonic()
    work = options.out / "work"
    command = [sys.executable, "-m", "PyInstaller", str(HERE / "bloodview.spec"), "--noconfirm", "--log-level", "WARN"]
    env = dict(os.environ, PYTHONPATH=str(contents.ROOT))  # our packages need not be installed to be collected
    command += ["--distpath", str(options.out), "--workpath", str(work)]
    done = subprocess.run(command, check=False, cwd=HERE, env=env)
    if done.returncode:
        say("PyInstaller gave up; its words stand above.")
        return 1
    folder = options.out / "bloodview"
    finish(folder, work, version)
    say(f"{folder}: BloodView {version}, {found}, {size(folder) / 2**20:.0f} MiB, {time.monotonic() - began:.0f} s")
    for name, held in weights(folder).most_common(_SHOWN):
        say(f"{held / 2**20:8.1f} MiB  {name}")
    return 0


def flavour() -> str:
    """What the PyTorch of this environment was built for: "cuda" or "cpu"."""
    import torch

    return "cpu" if torch.version.cuda is None else "cuda"


def finish(folder: Path, work: Path, version: str) -> None:
    """Put the licences of all parts and, on Linux, the desktop entry beside the executables."""
    files = [Path(line) for line in sources(work)]
    found = licences.parts(files)
    (folder / "LICENCES.txt").write_text(licences.document(found, version), encoding="utf-8")
    left_out = "".join(f"{name}: {why}\n" for name, why in contents.LEFT_OUT.items())
    (folder / "LEFT_OUT.txt").write_text(left_out, encoding="utf-8")
    shutil.copy(contents.ROOT / "LICENSE", folder / "LICENSE")
    if sys.platform.startswith("linux"):
        for name in ("bloodview.desktop", "bloodview.xml", "install.sh"):
            shutil.copy(HERE / "linux" / name, folder / name)


def sources(work: Path) -> list[str]:
    """The files that PyInstaller took in, as its tables of contents name them."""
    import ast

    found = []
    for table in (work / "bloodview").glob("*.toc"):
        for entry in _entries(ast.literal_eval(table.read_text(encoding="utf-8"))):
            found.append(entry)
    return found


def _entries(value: object) -> list[str]:
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(v, str) for v in value):
        return [str(value[1])]
    if isinstance(value, list | tuple):
        return [path for v in value for path in _entries(v)]
    return []


def size(folder: Path) -> int:
    """Bytes of all files below a folder; what is linked counts once."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink())


def weights(folder: Path) -> Counter[str]:
    """Bytes by the package, or the file, that lies directly in the bundle."""
    inside = folder / "_internal"
    held: Counter[str] = Counter()
    for entry in inside.iterdir():
        if not entry.is_symlink():
            held[entry.name] = size(entry) if entry.is_dir() else entry.stat().st_size
    return held


def say(text: str) -> None:
    """A line for the person who builds."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    if not metadata.packages_distributions().get("PyInstaller"):
        say('PyInstaller is missing: pip install -e ".[training,packaging]"')
        sys.exit(2)
    sys.exit(main())
