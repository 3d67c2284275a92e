"""How far a learned class may be trusted: what leave-one-out says of it, with its interval, in words; numpy only."""

from collections import Counter
from dataclasses import dataclass
from enum import Enum

import numpy as np

from bloodview.core.differential import Interval, wilson
from bloodview.models.learning import LeftOut

ENOUGH = 5
"""Examples from which a class can be more than a draft."""
USABLE, TRUSTED = 0.5, 0.8
"""What the lower end of the interval of the examples found again must reach."""
BEARABLE, RARE = 0.15, 0.05
"""What the upper end of the interval of false alarms must not exceed, for a usable and for a trusted class."""


class Standing(Enum):
    """How far a learned class may be trusted; the value is the word for people."""

    DRAFT = "Draft"
    USABLE = "Usable"
    TRUSTED = "Trusted"

    @property
    def in_words(self) -> str:
        """What it means, in a sentence."""
        return _WORDS[self]


_WORDS = {
    Standing.DRAFT: "Too little speaks for it yet: look at every cell that it names, and give it more examples.",
    Standing.USABLE: "It finds its cells more often than not: look at every cell that it names.",
    Standing.TRUSTED: "It was right on enough cells that it had not seen: what it names may stand.",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What leave-one-out says of a learned class.

    Args:
        name: of the class.
        right: example cells that a fit without them found again.
        n: example cells that could be left out; none where there is only one.
        alarms: cells known to be of other classes that a fit without them took for this one.
        others: all such cells.
        neighbours: other classes that its cells are like, the most often likest first, each with how many are.
    """

    name: str
    right: int
    n: int
    alarms: int
    others: int
    neighbours: tuple[tuple[str, int], ...] = ()

    @property
    def recall(self) -> Interval:
        """95 % interval (Wilson) of the share of its cells that it finds."""
        return wilson(self.right, self.n)

    @property
    def false_alarms(self) -> Interval:
        """95 % interval (Wilson) of the share of other cells that it takes for its own."""
        return wilson(self.alarms, self.others)

    @property
    def standing(self) -> Standing:
        """Draft, usable or trusted; the interval of five of five begins at 57 %, so they are never enough to trust."""
        low, high = self.recall.low, self.false_alarms.high
        if self.n < ENOUGH or low < USABLE or (self.others and high > BEARABLE):
            return Standing.DRAFT
        return Standing.TRUSTED if low >= TRUSTED and high <= RARE else Standing.USABLE

    @property
    def in_words(self) -> str:
        """All of it, for people."""
        if not self.n:
            found = "one example alone tells nothing of how well it does."
        else:
            low, high = self.recall.low, self.recall.high
            found = f"{self.right} of {self.n} examples found again, each by the others ({low:.0%} to {high:.0%})"
            if self.others:
                found += f", {self.alarms} of {self.others} other cells taken for it"
            near = ", ".join(name for name, _ in self.neighbours[:2])
            found += f"; most like {near}." if near else "."
        return f"{self.name}: {self.standing.value}. {found[0].upper()}{found[1:]} {self.standing.in_words}"


def judge(left_out: LeftOut) -> tuple[Judgement, ...]:
    """A judgement each new class, in their order."""
    answers, others = left_out.own_answers(), left_out.rest_answers()
    names, known = np.array(left_out.names), left_out.known
    judged = np.isfinite(left_out.own).all(axis=1)
    found = []
    for k, name in enumerate(left_out.classes):
        own = (names == name) & judged
        strange = (names != name) & judged
        found.append(
            Judgement(
                name=name,
                right=int((answers[own] == k).sum()),
                n=int(own.sum()),
                alarms=int((answers[strange] == k).sum() + (others[known] == k).sum()),
                others=int(strange.sum() + known.sum()) if len(others) else int(strange.sum()),
                neighbours=_neighbours(left_out, k),
            )
        )
    return tuple(found)


def _neighbours(left_out: LeftOut, k: int) -> tuple[tuple[str, int], ...]:
    """What the cells of a new class are most like, beside it."""
    rows = [i for i, name in enumerate(left_out.names) if name == left_out.classes[k]]
    if left_out.groups:
        likest = [left_out.groups[int(j)] for j in left_out.near[rows].argmax(axis=1)]
    else:
        others = [c for c in range(len(left_out.classes)) if c != k]
        if not others:
            return ()
        likest = [left_out.classes[others[int(j)]] for j in np.nan_to_num(left_out.own[rows][:, others]).argmax(axis=1)]
    return tuple(Counter(likest).most_common())
