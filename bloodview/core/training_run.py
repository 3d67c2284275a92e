"""The contract with the trainer's process: a run file goes in, lines of events come out."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from bloodview.core.errors import UserError

Task = Literal["detect", "segment", "outline", "classify", "mae", "lora_sam", "cae", "fuse", "siamese"]


@dataclass(frozen=True, slots=True)
class RunFile:
    """What a training shall do. Read from JSON; every field is checked and named if it is wrong.

    Args:
        task: what is trained.
        model_id: name of the model folder that comes out.
        title: one line for people.
        datasets: names of the data sets, folders of the data root, that train.
        data_weights: how often a data set's examples are drawn relative to 1; sets not named count 1.
        evenness: how far the coarse classes are drawn towards equal shares: 0 as they come, 1 all the way.
        epochs: passes over the (weighted) examples.
        batch_size: examples a step.
        learning_rate: peak of the cosine schedule.
        weight_decay: AdamW's decoupled decay.
        warmup_epochs: linear rise of the rate at the start.
        ema_decay: decay a step of the averaged weights, which are what is published.
        image_px: side of the network's input in pixels.
        um_per_px: scale of the network's input.
        network: "resnet-gn" and "resnet-bn" are residual networks with GroupNorm and BatchNorm, "vit" a Vision
            Transformer; "resnet-gn-ensemble" several trained networks side by side, which is not trained further.
        channels: widths of the four stages of a residual network; of a ViT its one width; of a SAM its width, with an
            autoencoder on it followed by those of its encoder and decoder.
        layers: residual blocks of the four stages; of a ViT its number of blocks.
        fusion: how a ViT brings the outputs of its blocks together; "none" takes the last one's.
        head: "linear", or "arcface": sub-center ArcFace, whose margins grow with a class's rarity.
        stain: what the input is referred to before the network sees it: "none", its own "ground", or ground and "dye".
        augmentation: "density" varies dyes, light and camera in optical density, "rgb" brightness, contrast and tint.
        strength: factor of the spreads of the augmentation of stain, light and camera.
        zoom: of a classifier's augmentation, the spread of the logarithm of the zoom: how wrong a scale may be.
        background: share of the training cells that get another picture's surrounding.
        limit: at most so many training examples a class of a data set; 0 = all.
        start: id of a model of the same --out folder whose weights this training begins with; "" = from scratch.
        mae_epochs: passes of masked pre-training over the same data sets' cells, without their labels, that a ViT's
            training begins with; 0 = none.
        checkpoint: folder of a user's own SAM (transformers' SamModel); "" = a small one is trained here.
        lora_rank: rank of the low-rank changes to the frozen SAM's q and v.
        pretrain_epochs: passes that train the small SAM before it is frozen.
        tune_epochs: passes that tune the SAM, where something else is trained on its tokens afterwards.
        classical: the classical classifier on a representation.
        parts: what is fused: recipes of networks that the task classify trains, by name or as the place of a run file
            (.json), and "measurements" of nucleus and cytoplasm; of an ensemble the ids of models of the same --out
            folder, the members' channels and layers one after another; NAME@SEED sees to it that it has that seed.
            Where an ensemble is evaluated its parts are recipes, NAME or NAME@SEED.
        sides: input pixels of each member of an ensemble; a part that is an ensemble brings several.
        part_weights: how much the logits of each part of an ensemble count; empty = all alike.
        pairs: which pairs of a batch a Siamese network learns from: "hard", for each cell the furthest of its class and
            the nearest of the others, or "random" ones, as published.
        pairs_per_image: pairs a cell and batch, half of them of its own class.
        pair_margin: distance from which two cells of different classes are far enough apart; embeddings have length 1.
        transductive: whether those of `datasets` of which no cell trains lend their pictures, without labels.
        seed: of the order, the augmentation and the initial weights.
        precision: "bf16" computes in bfloat16 where safe, "fp32" everywhere.
        threads: CPU threads; 0 = all.
    """

    task: Task
    model_id: str
    title: str
    datasets: tuple[str, ...]
    data_weights: Mapping[str, float] = field(default_factory=dict)
    evenness: float = 0.5
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup_epochs: float = 2.0
    ema_decay: float = 0.998
    image_px: int = 112
    um_per_px: float = 0.196
    network: Literal["resnet-gn", "resnet-bn", "resnet-gn-ensemble", "vit"] = "resnet-gn"
    channels: tuple[int, ...] = (48, 96, 192, 384)
    layers: tuple[int, ...] = (2, 2, 2, 2)
    fusion: Literal["none", "concat", "weights", "attention"] = "none"
    head: Literal["linear", "arcface"] = "linear"
    stain: Literal["none", "ground", "dye"] = "none"
    augmentation: Literal["density", "rgb"] = "density"
    strength: float = 1.0
    zoom: float = 0.12
    background: float = 0.0
    limit: int = 0
    start: str = ""
    mae_epochs: int = 0
    checkpoint: str = ""
    lora_rank: int = 4
    pretrain_epochs: int = 10
    tune_epochs: int = 5
    classical: Literal["forest", "boosting", "svm-linear", "svm-poly", "logistic", "mlp"] = "svm-linear"
    parts: tuple[str, ...] = ()
    sides: tuple[int, ...] = ()
    part_weights: tuple[float, ...] = ()
    pairs: Literal["hard", "random"] = "hard"
    pairs_per_image: int = 20
    pair_margin: float = 1.0
    transductive: bool = False
    seed: int = 0
    precision: Literal["bf16", "fp32"] = "bf16"
    threads: int = 0

    @classmethod
    def read(cls, path: Path) -> "RunFile":
        """Read and check a run file.

        Raises:
            UserError: naming the file and the field that is missing, unknown, of the wrong kind or at odds with
                another.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", path=path) from None
        except (ValueError, RecursionError) as error:
            raise UserError(f"is no JSON: {error}", path=path) from None
        if not isinstance(raw, dict):
            raise UserError("is no JSON object", path=path)
        known = {f.name: f for f in fields(cls)}
        if unknown := sorted(set(raw) - set(known)):
            raise UserError(f"has no field {unknown[0]!r}; {_nearest(unknown[0], list(known))}", path=path)
        for name, f in known.items():
            if f.default is MISSING and f.default_factory is MISSING and name not in raw:
                raise UserError(f"lacks the field {name!r}", path=path)
        hints = get_type_hints(cls)
        try:
            run = cls(**{name: _checked(name, value, hints[name]) for name, value in raw.items()})
        except ValueError as error:
            raise UserError(str(error), path=path) from None
        for wrong in _wrong_together(run):
            raise UserError(wrong, path=path)
        return run

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return asdict(self)


_MAY_BE_EMPTY = ("start", "checkpoint", "parts", "sides", "part_weights")
_MORE_THAN_0 = ("epochs", "batch_size", "learning_rate", "image_px", "um_per_px", "channels", "layers", "pair_margin")
_ON_PYRAMIDS = ("detect", "segment", "outline", "siamese")
"""Tasks whose network stands on the maps of a residual network with GroupNorm."""
_WIDEST_APART = 2.0
_ON_A_SAM = {"lora_sam": ("the SAM's",), "cae": ("the SAM's", "the autoencoder's", "its decoder's")}
"""Tasks that tune a SAM, and whose the entries of their channels and layers are."""


def _nearest(name: str, known: list[str]) -> str:
    """What a person may have meant, or all there is."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


def _wrong_together(run: RunFile) -> Iterator[str]:
    """What is wrong with fields that are each of the right kind, naming the field."""
    for name in ("model_id", "start"):
        if not re.fullmatch(r"[\w.+-]*", value := getattr(run, name)) or value in (".", ".."):
            yield f"field {name!r}: {value!r} is no name of a folder; letters, digits and . + - _ make one"
    if run.ema_decay >= 1:
        yield f"field 'ema_decay': {run.ema_decay:g} is not below 1; the average would never move"
    if run.background > 1:
        yield f"field 'background': {run.background:g} is not a share, 0 to 1"
    if twice := [d for i, d in enumerate(run.datasets) if d in run.datasets[:i]]:
        yield f"field 'datasets': {twice[0]!r} stands there twice; data_weights can let it count more"
    for name in run.data_weights:
        if name not in run.datasets and (near := get_close_matches(name, run.datasets, n=1, cutoff=0.85)):
            yield f"field 'data_weights': {name!r} is none of the datasets; did you mean {near[0]!r}?"
    if run.network == "vit":
        yield from _wrong_transformer(run)
        return
    if run.mae_epochs or run.task == "mae":
        yield f"field 'network': {run.network!r} has no patches to hide; masked pre-training asks for 'vit'"
    if run.fusion != "none":
        yield f"field 'fusion': {run.fusion!r} brings the blocks of a ViT together; take network 'vit' or fusion 'none'"
    if run.task in (*_ON_PYRAMIDS, "classify"):
        for name, values in (("channels", run.channels), ("layers", run.layers)):
            if len(values) != 4 * max(1, len(run.sides)):
                yield f"field {name!r}: {list(values)} has not 4 entries, one a stage of each residual network"
        if odd := [c for c in run.channels if c % 8]:
            yield f"field 'channels': {odd[0]} is not divisible by 8, the groups of the normalisation"
    if (run.network == "resnet-gn-ensemble") != bool(run.sides) or (run.sides and len(run.sides) < len(run.parts)):
        yield f"field 'sides': {list(run.sides)} are not the input pixels of each of the parts of an ensemble"
    if run.part_weights and (len(run.part_weights) != len(run.parts) or not sum(run.part_weights)):
        yield f"field 'part_weights': {list(run.part_weights)} are not one weight for each part of an ensemble"
    if run.task in _ON_A_SAM:
        yield from _wrong_sam(run)
    if run.pairs_per_image < 2:
        yield f"field 'pairs_per_image': {run.pairs_per_image} is not 2 at least, one of each kind"
    if run.pair_margin > _WIDEST_APART:
        yield f"field 'pair_margin': {run.pair_margin:g} is above 2, the most that embeddings of length 1 are apart"
    if run.task in _ON_PYRAMIDS and run.network != "resnet-gn":
        yield f"field 'network': the task {run.task!r} knows 'resnet-gn' only"


def _wrong_sam(run: RunFile) -> Iterator[str]:
    """The same for the fields of a SAM and of what stands on it."""
    whose = _ON_A_SAM[run.task]
    for name, values in (("channels", run.channels), ("layers", run.layers)):
        if len(values) != len(whose):
            yield f"field {name!r}: {list(values)} has not {len(whose)} entries: {', '.join(whose)}"
    if odd := [c for c in run.channels if c % 32]:
        yield f"field 'channels': {odd[0]} is not divisible by 32"
    if not run.checkpoint and run.image_px % 8:
        yield f"field 'image_px': {run.image_px} is not divisible by 8, the side of the small SAM's patches"
    if run.lora_rank < 1:
        yield "field 'lora_rank': 0 is not more than 0"


def _wrong_transformer(run: RunFile) -> Iterator[str]:
    """The same for the fields of a ViT."""
    if run.task in _ON_PYRAMIDS:
        yield f"field 'network': the task {run.task!r} knows 'resnet-gn' only"
    for name, values, what in (("channels", run.channels, "width"), ("layers", run.layers, "depth")):
        if len(values) != 1:
            yield f"field {name!r}: {list(values)} has not 1 entry, the {what} of a ViT"
    if (width := run.channels[0]) % 4 or width % max(1, width // 32):
        yield f"field 'channels': {width} is no width of a ViT; multiples of 32 are, and below 64 those of 4"


def _checked(name: str, value: object, hint: Any) -> Any:  # noqa: ANN401 - a type of the record's field
    """A JSON value as the field's type, or ValueError naming the field."""
    text = f"field {name!r}: {value!r} is not"
    if choices := [c for c in get_args(hint) if isinstance(c, str)]:
        if value not in choices:
            raise ValueError(f"{text} one of {', '.join(choices)}")
        return value
    if hint is bool:
        if not isinstance(value, bool):
            raise ValueError(f"{text} true or false")
        return value
    if hint is str:
        if not isinstance(value, str) or (not value and name not in _MAY_BE_EMPTY):
            raise ValueError(f"{text} a text")
        return value
    if hint is int or hint is float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"{text} a number")
        if hint is int and value != int(value):
            raise ValueError(f"{text} a number without a fraction")
        if value < 0 or (value == 0 and name in _MORE_THAN_0):
            raise ValueError(f"{text} {'more than 0' if name in _MORE_THAN_0 else '0 or more'}")
        return hint(value)
    if isinstance(value, dict):
        if not all(isinstance(v, int | float) and math.isfinite(v) and v >= 0 for v in value.values()):
            raise ValueError(f"{text} a list of weights by data set")
        return {str(k): float(v) for k, v in value.items()}
    if not isinstance(value, list) or (not value and name not in _MAY_BE_EMPTY):
        raise ValueError(f"{text} a list")
    inner = get_args(hint)[0]
    return tuple(_checked(name, v, inner) for v in value)


@dataclass(frozen=True, slots=True)
class Event:
    """One line that the trainer prints: what happened, with its figures."""

    kind: Literal["started", "step", "epoch", "finished", "message", "failed", "doubt", "paused", "going", "stopped"]
    values: Mapping[str, float | int | str]

    def line(self) -> str:
        """The event as one line of JSON."""
        return json.dumps({"event": self.kind, **self.values})

    @classmethod
    def parse(cls, line: str) -> "Event | None":
        """The event of a line, or None if the line is none."""
        try:
            raw = json.loads(line)
        except ValueError:
            return None
        if not isinstance(raw, dict) or "event" not in raw:
            return None
        return cls(raw.pop("event"), raw)
