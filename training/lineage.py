"""What a refined model's card says of where it comes from: parent, what trained and judged it, who, when, verdict."""

import datetime
from collections.abc import Iterable, Mapping

from bloodview.core.refinement import RefineFile, Verdict
from bloodview.models.card import DataOrigin, ModelCard, Refinement


def refinement(
    run: RefineFile,
    kind: str,
    card: ModelCard,
    verdict: Verdict,
    locked: Mapping[str, int],
    fingerprint: str,
    trained_marks: Iterable[str],
    locked_marks: Iterable[str],
) -> Refinement:
    """The lineage of a model refined from another; what trained or judged that one is kept in it.

    Args:
        run: what was asked.
        kind: what was trained: "head", "lora" or "full".
        card: of the model that was refined.
        verdict: of the gate.
        locked: label -> how many judged.
        fingerprint: sha256 over what trained.
        trained_marks: what stands for the pictures that trained; see `picture_mark`.
        locked_marks: likewise of those that judged.
    """
    before = card.refinement
    return Refinement(
        base=card.mark,
        base_sha256=card.weights_sha256,
        kind=kind,
        trained=verdict.trained,
        locked=locked,
        fingerprint=fingerprint,
        trained_pictures=tuple(sorted({*trained_marks, *(before.trained_pictures if before else ())})),
        locked_pictures=tuple(sorted({*locked_marks, *(before.locked_pictures if before else ())})),
        by=run.by,
        at=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        verdict=verdict.answer,
        against=verdict.before,
    )


def corrections(examples: int, fingerprint: str) -> DataOrigin:
    """What a laboratory's own corrections are among the data that trained a model."""
    return DataOrigin("corrections", "of the laboratory itself", examples, fingerprint)
