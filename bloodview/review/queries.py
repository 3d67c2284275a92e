"""What a case answers out of single tables of its file: the plain questions, apart from those that know the edits."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bloodview.core.geometry import Box
from bloodview.core.grading import Grading
from bloodview.review import chain, expected, grading, learned, storage, tile_runs, viewing
from bloodview.review.commands import ClassStanding, TileState
from bloodview.review.records import AnalysedArea, OutsideRecord, Score, UnfinishedRun

T = TypeVar("T")


class Queries:
    """The part of `Case` that only asks."""

    _database: storage.Database
    _connection: sqlite3.Connection

    @property
    def path(self) -> Path:
        return self._database.path

    def ask(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """What a query of this room answers, such as `shapes.columns`."""
        with storage.reading(self.path):
            return query(self._connection)

    def verify_journal(self) -> chain.Verdict:
        """Whether the journal is as this program wrote it; takes a second or so for 10,000 entries."""
        return self.ask(chain.verify)

    def grading(self) -> Grading:
        """What a person graded of the red cells."""
        return self.ask(grading.read)

    def unfinished_runs(self) -> dict[str, UnfinishedRun]:
        """By content hash: analyses that stopped half way or left parts that could not be read."""
        return {run.content_hash: run for run in self.ask(tile_runs.unfinished)}

    def interrupted(self) -> frozenset[int]:
        """Ids of the slides whose analysis stopped half way."""
        return self.ask(tile_runs.interrupted)

    def expected(self) -> tuple[Path, ...]:
        """Pictures that were given to the case and are not in it yet."""
        return self.ask(expected.paths)

    def analysed_area(self, slide_id: int) -> AnalysedArea | None:
        """How much of a slide an analysis tile by tile has seen; None if it was analysed in one step, as a whole."""
        return self.ask(lambda connection: tile_runs.area(slide_id, connection))

    def tiles(self, slide_id: int) -> list[tuple[Box, TileState]]:
        """The tiles of a slide that have had their turn; none if it was analysed in one step."""
        return self.ask(lambda connection: tile_runs.tiles(slide_id, connection))

    def visited(self, content_hash: str) -> bytes:
        """Which parts of a slide were looked at, as `KeepVisited` had it last; empty if nothing was."""
        return self.ask(lambda connection: viewing.visited(content_hash, connection))

    def chosen_planes(self) -> dict[str, int]:
        """Content hash -> the plane of a focus stack that a person chose."""
        return self.ask(viewing.planes)

    def outside_examples(self) -> list[OutsideRecord]:
        """Examples from outside the case, of the classes that there are."""
        return self.ask(learned.outside_examples)

    def standings(self) -> list[ClassStanding]:
        """What leave-one-out last said of the classes that learn and had enough examples."""
        return self.ask(learned.standings)

    def scores(self) -> dict[str, Score]:
        """Class that learns -> how often it had been right before it learned of a cell."""
        return self.ask(learned.scores)
