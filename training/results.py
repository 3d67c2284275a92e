"""The records of what was measured, one JSON file a protocol, method, part left out and seed: written whole, read."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.models.card import Metric
from training.judge import Part

FORMAT = 1
FOLDER = Path("training") / "results"
"""Where the records of the published table lie, seen from the project's folder."""


@dataclass(frozen=True, slots=True)
class Code:
    """The commit of the code, "" outside a checkout, and whether tracked files differed from it."""

    commit: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What one training of one method reached.

    Args:
        protocol: one of PROTOCOL_NAMES.
        method: the run file's model id.
        title: the run file's line for people.
        left_out: the laboratory or class that did not train, the number of labels a class, or "".
        seed: of the training.
        mode: "inductive", or "transductive" if pictures of the laboratory left out were seen without labels.
        run: the run file as it was trained, its seed and limit included.
        trained_cells: number of cells that trained, before the run file's limit.
        data: sha256 over names and sizes of the pictures that trained; of a published model its weights' sha256.
        trained_by: code at the training; of a published model unknown.
        judged_by: code at the judging.
        seconds: of the training, where it was done in one go.
        device: kind of the device that trained; "" for a published model, which is judged as it is.
        parts: one a set of cells judged.
    """

    protocol: str
    method: str
    title: str
    left_out: str
    seed: int
    mode: str
    run: Mapping[str, Any]
    trained_cells: int
    data: str
    trained_by: Code
    judged_by: Code
    seconds: float
    device: str
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """The file's name, without its ending."""
        words = (self.protocol, self.method, self.left_out, f"seed{self.seed}")
        return "--".join(re.sub(r"[^A-Za-z0-9_.-]+", "-", w) for w in words if w)

    def part(self, judged: str) -> Part | None:
        """What was reached on a set of cells, if it was judged."""
        return next((p for p in self.parts if p.judged == judged), None)


def write(record: Record, folder: Path) -> Path:
    """Write a record in its own file, whole or not at all; one of the same name gives way."""
    file = folder / f"{record.name}.json"
    with write_whole(file) as part:
        part.write_text(json.dumps({"format": FORMAT} | asdict(record), indent=1) + "\n", encoding="utf-8")
    return file


def read(file: Path) -> Record:
    """A record from its file.

    Raises:
        UserError: naming the file, if it is none.
    """
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw.pop("format") != FORMAT:
            raise UserError("is a record of another version.", path=file)
        raw["parts"] = tuple(_part(p) for p in raw["parts"])
        raw |= {k: Code(**raw[k]) for k in ("trained_by", "judged_by")}
        return Record(**raw)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"is no record of results: {error}", path=file, hint="Measure it again.") from None


def read_all(folder: Path) -> list[Record]:
    """Every record of a folder, ordered by name; those of the gate are not among them."""
    files = sorted(f for f in folder.glob("*.json") if f.name.split("--")[0] in PROTOCOL_NAMES)
    return [read(f) for f in files]


PROTOCOL_NAMES = (
    "home",
    "left-out",
    "adapt",
    "few-labels",
    "calibration",
    "unseen-class",
    "few-shot",
    "queue",
    "new-class",
    "refine",
    "refine-finders",
    "refine-outlines",
)


def code() -> Code:
    """The commit of the code that runs, and whether its tracked files differ from it."""
    here = Path(__file__).parent.parent

    def git(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, timeout=20, check=True)
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "bloodview", "training")
    return Code(git("rev-parse", "HEAD"), bool(changed))


def _part(raw: Mapping[str, Any]) -> Part:
    figures = tuple(Metric(**f) for f in raw["figures"])
    curve = tuple((float(c), float(h), int(n)) for c, h, n in raw["reliability"])
    return Part(**{**raw, "figures": figures, "reliability": curve})
