"""The contract of a refinement: what the app asks of the trainer's process, its wishes meanwhile, and the verdict.

Beside the lines of events (`core.training_run`) everything is a file in one folder: what is asked goes in as `RUN`, a
wish as `CONTROL`, and the verdict of the gate comes out as `VERDICT`.
"""

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from bloodview.core import programs
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import write_whole

RUN, CONTROL, VERDICT, MODELS = "refine.json", "control", "verdict.json", "models"
"""In the folder of a refinement: what is asked, the latest wish, the verdict, and the folder of the model made."""
LOOKED = "looked.npz"
"""There too once the network has looked at the cells: what comes later can be gone on with."""
FORMAT = 1
"""Version of the verdict; raised when a field changes its meaning."""
LEAST_CELLS, LEAST_CLASSES, LEAST_OF_A_CLASS = 10, 2, 3
"""What the part that trains must hold: cells in all, and classes with so many of them."""
GOOD_NUMBER = 10
"""Cells of a class that make a refinement worth its while."""
LEAST_FIELDS, LEAST_BOXES = 4, 10
"""The same of a detector: pictures, or parts of slides, and boxes of the kinds that are marked throughout."""
LEAST_OUTLINES = 10
"""The same of a segmenter: cells of which a person outlined the cell, the nucleus or both."""
UNEVEN = 10
"""How many times as many cells a class may have as another before it is pointed out."""
STOPPED = 3
"""Exit status of a trainer that was asked to stop; started again it goes on where it was."""
_NEEDED = ("training", "lightning_fabric")

Kind = Literal["head", "lora"]
What = Literal["classifier", "detector", "segmenter"]
CLASSIFIER: What = "classifier"
DETECTOR: What = "detector"
SEGMENTER: What = "segmenter"
Wish = Literal["go", "pause", "stop"]
Answer = Literal["better", "worse", "cannot tell"]
GO: Wish = "go"
PAUSE: Wish = "pause"
STOP: Wish = "stop"
BETTER: Answer = "better"
CANNOT_TELL: Answer = "cannot tell"
LOSS, HELD_OUT_LOSS, HELD_OUT_NEW, HELD_OUT_OLD = (
    "loss",
    "held-out loss",
    "held-out corrections",
    "held-out old classes",
)
"""Figures of an epoch: the loss on cells that train and on those held out, and how many of these are named rightly."""


@dataclass(frozen=True, slots=True)
class RefineFile:
    """What a refinement shall do.

    Args:
        trainset: folder of the training set.
        parent: folder of the model that is refined.
        current: folder of the model that the result is compared with, the one in use.
        model_id: of the model that comes out.
        title: one line for people.
        by: who asked for it.
        kind: of a classifier; "head" fits the last layer on what the network says of the cells; "lora" also changes
            the convolutions of its last stage, by low rank.
        what: what is refined: a classifier by a `trainset`, a detector by a `fieldset`, a segmenter by an
            `outlineset`.
        epochs: passes over the cells.
        seed: of the order of views.
        threads: CPU threads; 0 = all.
    """

    trainset: str
    parent: str
    current: str
    model_id: str
    title: str
    by: str = ""
    kind: Kind = "head"
    what: What = CLASSIFIER
    epochs: int = 25
    seed: int = 0
    threads: int = 0

    @classmethod
    def read(cls, path: Path) -> "RefineFile":
        """Read and check it.

        Raises:
            UserError: naming the file and what is wrong with it.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", path=path) from None
        except (ValueError, RecursionError) as error:
            raise UserError(f"is no JSON: {error}", path=path) from None
        known = {f.name: f.type for f in fields(cls)}
        if not isinstance(raw, dict) or set(raw) - set(known):
            raise UserError("does not say what shall be refined.", path=path, hint=f"Known are {', '.join(known)}.")
        try:
            run = cls(**raw)
        except TypeError as error:
            raise UserError(f"does not say all that is needed: {error}", path=path) from None
        for name, kind in (("epochs", int), ("seed", int), ("threads", int), ("trainset", str), ("parent", str)):
            if not isinstance(getattr(run, name), kind):
                raise UserError(f"field {name!r} is of the wrong kind", path=path)
        if run.kind not in get_args(Kind) or run.what not in get_args(What) or run.epochs < 1:
            raise UserError(f"kind {run.kind!r}, what {run.what!r} or epochs {run.epochs} cannot be", path=path)
        if not re.fullmatch(r"\w[\w.+-]*", run.model_id):
            raise UserError(f"field 'model_id': {run.model_id!r} is no name of a folder", path=path)
        return run

    def write(self, folder: Path) -> Path:
        """Write it into the folder of the refinement; the file."""
        with write_whole(folder / RUN) as beside:
            beside.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return folder / RUN


def trainer_command() -> list[str]:
    """The words that start the trainer's process: of a bundle its own executable, else this Python.

    Raises:
        UserError: what the trainer needs is not installed; says what to install.
    """
    if not programs.is_bundled() and (missing := [n for n in _NEEDED if importlib.util.find_spec(n) is None]):
        raise UserError(
            f"Training needs what is not installed: {', '.join(missing)}.",
            hint='Install it with `pip install "bloodview[training]"`, in a checkout `pip install -e ".[training]"`.',
        )
    return programs.command("training", programs.TRAINER)


def trainer_folder() -> Path | None:
    """Where the trainer's process must start so that it finds its code; None if that does not matter."""
    return programs.start_folder("training")


def wish(folder: Path, what: Wish) -> None:
    """Ask the trainer that works in this folder to pause, to go on or to stop.

    Raises:
        StorageError: it cannot be written.
    """
    with write_whole(folder / CONTROL) as beside:
        beside.write_text(what, encoding="utf-8")


def wished(folder: Path) -> Wish:
    """The latest wish; "go" where there is none."""
    try:
        said = (folder / CONTROL).read_text(encoding="utf-8").strip()
    except OSError:
        return "go"
    return next((w for w in get_args(Wish) if w == said), "go")


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def in_words(self) -> str:
        """Such as "82 % (70 to 91)"."""
        return self.to_decimals(0)

    def to_decimals(self, n: int) -> str:
        """The same to so many decimals of a percent."""
        return f"{self.value * 100:.{n}f} % ({self.low * 100:.{n}f} to {self.high * 100:.{n}f})"


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class on one set of cells: how many there are, and which share of them was and is named rightly.

    Of a detector a kind: how many boxes there are, and the average precision at half overlap. Of a segmenter cell or
    nucleus: how many outlines there are, and the mean Dice of masks with them.
    """

    label: str
    n: int
    before: Share
    after: Share


@dataclass(frozen=True, slots=True)
class Judged:
    """Both models on the same cells, none of which trained the refinement.

    Args:
        cells: how many.
        units: how many cases, pictures or cells the intervals take as independent.
        unit: what these are.
        before, after: balanced accuracy; of a detector the mean of the kinds' average precisions; of a segmenter that
            of the mean Dice of cells and nuclei.
        difference: after - before, with the interval of the paired bootstrap over the units.
        classes: each label of the cells.
        gained, lost: cells that only the new model, and only the old one, names rightly; of a detector units on which
            fewer, and more, boxes are missing or wrong than before; of a segmenter units that are outlined better, and
            worse.
    """

    cells: int
    units: int
    unit: str
    before: Share
    after: Share
    difference: Share
    classes: tuple[ClassChange, ...]
    gained: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A correction that others of its class contradict: its crop in the training set, where it lies, and why."""

    file: str
    case: str
    group: str
    cell_id: int
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a refined model.

    Args:
        model: folder of the model, beside the verdict.
        model_id: its id.
        before: the model it was compared with.
        answer: "better", "worse" or "cannot tell".
        label_more: of "cannot tell": how many more cells to label, or pictures to go through, roughly.
        why: the answer in a sentence.
        locked: on the locked part of the corrections.
        reference: on the reference cells of the old classes; None if the model holds none.
        trained: label -> cells that trained.
        notes: what a person should know.
        doubts: corrections that look wrong.
        seconds: what it took, pauses left out.
        what: what was refined.
    """

    model: str
    model_id: str
    before: str
    answer: Answer
    label_more: int
    why: str
    locked: Judged
    reference: Judged | None
    trained: Mapping[str, int]
    notes: tuple[str, ...]
    doubts: tuple[Contradiction, ...]
    seconds: float
    what: What = CLASSIFIER

    def write(self, folder: Path) -> Path:
        """Write it into the folder of the refinement; the file."""
        with write_whole(folder / VERDICT) as beside:
            beside.write_text(
                json.dumps({"format": FORMAT} | asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8"
            )
        return folder / VERDICT

    @classmethod
    def read(cls, folder: Path) -> "Verdict":
        """Read it from the folder of the refinement.

        Raises:
            UnreadableFileError: there is none, it is damaged, or was made by a newer version.
        """
        path = folder / VERDICT
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if raw.pop("format") > FORMAT:
                raise UnreadableFileError("was made by a newer BloodView.", path=path, hint="Update BloodView.")
            raw["locked"] = _judged(raw["locked"])
            raw["reference"] = None if raw["reference"] is None else _judged(raw["reference"])
            raw["notes"], raw["doubts"] = tuple(raw["notes"]), tuple(Contradiction(**d) for d in raw["doubts"])
            return cls(**raw)
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {error.strerror or error}.", path=path) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnreadableFileError(f"is no verdict: {error}.", path=path, hint="Refine again.") from None


def _judged(raw: Mapping[str, Any]) -> Judged:
    shares = {name: Share(**raw[name]) for name in ("before", "after", "difference")}
    classes = tuple(ClassChange(c["label"], c["n"], Share(**c["before"]), Share(**c["after"])) for c in raw["classes"])
    return Judged(**{**raw, **shares, "classes": classes})


def remarks(counts: Mapping[str, int]) -> tuple[str, ...]:
    """What numbers of cells by class make a person expect, in sentences; nothing if all is well."""
    said = []
    if few := [f"{label} ({n})" for label, n in counts.items() if n < GOOD_NUMBER]:
        said.append(f"Fewer than {GOOD_NUMBER} cells, so little is learned of: {', '.join(few)}.")
    if counts and max(counts.values()) > UNEVEN * min(counts.values()):
        most, least = max(counts, key=lambda c: counts[c]), min(counts, key=lambda c: counts[c])
        said.append(f"The classes are uneven: {counts[most]} {most} to {counts[least]} {least}; each counts alike.")
    return tuple(said)


def why_too_few(counts: Mapping[str, int]) -> str:
    """Why these cells cannot train; "" if they can."""
    enough = [label for label, n in counts.items() if n >= LEAST_OF_A_CLASS]
    if sum(counts.values()) >= LEAST_CELLS and len(enough) >= LEAST_CLASSES:
        return ""
    return (
        f"{sum(counts.values())} cells can train; needed are {LEAST_CELLS} at least, and {LEAST_OF_A_CLASS} of each "
        f"of {LEAST_CLASSES} classes."
    )


def why_too_few_fields(fields: int, boxes: int) -> str:
    """Why these pictures cannot teach a detector; "" if they can."""
    if fields >= LEAST_FIELDS and boxes >= LEAST_BOXES:
        return ""
    return (
        f"{fields} pictures with {boxes} boxes can train; needed are {LEAST_FIELDS} pictures and {LEAST_BOXES} boxes."
    )


def why_too_few_outlines(cells: int) -> str:
    """Why so many outlined cells cannot teach a segmenter; "" if they can."""
    if cells >= LEAST_OUTLINES:
        return ""
    return f"{cells} outlined cells can train; needed are {LEAST_OUTLINES} at least."
