"""The table of the outlines at clicks in RESULTS.md: a row a set of cells."""

from pathlib import Path

from training.outline_scores import FIGURES, PREFIX, read

_HEAD = """## Outlines at clicks

By `python -m training outlines`, mean Dice of the outline with the true one. *One click* is one at the cell's centroid,
*one click anywhere* at random inside of it, *box* its tight box, *three clicks* the central one and at most two more
where the answer was wrong most. In brackets stands the 95 % interval of a bootstrap over groups. zheng1, of another
laboratory, never trained; the scale of its pictures is one for all, the median of what the cells' sizes tell. Drawn
cells come from drawn fields that did not train, but from the same drawing as those that did.
"""


def section(folder: Path) -> str:
    """The part of RESULTS.md, "" without a record.

    Raises:
        UserError: a record cannot be read.
    """
    parts = []
    for file in sorted(folder.glob(f"{PREFIX}--*.json")):
        found = read(file)
        lines = [f"| `{found.model}` | n | " + " | ".join(FIGURES) + " |", "|---|---|" + "---|" * len(FIGURES)]
        for score in found.scores:
            cells = [f"{m.value:.3f} [{m.low:.3f}, {m.high:.3f}]" for m in score.figures]
            lines.append(f"| {score.judged} | {score.figures[0].n} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join([_HEAD, *parts]) if parts else ""
