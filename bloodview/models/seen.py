"""What is kept of cells, and which of them a person gave as examples of new classes; numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of N cells, by which a new class answers without their pixels.

    Args:
        scores: float32 [N, C], logarithms of the base's probabilities.
        features: float32 [N, F], the vectors that the base gives; what they hold is the base's matter.
    """

    scores: Float32
    features: Float32

    @classmethod
    def of(cls, probabilities: Float32, features: NDArray[np.floating]) -> "Seen":
        """From probabilities [N, C] and vectors [N, F] as `Opinions` or a case hold them."""
        scores = np.log(np.maximum(np.asarray(probabilities, np.float32), 1e-8))
        return cls(scores, np.asarray(features, np.float32))

    @classmethod
    def kept(cls, probabilities: Sequence[Sequence[float]], vectors: Sequence[bytes]) -> "Seen":
        """From what a case keeps: rows of probabilities, and vectors of float16."""
        features = np.frombuffer(b"".join(vectors), "<f2").reshape(len(vectors), -1)
        return cls.of(np.array(probabilities, np.float32).reshape(len(vectors), -1), features)

    def __len__(self) -> int:
        return len(self.features)

    def rows(self, which: NDArray[np.intp] | NDArray[np.bool_] | Sequence[int]) -> "Seen":
        """Some of the cells."""
        return Seen(self.scores[which], self.features[which])

    @classmethod
    def together(cls, parts: Sequence["Seen"]) -> "Seen":
        """One after another."""
        return cls(np.concatenate([p.scores for p in parts]), np.concatenate([p.features for p in parts]))


@dataclass(frozen=True, slots=True)
class Examples:
    """Cells that a person gave as examples of new classes.

    Args:
        seen: N rows.
        names: the new class of each row.
        cells: which cell each row shows: views of one cell, and copies of one picture, share a number. They count as
            one example and are left out together.
    """

    seen: Seen
    names: tuple[str, ...]
    cells: tuple[int, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The new classes, in the order in which they first appear."""
        return tuple(dict.fromkeys(self.names))

    def number(self, name: str) -> int:
        """How many different cells a class has."""
        return len({c for c, n in zip(self.cells, self.names, strict=True) if n == name})

    def rows(self, which: NDArray[np.bool_]) -> "Examples":
        """Some of the rows."""
        kept = np.flatnonzero(which).tolist()
        return Examples(self.seen.rows(kept), tuple(self.names[i] for i in kept), tuple(self.cells[i] for i in kept))

    @classmethod
    def together(cls, parts: Sequence["Examples"]) -> "Examples":
        """One after another."""
        names = tuple(x for p in parts for x in p.names)
        return cls(Seen.together([p.seen for p in parts]), names, tuple(x for p in parts for x in p.cells))


@dataclass(frozen=True, slots=True)
class Rest:
    """Cells that a new class must keep clear of: of the base's reference cells, of a case, or of both.

    Args:
        seen: N cells.
        labels: class of the base that each is of; "" where nobody said so (it then goes by the base's answer, and may
            turn out to be of the new class).
        looks: how many of the features, the last ones, are no part of the embedding that the base goes by; 0 = not
            known.
    """

    seen: Seen
    labels: tuple[str, ...]
    looks: int = 0

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def together(cls, parts: Sequence["Rest"]) -> "Rest":
        """One after another."""
        labels = tuple(x for p in parts for x in p.labels)
        return cls(Seen.together([p.seen for p in parts]), labels, max(p.looks for p in parts))
