"""A refined model whose whole network was trained: its run, its folder, and what its card and the verdict say."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from bloodview.core.files import write_whole
from bloodview.core.refinement import MODELS, RefineFile, Verdict
from bloodview.core.training_run import RunFile, Task
from bloodview.models import derived
from bloodview.models.card import CARD_NAME, DataOrigin, Metric, ModelCard, Refinement
from training.checkpoint import NAME as CHECKPOINT
from training.lineage import corrections


def run_file(
    run: RefineFile, task: Task, card: ModelCard, fingerprint: str, batch: int, learning_rate: float
) -> RunFile:
    """What the loop needs to know, and a checkpoint to tell one refinement from another."""
    return RunFile(
        task=task,
        model_id=run.model_id,
        title=run.title,
        datasets=(fingerprint,),
        start=card.mark,
        epochs=run.epochs,
        batch_size=batch,
        learning_rate=learning_rate,
        weight_decay=0.0,
        warmup_epochs=1.0,
        ema_decay=0.95,
        image_px=card.image_px,
        um_per_px=card.um_per_px,
        channels=card.channels,
        layers=card.layers,
        precision="fp32",
        seed=run.seed,
        threads=run.threads,
    )


def weights_of(card: ModelCard, folder: Path) -> dict[str, Tensor]:
    """The tensors of a model's network, float32.

    Raises:
        ModelError: it is not what its card says.
    """
    return {k: v.float() for k, v in load_file(card.check_weights(folder)).items()}


def written(
    run: RefineFile, card: ModelCard, net: nn.Module, out: Path, origins: Sequence[DataOrigin], limits: str
) -> tuple[ModelCard, Path]:
    """Write the network as a model folder, its figures and lineage still those of the parent; its card and the folder.

    Args:
        run: what was asked.
        card: of the model that was refined.
        net: what came of it.
        out: folder of the refinement.
        origins: what trained it beside what trained the parent.
        limits: what is said before the parent's limits.
    """
    made = replace(
        card, id=run.model_id, title=run.title, limits=f"{limits} {card.limits}", data=(*card.data, *origins)
    )
    place = out / MODELS / run.model_id
    if place.is_dir():
        shutil.rmtree(place)  # of one that was killed before its verdict
    halves = {k: v.detach().cpu().half().numpy() for k, v in net.state_dict().items()}
    return derived.write(Path(run.parent), {}, made, place, halves), place


def finished(
    out: Path, place: Path, sealed: ModelCard, verdict: Verdict, metrics: Sequence[Metric], comes_of: Refinement
) -> None:
    """Give the card its figures and lineage, then write the verdict, which ends the refinement."""
    told = replace(sealed, metrics=tuple(metrics), refinement=comes_of)
    with write_whole(place / CARD_NAME) as beside:
        beside.write_text(told.to_json(), encoding="utf-8")
    verdict.write(out)
    (out / CHECKPOINT).unlink(missing_ok=True)


def metrics(verdict: Verdict, figure: str, locked: str, reference: str) -> tuple[Metric, ...]:
    """What the card tells of both sets, such as "locked pictures, AP50, wbc, after"."""
    return tuple(
        Metric(f"{name}, {figure}, {part.label}, {when}", share.value, share.low, share.high, part.n)
        for name, judged in ((locked, verdict.locked), (reference, verdict.reference))
        if judged is not None
        for part in judged.classes
        for when, share in (("before", part.before), ("after", part.after))
    )


def origins(own: int, fingerprint: str, drawn: Sequence[str]) -> tuple[DataOrigin, ...]:
    """The laboratory's corrections, and what the program drew, by the sha256 of its files."""
    whole = hashlib.sha256("\n".join(sorted(drawn)).encode()).hexdigest()
    return corrections(own, fingerprint), DataOrigin("synthetic", "drawn by BloodView", len(drawn), whole)
