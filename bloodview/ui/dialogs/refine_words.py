"""What the refine dialog says of each thing that can be refined: the choice, what teaches it, what is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from bloodview.core.refinement import CLASSIFIER, DETECTOR, SEGMENTER, What
from bloodview.ui.language import later


@dataclass(frozen=True, slots=True)
class Words:
    """Texts to be translated where they are shown.

    Args:
        choice: what is refined.
        lead: what it learns from; {model}.
        held: how much a case holds; {name} and {count}.
        more: how much more would tell; {count}.
        own: heading of the locked part.
        old: heading of the reference.
        curves: what the curves at the right show, on the locked part and on the reference.
        row: heading of what is judged by itself.
        mean: what the last row is.
        decimals: of shares in percent.
    """

    choice: str
    lead: str
    held: str
    more: str
    own: str
    old: str
    curves: tuple[str, str]
    row: str = later("Class")
    mean: str = later("Mean of the classes")
    decimals: int = 0


WORDS: Mapping[What, Words] = {
    CLASSIFIER: Words(
        choice=later("Names of cells (classifier)"),
        lead=later(
            "{model} learns from the cells that you named or confirmed. About a third of them is locked away and "
            "only judges. The model in use stays until you adopt the new one, and you can always go back."
        ),
        held=later("{name}: {count} cells named by a person"),
        more=later("Label about {count} more cells to tell."),
        own=later("Your cells that were locked away, named rightly"),
        old=later("Reference cells of the old classes, named rightly"),
        curves=(later("Right on yours"), later("on those of before")),
    ),
    DETECTOR: Words(
        choice=later("Finding of cells (detector)"),
        lead=later(
            "{model} learns from the boxes of the pictures that you worked on. About a third of them is locked "
            "away and only judges. The model in use stays until you adopt the new one, and you can always go back."
        ),
        held=later("{name}: {count} pictures or fields worked on"),
        more=later("Go through about {count} more pictures to tell."),
        own=later("Your pictures that were locked away: average precision of the boxes"),
        old=later("Drawn fields that guard what was known: average precision of the boxes"),
        curves=(later("Precision on yours"), later("on drawn fields")),
    ),
    SEGMENTER: Words(
        choice=later("Outlines of white cells (segmenter)"),
        lead=later(
            "{model} learns from the outlines of white cells that you drew, corrected or imported, "
            "never from its own. Where only the cell is outlined, its own answer parts the nucleus. About a third is "
            "locked away and only judges. The model in use stays until you adopt the new one, and you can always go "
            "back."
        ),
        held=later("{name}: {count} white cells outlined by a person"),
        more=later("Outline about {count} more cells to tell."),
        own=later("Your cells that were locked away: overlap with your outlines (Dice)"),
        old=later("Drawn cells that guard what was known: overlap with their outlines (Dice)"),
        curves=(later("Overlap with yours"), later("with drawn cells")),
        row=later("Outline"),
        mean=later("Mean of both"),
        decimals=1,
    ),
}
