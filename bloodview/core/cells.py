"""What is known of a cell: found, predicted, decided. Frozen values, shared by every room."""

from dataclasses import dataclass, field
from enum import StrEnum

from bloodview.core.geometry import Box
from bloodview.core.red_cells import RedCellShape

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) in level-0 pixels, closed implicitly; empty = no outline."""


class Kind(StrEnum):
    """What the detector tells apart."""

    WBC = "wbc"
    RBC = "rbc"
    PLATELET = "platelet"


class Source(StrEnum):
    """Who gave a cell its present label."""

    MODEL = "model"
    LEARNED = "learned"
    """A class that a person taught in this case; it may be overruled by a person, as the model may."""
    PERSON = "person"


class Status(StrEnum):
    """Where a cell stands in the review."""

    ACTIVE = "active"
    UNDECIDED = "undecided"
    """A person looked and could not tell: shown, left out of the percentages."""
    REJECTED = "rejected"
    """A person says it is no cell or must not count: kept, never counted."""


def counts_at_edge(kind: Kind, box_l0: Box, touches_edge: bool) -> bool:
    """The edge rule, stated here alone: whether a cell that the picture's border may cut is counted.

    Every cell is kept and shown. A leukocyte always counts, cut or not, so that none is missed (a cut one asks for a
    look). Red cells and platelets follow the unbiased counting frame (Gundersen 1977): those cut by the left or the
    upper border do not count, those cut by the right or lower one do, so that large cells are not counted too often.
    A box that touches a border ends exactly on it.
    """
    return kind is Kind.WBC or not touches_edge or (box_l0.x0 > 0 and box_l0.y0 > 0)


@dataclass(frozen=True, slots=True)
class Detection:
    """An object found on a field.

    Args:
        kind: leukocyte, red cell or platelet.
        box_l0: level-0 pixels.
        score: 0 to 1.
        touches_edge: whether the picture's border cuts it.
    """

    kind: Kind
    box_l0: Box
    score: float
    touches_edge: bool = False


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a classifier says of one cell.

    Args:
        label: most probable class.
        confidence: calibrated probability of `label`, 0 to 1.
        decided: whether the label may stand without asking a person.
        familiarity: 0 to 1, how like the training pictures.
        probabilities: (class id, probability) in the model's order, summing to 1.
        model_id: the model that said so.
    """

    label: str
    confidence: float
    decided: bool
    familiarity: float
    probabilities: tuple[tuple[str, float], ...]
    model_id: str

    @property
    def runner_up(self) -> tuple[str, float]:
        """The second most probable class and its probability."""
        ranked = sorted(self.probabilities, key=lambda p: -p[1])
        return ranked[1] if len(ranked) > 1 else ("", 0.0)


@dataclass(frozen=True, slots=True)
class LearnedAnswer:
    """What the classes taught in a case say of one cell, where one of them claims it.

    Args:
        label: the class that claims it.
        confidence: 0 to 1.
        decided: whether the label may stand without asking a person.
    """

    label: str
    confidence: float
    decided: bool


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell as the analysis hands it over, before it has a place in a case.

    Args:
        shape: of a red cell or platelet, as its outline shows it; lengths in level-0 px.
    """

    detection: Detection
    prediction: Prediction | None
    cell_outline: Polygon = ()
    nucleus_outline: Polygon = ()
    embedding: bytes = field(default=b"", repr=False)
    """float16 [D], little-endian; empty if the model gives none."""
    shape: RedCellShape | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a case as it stands now.

    Args:
        id: stable within the case.
        slide_id: the slide or picture it lies on.
        label: present class; "" for an object nobody has named.
        source: who gave the label.
        prediction: what the model said; kept whatever a person decides.
        learned: what a class taught in this case said, if one claims the cell; kept likewise.
    """

    id: int
    slide_id: int
    kind: Kind
    box_l0: Box
    score: float
    touches_edge: bool
    label: str
    source: Source
    status: Status
    prediction: Prediction | None
    cell_outline: Polygon = ()
    nucleus_outline: Polygon = ()
    learned: LearnedAnswer | None = None

    @property
    def counts(self) -> bool:
        """Whether the edge rule lets it count; status and label are judged elsewhere."""
        return counts_at_edge(self.kind, self.box_l0, self.touches_edge)

    @property
    def doubt(self) -> float:
        """0 (sure) to 1 (no idea); a person's decision leaves none."""
        said = self._said
        if said is None:
            return 0.0
        doubt = 1.0 - said.confidence
        return doubt if said.decided else max(doubt, 0.5 + doubt / 2)

    @property
    def needs_a_look(self) -> bool:
        """Whether the machine's label may not stand without a person."""
        said = self._said
        return said is not None and not said.decided

    @property
    def _said(self) -> Prediction | LearnedAnswer | None:
        """Who the present label comes from, unless that is a person or the detector."""
        if self.source is Source.PERSON:
            return None
        return self.learned if self.source is Source.LEARNED else self.prediction
