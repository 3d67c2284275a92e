"""The card beside a model's weights: the only source of its input, classes, thresholds, origin and figures."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bloodview.core import record_types
from bloodview.core.errors import ModelError

CARD_NAME, WEIGHTS_NAME, REPLAY_NAME = "card.json", "weights.safetensors", "replay.safetensors"
FORMAT = 1
"""Version of the card's format; a newer one is refused."""

STAINS = ("none", "ground", "dye")
"""What this version can refer the input to."""
_LONGEST_ID, _NARROWEST, _WIDEST, _DEEPEST, _COARSEST = 200, 16, 8192, 256, 100
_AGAIN = "Install the model again."


@dataclass(frozen=True, slots=True)
class DataOrigin:
    """A data set that trained a model: its name, licence, number of examples and fingerprint (sha256)."""

    name: str
    licence: str
    examples: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure that a command measured.

    Args:
        name: what was measured, on which part of which data.
        value: the figure.
        low: lower end of its 95 % interval; equal to value if none was computed.
        high: upper end.
        n: number of examples it rests on.
    """

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What fitted a model to another laboratory.

    Args:
        base: the model that was adapted: its id and the start of its checksum.
        base_sha256: of that model's weights.
        examples: class -> cells of the laboratory.
        fingerprint: sha256 over the examples' classes and pixels.
    """

    base: str
    base_sha256: str
    examples: Mapping[str, int]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Refinement:
    """What refined a model: the corrections of a laboratory's cases.

    Args:
        base: the model that was refined: its id and the start of its checksum.
        base_sha256: of that model's weights.
        kind: what was trained, "head" or "lora"; see core.refinement.
        trained: label -> cells that trained.
        locked: label -> cells that judged; they never train a model that comes of this one.
        fingerprint: sha256 over the labels and crops of the cells that trained.
        trained_pictures: of the pictures whose cells trained this model or one it comes of; see `picture_mark`.
        locked_pictures: of those whose cells judged one of them.
        by: who refined it.
        at: when, ISO 8601.
        verdict: what the gate said against the model in use: "better", "worse" or "cannot tell".
        against: that model.
    """

    base: str
    base_sha256: str
    kind: str
    trained: Mapping[str, int]
    locked: Mapping[str, int]
    fingerprint: str
    trained_pictures: tuple[str, ...]
    locked_pictures: tuple[str, ...]
    by: str
    at: str
    verdict: str
    against: str


def picture_mark(content_hash: str) -> str:
    """What stands for a picture in a card: it tells whether a picture is the same, and nothing else."""
    return hashlib.sha256(f"bloodview picture {content_hash}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class LearnedClass:
    """What is known of a class that was learned from a few examples.

    Args:
        examples: different cells that it was learned from.
        right: of them, those found again when left out.
        n: of them, those that could be left out.
        alarms: cells of other classes taken for it.
        others: cells of other classes.
        standing: "Draft", "Usable" or "Trusted"; only what is trusted may stand without asking.
        summary: all of it in words.
    """

    examples: int
    right: int
    n: int
    alarms: int
    others: int
    standing: str
    summary: str

    @property
    def is_trusted(self) -> bool:
        """Whether its labels may stand."""
        return self.standing == "Trusted"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What taught a model classes from a few examples.

    Args:
        base: the model that was taught: its id and the start of its checksum.
        base_sha256: of that model's weights.
        base_classes: in the order of the network's outputs.
        extends: whether these stay answers, before the new classes.
        classes: new class -> what is known of it.
        fingerprint: sha256 over the examples' classes and pixels.
    """

    base: str
    base_sha256: str
    base_classes: tuple[str, ...]
    extends: bool
    classes: Mapping[str, LearnedClass]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model is and what it may be used for.

    Args:
        format: version of this format.
        id: what people and results call it; the name of the folder where it is installed.
        task: "detect", "segment" or "classify".
        title: one line for people.
        architecture: name that the store knows a builder for.
        channels: widths of the backbone's stages.
        layers: blocks of the backbone's stages.
        classes: kinds or classes in the order of the answers.
        image_px: side of the network's input; for a detector the multiple that sides are padded to.
        um_per_px: scale of the input.
        mean: of RGB, of a full scale of 1.
        std: of RGB, of a full scale of 1.
        thresholds: kind -> score from which it is shown; "decided" -> confidence from which a label may stand;
            "familiar" -> familiarity below which none may.
        temperature: divisor of the logits that calibrates them.
        fusion: how a ViT brings the outputs of its blocks together; "none" for other networks.
        sides: input pixels of each member of an ensemble; empty for other networks.
        head: what a classifier's logits are made by, "linear" or "arcface".
        stain: what the input is referred to before the network sees it; see nets.preprocess.
        adaptation: what fitted it to one laboratory; None for a model as it was trained.
        lesson: what taught it classes from examples; None for any other model.
        refinement: what refined it by corrections; None for any other model.
        replay_sha256: of the maps of reference cells beside the weights (see models.replay); "" if there are none.
        data: what trained it.
        metrics: what was measured, by which it was published.
        recipe: the run file.
        limits: what it must not be trusted with, in words.
        created: ISO date.
        weights_sha256: of the weights file.
        weights_bytes: of the weights file.
    """

    format: int
    id: str
    task: str
    title: str
    architecture: str
    channels: tuple[int, ...]
    layers: tuple[int, ...]
    classes: tuple[str, ...]
    image_px: int
    um_per_px: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    thresholds: Mapping[str, float]
    temperature: float
    data: tuple[DataOrigin, ...]
    metrics: tuple[Metric, ...]
    recipe: Mapping[str, Any]
    limits: str
    created: str
    weights_sha256: str
    weights_bytes: int
    fusion: str = "none"
    head: str = "linear"
    sides: tuple[int, ...] = ()
    stain: str = "none"
    adaptation: Adaptation | None = None
    lesson: Lesson | None = None
    refinement: Refinement | None = None
    replay_sha256: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that make up its folder."""
        return (CARD_NAME, WEIGHTS_NAME, *((REPLAY_NAME,) if self.replay_sha256 else ()))

    @property
    def mark(self) -> str:
        """Id and the start of the checksum, by which results name the very weights."""
        return f"{self.id}@{self.weights_sha256[:8]}"

    @property
    def outputs(self) -> tuple[str, ...]:
        """The kinds or classes of the network's outputs: the answers, or what lies below learned ones."""
        return self.lesson.base_classes if self.lesson else self.classes

    def may_stand(self, name: str) -> bool:
        """Whether a label of this class may stand without asking, if its cell is familiar and sure enough."""
        return self.lesson is None or name not in self.lesson.classes or self.lesson.classes[name].is_trusted

    @property
    def window_um(self) -> float:
        """Side of the input in um."""
        return self.image_px * self.um_per_px

    @classmethod
    def read(cls, folder: Path) -> "ModelCard":
        """Read a model folder's card.

        Raises:
            ModelError: naming the card and what is wrong with it.
        """
        file = folder / CARD_NAME
        try:
            raw = json.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(f"the model's card cannot be read: {error.strerror}.", path=file, hint=_AGAIN) from None
        except (ValueError, RecursionError):
            raise ModelError("the model's card is no JSON.", path=file, hint=_AGAIN) from None
        if not isinstance(raw, dict) or not isinstance(raw.get("format"), int):
            raise ModelError("is no model card.", path=file, hint=_AGAIN)
        if raw["format"] > FORMAT:
            raise ModelError("was made by a newer BloodView.", path=file, hint="Update BloodView to use this model.")
        try:
            raw["data"] = tuple(DataOrigin(**d) for d in raw["data"])
            raw["metrics"] = tuple(Metric(**m) for m in raw["metrics"])
            if raw.get("adaptation") is not None:
                raw["adaptation"] = Adaptation(**raw["adaptation"])
            if raw.get("lesson") is not None:
                raw["lesson"] = _lesson(raw["lesson"])
            if raw.get("refinement") is not None:
                lists = {k: tuple(raw["refinement"][k]) for k in ("trained_pictures", "locked_pictures")}
                raw["refinement"] = Refinement(**raw["refinement"] | lists)
            values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
            card = cls(**values)
        except (KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"the model's card does not fit its format: {error}.", path=file, hint=_AGAIN) from None
        if wrong := record_types.misfit(card) or card._senseless():
            raise ModelError(f"the model's card does not fit its format: field {wrong!r}.", path=file, hint=_AGAIN)
        return card

    def _senseless(self) -> str:
        """The first field whose value no model can have, "" if there is none; each is of its type."""
        needed = {"detect": self.classes, "classify": ("decided", "familiar")}.get(self.task, ())
        answers = int(self.task in ("detect", "segment", "outline", "classify"))  # an encoder alone has no classes
        sense = {
            "id": self.id.isprintable() and 0 < len(self.id) <= _LONGEST_ID,
            "classes": len(set(self.classes)) == len(self.classes) >= answers
            and all(map(str.isprintable, self.classes)),
            "image_px": _NARROWEST <= self.image_px <= _WIDEST,
            "um_per_px": 0 < self.um_per_px <= _COARSEST,
            "mean": all(map(math.isfinite, self.mean)),
            "std": all(0 < s < math.inf for s in self.std),
            "thresholds": all(map(math.isfinite, self.thresholds.values())) and self.thresholds.keys() >= {*needed},
            "temperature": 0 < self.temperature < math.inf,
            "channels": all(0 < c <= _WIDEST for c in self.channels),
            "layers": all(0 < n <= _DEEPEST for n in self.layers),
            "sides": all(0 < s <= _WIDEST for s in self.sides),
            "stain": self.stain in STAINS,
        }
        return next((name for name, is_sense in sense.items() if not is_sense), "")

    def to_json(self) -> str:
        """The card as text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def check_weights(self, folder: Path) -> Path:
        """The weights file, after its size and checksum were compared with the card's.

        Raises:
            ModelError: naming the file, if it is missing or not the card's.
        """
        file = folder / WEIGHTS_NAME
        try:
            size, digest = file.stat().st_size, sha256_of(file)
        except OSError as error:
            raise ModelError(f"the weights cannot be read: {error.strerror}.", path=file, hint=_AGAIN) from None
        if size != self.weights_bytes or digest != self.weights_sha256:
            raise ModelError("the weights are not those that the card describes.", path=file, hint=_AGAIN)
        return file

    def check_replay(self, folder: Path) -> Path | None:
        """The file of maps beside the weights, after its checksum was compared with the card's; None if it has none.

        Raises:
            ModelError: naming the file, if it is missing or not the card's.
        """
        if not self.replay_sha256:
            return None
        file = folder / REPLAY_NAME
        try:
            digest = sha256_of(file)
        except OSError as error:
            raise ModelError(f"the maps cannot be read: {error.strerror}.", path=file, hint=_AGAIN) from None
        if digest != self.replay_sha256:
            raise ModelError("the maps are not those that the card describes.", path=file, hint=_AGAIN)
        return file

    def check_files(self, folder: Path) -> None:
        """Compare all that lies beside the card with it; see `check_weights` and `check_replay` for what they raise."""
        self.check_weights(folder)
        self.check_replay(folder)


def _lesson(raw: dict[str, Any]) -> Lesson:
    """A lesson from its JSON."""
    classes = {name: LearnedClass(**known) for name, known in raw["classes"].items()}
    return Lesson(**{**raw, "base_classes": tuple(raw["base_classes"]), "classes": classes})


def sha256_of(file: Path) -> str:
    """sha256 of a file's content, hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
