"""What is known of models in words: what they are made for, where they come from, what a case was read with."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bloodview.core.refinement import BETTER, CANNOT_TELL, Share
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.models.card import DataOrigin, Metric, ModelCard
from bloodview.ui.heard import heard
from bloodview.ui.language import later, tr
from bloodview.ui.refine_sources import kind_titles, part_titles

if TYPE_CHECKING:
    from bloodview.workflows.model_shelf import Origin, ReadWith

TASKS: Mapping[str, str] = {
    "detect": later("Find cells"),
    "segment": later("Outline found cells"),
    "outline": later("Outline at a click"),
    "classify": later("Name cells"),
}
"""Task -> what a model of it does."""
_WHAT_IT_IS = {
    "detect": later("cells found"),
    "segment": later("cells outlined"),
    "classify": later("cells named"),
}
_VERDICTS: Mapping[str, str] = {BETTER: later("better"), "worse": later("worse"), CANNOT_TELL: later("cannot tell yet")}
_PARTS = {"head": later("last layer"), "full": later("all layers")}
_PERCENT = ("accuracy", "recall", "precision", "IoU", "Dice", "AP", "F1", "ECE")
"""What names of figures that are shares hold."""


def task_title(task: str) -> str:
    """What models of a task do; of an unknown one its own name."""
    return tr(TASKS[task]) if task in TASKS else task or tr("Cannot be read")


def size_in_words(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 2**20:,.1f} MB" if size >= 2**20 else f"{size / 2**10:,.0f} kB"


def data_row(origin: DataOrigin) -> tuple[str, str, str]:
    """Name, licence and number of a data set."""
    return heard(origin.name), heard(origin.licence), f"{origin.examples:,}"


def figure_row(metric: Metric) -> tuple[str, str, str]:
    """What was measured, the figure with its interval, and on how many."""
    name = ", ".join(heard(part) for part in metric.name.split(", "))
    if any(word in metric.name for word in _PERCENT) and 0 <= metric.low <= metric.high <= 1:
        value = f"{metric.value * 100:.1f} %"
        ends = f"{metric.low * 100:.1f}", f"{metric.high * 100:.1f}"
    else:
        value, ends = f"{metric.value:.4g}", (f"{metric.low:.4g}", f"{metric.high:.4g}")
    has_interval = metric.low != metric.high
    return (
        name,
        tr("{value} ({low} to {high})", value=value, low=ends[0], high=ends[1]) if has_interval else value,
        (f"{metric.n:,}"),
    )


def recipe_in_words(card: ModelCard) -> str:
    """The run file as far as it is short: names and values as they stand there."""
    said = [f"{name} {_value(value)}" for name, value in card.recipe.items() if _is_told(name, value)]
    return ", ".join(said)


def origin_rows(origin: "Origin") -> list[tuple[str, str]]:
    """A step of the lineage as (what, value)."""
    titles = {c.id: tr(c.title) for c in DEFAULT_TAXONOMY.classes} | kind_titles() | part_titles()
    are_outlines = bool(origin.trained) and set(origin.trained) <= set(part_titles())  # of which a cell may have two
    cells = ", ".join(f"{titles.get(label, label)} {n:,}" for label, n in origin.trained.items())
    here = "" if origin.is_here else tr(" (not installed)")
    rows = [(tr("From"), f"{origin.base}{here}")]
    if origin.by or origin.at:
        rows.append((tr("Who and when"), ", ".join(p for p in (origin.by, origin.at.replace("T", " ")[:16]) if p)))
    if origin.kind:
        rows.append((tr("What was trained"), tr(_PARTS[origin.kind]) if origin.kind in _PARTS else origin.kind))
    trained, judged = tr("Cells that trained"), tr("Cells that only judged")
    if are_outlines:
        trained, judged = tr("Outlines that trained"), tr("Outlines that only judged")
    rows.append((trained, f"{sum(origin.trained.values()):,}: {cells}" if cells else "0"))
    if origin.judged:
        rows.append((judged, f"{origin.judged:,}"))
    if origin.verdict:
        said = tr("{verdict}, against {model}", verdict=verdict_in_words(origin.verdict), model=origin.against)
        rows.append((tr("Verdict"), said))
    rows.append((tr("Fingerprint of the cells"), origin.fingerprint[:16]))
    return rows


def verdict_in_words(answer: str) -> str:
    """What the gate said."""
    return tr(_VERDICTS[answer]) if answer in _VERDICTS else answer


def share_in_words(share: Share, decimals: int = 0) -> str:
    """Such as "82 % (70 to 91)"."""
    value, low, high = (f"{v * 100:.{decimals}f}" for v in (share.value, share.low, share.high))
    return tr("{value} ({low} to {high})", value=f"{value} %", low=low, high=high)


def origin_title(origin: "Origin") -> str:
    """What a step of the lineage was."""
    if origin.how == "refined":
        return tr("Refined by corrections")
    return tr("Adapted to a laboratory") if origin.how == "adapted" else tr("Taught classes by examples")


def read_with_in_words(found: Sequence["ReadWith"]) -> str:
    """What a case was read with, where other models are in use now; "" if there is nothing to say."""
    return " ".join(
        tr(
            "{what} in this case by {models}; in use now is {now}.",
            what=tr(_WHAT_IT_IS[r.task]).capitalize(),
            models=", ".join(r.models),
            now=r.now,
        )
        for r in found
    )


def _is_told(name: str, value: object) -> bool:
    if name in ("task", "model_id", "title") or value in ("", "none", 0, 0.0, False, None):
        return False
    return isinstance(value, str | int | float | list | tuple) and len(_value(value)) < 60 and value not in ([], ())


def _value(value: object) -> str:
    return " ".join(str(v) for v in value) if isinstance(value, list | tuple) else str(value)
