"""The table of the explanations' scores in RESULTS.md: a row a method, the sets one after another, the best marked."""

from pathlib import Path

from bloodview.models.card import Metric
from training.explanations import PREFIX, Score, read

_COLUMNS = (
    ("energy", "Energy inside", False),
    ("pointing", "Pointing", False),
    ("deletion", "Deletion", True),
    ("deletion gain", "Gain over chance", False),
    ("insertion", "Insertion", False),
    ("insertion gain", "Gain over chance", False),
    ("randomised", "Random weights", True),
)
"""Figure, head, whether the lowest is the best."""

_HEAD = """## Explanations

By `python -m training explanations`, of the classifier's own answers, on cells with masks that trained nothing. *Energy
inside* is the share of the positive map in the cell, *pointing* how often its maximum lies there. *Deletion* is the
mean probability of the class while places are blurred in the order of the map (low is good), *insertion* while they
come back (high is good); the gains are against a random map of the same cell, and in brackets stands the 95 % interval
of a bootstrap over groups. *Random weights* is the rank correlation with the map of the same network with random
weights: a map near 1 explains the picture, not the model. Energy and pointing also reward a map that always marks the
middle, so the default method is chosen by the gains of deletion and insertion, among those that take no seconds.
"""


def section(folder: Path) -> str:
    """The part of RESULTS.md, "" without a record.

    Raises:
        UserError: a record cannot be read.
    """
    parts = []
    for file in sorted(folder.glob(f"{PREFIX}--*.json")):
        found = read(file)
        for judged in dict.fromkeys(s.judged for s in found.scores):
            own = [s for s in found.scores if s.judged == judged]
            parts.append(f"### {judged}, `{found.model}`\n\n{_table(own)}")
    return "\n".join([_HEAD, *parts]) if parts else ""


def _table(scores: list[Score]) -> str:
    lines = [
        "| method | n | " + " | ".join(title for _, title, _ in _COLUMNS) + " |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    best = {}
    for name, _, low in _COLUMNS:
        values = [_figure(s, name).value for s in scores]
        best[name] = min(values) if low else max(values)
    for score in scores:
        cells = []
        for name, _, _ in _COLUMNS:
            m = _figure(score, name)
            text = f"{m.value:.3f} [{m.low:.3f}, {m.high:.3f}]"
            cells.append(f"**{text}**" if m.value == best[name] and name != "randomised" else text)
        lines.append(f"| {score.method} | {score.figures[0].n} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _figure(score: Score, name: str) -> Metric:
    return next(m for m in score.figures if m.name == name)
