"""The installed models as a person meets them: which is in use, where each comes from, whether it is whole and runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from bloodview.analysis.inputs import Progress, quiet
from bloodview.core import paths
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import ModelError
from bloodview.models import archive, shelf, store
from bloodview.models.api import Click, Prompts
from bloodview.models.card import ModelCard
from bloodview.models.shelf import Shelved
from bloodview.review.records import SlideRecord

ENDING = archive.ENDING
TASKS = tuple(store.DEFAULTS)
"""What models are made for, in the order in which they work."""
_MOST_STEPS = 10  # from a model to what it was made from
_READ_BY = ("detect", "segment", "classify")
"""The order in which a case keeps what read a picture."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One step of a model's lineage: what it was made from and how.

    Args:
        how: "refined" by corrections, "adapted" to a laboratory, or "taught" classes by examples.
        base: the model it was made from: its id and the start of its checksum.
        is_here: whether that very model is installed.
        trained: class -> cells that made it.
        judged: cells that only judged it.
        fingerprint: sha256 over the cells.
        kind: what was trained, of a refinement.
        by, at: who made it and when, ISO 8601; "" where nobody wrote it down.
        verdict, against: what the gate said, and against which model; "" if there was none.
    """

    how: Literal["refined", "adapted", "taught"]
    base: str
    is_here: bool
    trained: Mapping[str, int]
    fingerprint: str
    judged: int = 0
    kind: str = ""
    by: str = ""
    at: str = ""
    verdict: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model on the shelf.

    Args:
        shelved: its folder and card, or what is wrong.
        is_used: whether it is the one in use for its task.
        lineage: how it came to be, the latest step first; empty for one that was trained from pictures alone.
        made_from_it: ids of installed models that were made from it.
    """

    shelved: Shelved
    is_used: bool
    lineage: tuple[Origin, ...]
    made_from_it: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.shelved.id

    @property
    def card(self) -> ModelCard | None:
        """None if it cannot be read."""
        return self.shelved.card

    @property
    def task(self) -> str:
        """What it is made for; "" if nobody knows."""
        return self.card.task if self.card is not None else ""

    @property
    def can_be_used(self) -> bool:
        """Whether it could be taken into use."""
        return not self.shelved.problem and not self.is_used

    @property
    def can_go(self) -> bool:
        """Whether it may be removed."""
        return self.shelved.is_own and not self.is_used


@dataclass(frozen=True, slots=True)
class ReadWith:
    """What the pictures of a case were read with for one task, where that is not the model in use.

    Args:
        task: what the models are made for.
        models: ids with the start of the checksum.
        now: the same of the model in use.
        pictures: how many were read with another than that.
    """

    task: str
    models: tuple[str, ...]
    now: str
    pictures: int


def entries(named: Mapping[str, str]) -> list[Entry]:
    """Every model; `named` is task -> the one that the settings name, if they do.

    Raises:
        UserError: the file of what was chosen is damaged.
    """
    found = shelf.shelved()
    used = {task: named.get(task) or store.chosen(task) for task in TASKS}
    by_id = {s.id: s.card for s in found if s.card is not None}
    lineages = {s.folder: tuple(_lineage(s.card, by_id)) for s in found if s.card is not None}
    made = [
        Entry(
            s,
            s.card is not None and not s.problem and used.get(s.card.task) == s.id,
            lineages.get(s.folder, ()),
            tuple(o.id for o in found if (steps := lineages.get(o.folder)) and _id_of(steps[0].base) == s.id),
        )
        for s in found
    ]
    return sorted(made, key=lambda e: TASKS.index(e.task) if e.task in TASKS else len(TASKS))


def read_with(slides: Sequence[SlideRecord], shown: Sequence[Entry]) -> list[ReadWith]:
    """Where the pictures of a case were read with other models than those in use."""
    now = {e.task: e.card.mark for e in shown if e.is_used and e.card is not None}
    found = []
    for at, task in enumerate(_READ_BY):
        others = [s.model_ids[at] for s in slides if len(s.model_ids) > at and s.model_ids[at] != now.get(task)]
        if others and task in now:
            found.append(ReadWith(task, tuple(sorted(set(others))), now[task], len(others)))
    return found


def check(model_ids: Sequence[str]) -> dict[str, str]:
    """Id -> what is wrong with the files of that model, in sentences; "" if card and weights belong together."""
    return {s.id: shelf.check_files(s) for s in shelf.shelved() if s.id in model_ids}


def use(model_id: str, device: str, cancel: CancelToken, progress: Progress = quiet) -> store.Taken:
    """Try a model out, and take it into use if it answers.

    Raises:
        ModelError: it is damaged, or gives no answer.
        StorageError: the choice could not be kept.
        Cancelled: the token was cancelled.
    """
    cancel.check()
    progress(0.0, model_id)
    try_out(model_id, device)
    cancel.check()
    return store.activate(model_id)


def try_out(model_id: str, device: str = "cpu") -> None:
    """Load a model and have it answer for a picture.

    Raises:
        ModelError: it is damaged, or gives no answer.
    """
    card = next((c for c in store.list_models() if c.id == model_id), None)
    if card is None:
        raise ModelError(f"there is no model called {model_id!r}.", hint="Look at the list again.")
    try:
        _ask(card, device)
    except (RuntimeError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        why = " ".join(str(error).split())[:200]
        raise ModelError(f"it gives no answer: {why}", path=model_id, hint="Install the model again.") from error


def export(model_id: str, file: Path) -> ModelCard:
    """Write a model as one file, to give away; see `store.export`."""
    return store.export(model_id, file)


def take_in(file: Path) -> ModelCard:
    """Install the model of such a file without taking it into use; see `store.take_in`."""
    return store.take_in(file)


def remove(model_id: str) -> None:
    """Remove a model of the user's; see `shelf.remove`."""
    shelf.remove(model_id)


def own_folder() -> Path:
    """Where the user's models lie, made if it is not there: a folder put there is a model.

    Raises:
        OSError: it cannot be made.
    """
    folder = paths.user_models()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _ask(card: ModelCard, device: str) -> None:
    """Load it and have it answer; what it says must be numbers."""
    side = max(64, card.image_px)
    picture = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    box = (side * 0.25, side * 0.25, side * 0.75, side * 0.75)
    if card.task == "detect":
        store.load_detector(device, card.id).detect([picture])
    elif card.task == "segment":
        store.load_segmenter(device, card.id).segment(picture, np.array([box], np.float32))
    elif card.task == "outline":
        outliner = store.load_prompt_segmenter(device, card.id)
        outliner.outline(outliner.embed(picture), Prompts((Click(side / 2, side / 2),), box))
    else:
        said = store.load_classifier(device, card.id).classify(picture[None]).probabilities
        if said.shape != (1, len(card.classes)) or not np.isfinite(said).all():
            raise ValueError("its probabilities are no numbers")


def _lineage(card: ModelCard, by_id: Mapping[str, ModelCard]) -> Iterator[Origin]:
    """From a model back to the one that was trained from pictures alone, as far as they are installed."""
    now: ModelCard | None = card
    for _ in range(_MOST_STEPS):
        made = now.refinement or now.adaptation or now.lesson if now is not None else None
        if now is None or made is None:
            return
        base = by_id.get(_id_of(made.base))
        is_here = base is not None and base.weights_sha256 == made.base_sha256
        yield _origin(now, is_here=is_here)
        now = base if is_here else None


def _origin(card: ModelCard, *, is_here: bool) -> Origin:
    if (r := card.refinement) is not None:
        judged = sum(r.locked.values())
        return Origin(
            "refined", r.base, is_here, r.trained, r.fingerprint, judged, r.kind, r.by, r.at, r.verdict, r.against
        )
    if (a := card.adaptation) is not None:
        return Origin("adapted", a.base, is_here, a.examples, a.fingerprint)
    assert card.lesson is not None
    taught = {name: known.examples for name, known in card.lesson.classes.items()}
    return Origin("taught", card.lesson.base, is_here, taught, card.lesson.fingerprint)


def _id_of(mark: str) -> str:
    return mark.split("@")[0]
