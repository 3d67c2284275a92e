"""A case: one file that holds slides, cells, what the machine said and what persons decided, and every step between.

`apply` is the only door to lasting change. One command is one transaction: the former values of each row it touches,
the journal's line and the change itself reach the disk together, before `apply` returns. A case belongs to the thread
that opened it.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bloodview.core.cell_columns import CellColumns, Names
from bloodview.core.cells import Cell
from bloodview.core.errors import UserError
from bloodview.core.person import system_user
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, Taxonomy
from bloodview.review import (
    chain,
    columns,
    editing,
    expected,
    journal,
    learned,
    reading,
    rows,
    runs,
    signatures,
    storage,
    tallies,
    tile_runs,
    tree,
    viewing,
)
from bloodview.review.commands import (
    AddRun,
    AddTiles,
    Amend,
    BeginRun,
    ChangeKind,
    Changes,
    ChoosePlane,
    Command,
    DropExpected,
    EndRun,
    ExpectPictures,
    KeepVisited,
    RecordAnswers,
    RunStep,
)
from bloodview.review.queries import Queries
from bloodview.review.records import (
    JournalEntry,
    KnownCells,
    LabelCounts,
    Remark,
    Signature,
    SlideRecord,
)

Observer = Callable[[Changes], None]


class Case(Queries):
    """An open case file. Made by `Case.create` or `Case.open`; closed by `close` or a with block."""

    def __init__(self, database: storage.Database) -> None:
        self._database = database
        self._connection = database.connection
        self._observers: list[Observer] = []
        self._vectors: learned.Vectors | None = None
        self.who = system_user()
        """Whose name the journal gets; the system's user, unless somebody else is set."""
        with storage.reading(self.path):
            self._history = journal.History.read(self._connection)
            self._models = self._read_models()
            self._taxonomy = self._read_taxonomy()
            self._signature = self._read_signature()

    # -- opening and closing

    @classmethod
    def create(cls, path: Path | str) -> Self:
        """Make an empty case and open it.

        Raises:
            StorageError: something lies there already, or the place cannot be written.
        """
        storage.create(Path(path), DEFAULT_TAXONOMY)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str, *, or_read: bool = False, is_known_whole: bool = False) -> Self:
        """Open a case; with `or_read` one that another program has open is read as it is now (`is_read_only`).

        With `is_known_whole` it was checked by `storage.is_whole` just now.

        Raises:
            DamagedCaseError: no case, damaged, or made by a newer version; the file stays as it is.
            CaseInUseError: another window or program has it open.
            StorageError: it is not there, or the disk fails.
        """
        database = storage.open_database(Path(path), or_read=or_read, is_known_whole=is_known_whole)
        try:
            return cls(database)
        except BaseException:
            database.close()
            raise

    @classmethod
    def open_or_create(cls, path: Path | str) -> Self:
        """Open the case that lies there, or make one."""
        return cls.open(path) if Path(path).exists() else cls.create(path)

    def close(self) -> None:
        """Let go of the file. Nothing is lost without it: everything is on the disk already."""
        with storage.told(self.path):
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_read_only(self) -> bool:
        """Whether the file or its folder cannot be written, or another program has it open."""
        return self._database.read_only

    @property
    def storage_note(self) -> str:
        """What a person should know of how the file is kept (network share, read-only); "" if all is as usual."""
        return self._database.note

    # -- change

    def apply(self, command: Command) -> Changes:
        """Do a command; it is on the disk when this returns.

        Raises:
            UserError: the command asks for what cannot be, or the case is signed; nothing changed.
            StorageError: it could not be saved; nothing changed.
        """
        if self._signature and not isinstance(command, Amend):
            raise UserError(
                f"The case is signed by {self._signature.name}; nothing can be changed.",
                path=self.path,
                hint="Amend it with a reason, or undo takes the signature back.",
            )
        if isinstance(command, AddRun):
            return self._add_run(command)
        if isinstance(command, BeginRun | AddTiles | EndRun):
            return self._step(command)
        if isinstance(command, RecordAnswers):
            return self._record_answers(command)
        if isinstance(command, KeepVisited | ChoosePlane):
            with self._database.transaction() as connection:
                return viewing.carry_out(command, connection)
        if isinstance(command, ExpectPictures | DropExpected):
            with self._database.transaction() as connection:
                return expected.carry_out(command, connection)
        title = editing.title_of(command, self._taxonomy)
        said = f"{type(command).__name__} {json.dumps(asdict(command), default=lambda blob: f'{len(blob)} bytes')}"
        return self._edit("edit", title, said, lambda r: editing.carry_out(command, r, self._taxonomy))

    def undo(self) -> Changes:
        """Take back the latest edit not yet taken back. Analyses are no edits: they stay.

        Raises:
            UserError: there is none; or it added a class that an analysis has used since.
        """
        if not self._history.undo:
            raise UserError("There is nothing to undo.", path=self.path)
        entry, title = self._history.undo[-1]
        return self._edit("undo", title, f"Undo {entry}", lambda r: self._replay(r, entry))

    def redo(self) -> Changes:
        """Do again what the latest undo took back, if no edit came since.

        Raises:
            UserError: there is nothing to redo.
        """
        if not self._history.redo:
            raise UserError("There is nothing to redo.", path=self.path)
        entry, title = self._history.redo[-1]
        return self._edit("redo", title, f"Redo {entry}", lambda r: self._replay(r, entry))

    def _replay(self, recorder: journal.Recorder, entry: int) -> None:
        with storage.reading(self.path):
            recorder.replay(entry)

    def _edit(self, kind: str, title: str, said: str, act: Callable[[journal.Recorder], None]) -> Changes:
        count = self._history.edit_count + 1
        with self._database.transaction() as connection:
            entry = journal.append(connection, kind, title, said, count, self.who)
            recorder = journal.Recorder(connection, entry)
            before, living = learned.class_ids(connection), tree.living(connection)
            act(recorder)
            recorder.answers_changed(learned.follow_classes(connection, before))
            chain.append(connection, entry)
            changes = recorder.changes(title)
            if ChangeKind.CLASSES in changes.kinds:
                self._check_labels(living - tree.living(connection), is_undo=kind == "undo")
            elif kind != "edit" or ChangeKind.EXAMPLES in changes.kinds:
                changes = self._with_left_over(changes)
            taxonomy = self._read_taxonomy() if ChangeKind.CLASSES in changes.kinds else self._taxonomy
        self._history.note(entry, kind, title, count)
        self._taxonomy = taxonomy
        if ChangeKind.SIGNED in changes.kinds:
            self._signature = self._read_signature()
        return self._tell(changes)

    def _add_run(self, run: AddRun) -> Changes:
        title = f"{run.slide.path.name} analysed, {len(run.cells):,} cells found"
        said = {"slide": run.slide.content_hash, "models": run.model_ids, "device": run.device}
        with self._database.transaction() as connection:
            entry = journal.append(connection, "run", title, f"AddRun {json.dumps(said)}", None, self.who)
            changes = runs.carry_out(run, connection, self._taxonomy, title)
            chain.append(connection, entry)
        self._models, self._vectors = self._read_models(), None
        return self._tell(changes)

    def _step(self, step: RunStep) -> Changes:
        """A step of an analysis tile by tile; tiles stand in a table of their own, not in the journal.

        Tiles do not wait for the disk: those that a power failure takes are analysed again. The end does wait.
        """
        with self._database.transaction(waits_for_disk=not isinstance(step, AddTiles)) as connection:
            title = self._title_of(step)
            if title:
                said = {"models": step.model_ids, "device": step.device} if isinstance(step, BeginRun) else {}
                entry = journal.append(
                    connection, "run", title, f"{type(step).__name__} {json.dumps(said)}", None, self.who
                )
            changes = tile_runs.carry_out(step, connection, self._taxonomy, title)
            if title:
                chain.append(connection, entry)
        if not isinstance(step, BeginRun):
            self._models, self._vectors = self._read_models(), None
        return self._tell(changes)

    def _title_of(self, step: RunStep) -> str:
        if isinstance(step, BeginRun):
            return f"Analysis of {step.slide.path.name} begun"
        if isinstance(step, AddTiles):
            return ""
        query = """SELECT path, (SELECT count(*) FROM cell WHERE slide_id = slide.id AND present)
            FROM slide WHERE content_hash = ?"""
        found = self._connection.execute(query, (step.content_hash,)).fetchone()
        return f"{Path(found[0]).name} analysed, {found[1]:,} cells found" if found else "Analysis ended"

    def _record_answers(self, command: RecordAnswers) -> Changes:
        names = ", ".join(f"{self._taxonomy[s.class_id].title} {s.word}" for s in command.standings)
        title = f"{names or 'Nothing'} learned, {len(command.answers):,} cells claimed"
        with self._database.transaction() as connection:
            cell_ids = learned.record(command, connection)
            slides = [i for (i,) in self._rows("SELECT id FROM slide")] if cell_ids else []
            said = f"RecordAnswers {len(command.answers)}"
            chain.append(connection, journal.append(connection, "learned", title, said, None, self.who))
        kinds = frozenset((ChangeKind.LABELS,)) if cell_ids else frozenset[ChangeKind]()
        changes = self._with_left_over(Changes(kinds, cell_ids, frozenset(slides), title))
        if ChangeKind.CLASSES in changes.kinds:
            self._taxonomy = self._read_taxonomy()
        return self._tell(changes)

    def _check_labels(self, gone: Collection[str], *, is_undo: bool) -> None:
        """Refuse to take away classes that cells are called by."""
        if label := tree.needed(self._connection, gone, is_undo=is_undo):
            raise UserError(
                f"Cells are called {label!r}, so the class cannot be taken back.",
                path=self.path,
                hint="Give them another label first, those too that a class which learns claims.",
            )

    def _with_left_over(self, changes: Changes) -> Changes:
        """The changes; those of classes too if cells are called now by one that has gone, see `tree.read`."""
        if not tree.missing(self._connection, self._taxonomy):
            return changes
        return replace(changes, kinds=changes.kinds | {ChangeKind.CLASSES})

    def subscribe(self, callback: Observer) -> Callable[[], None]:
        """Have `callback` called after every change, undo and redo included; returns what ends it."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback) if callback in self._observers else None

    def _tell(self, changes: Changes) -> Changes:
        for observer in tuple(self._observers):
            observer(changes)
        return changes

    # -- history

    @property
    def edit_count(self) -> int:
        """Edits so far; an undo and a redo count as one each, an analysis does not."""
        return self._history.edit_count

    @property
    def can_undo(self) -> bool:
        return bool(self._history.undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._history.redo)

    @property
    def undo_title(self) -> str:
        """What undo would take back; "" if nothing."""
        return self._history.undo[-1][1] if self._history.undo else ""

    @property
    def redo_title(self) -> str:
        """What redo would do again; "" if nothing."""
        return self._history.redo[-1][1] if self._history.redo else ""

    @property
    def undo_depth(self) -> int:
        """How many edits undo could take back."""
        return len(self._history.undo)

    @property
    def saved_at(self) -> datetime | None:
        """Local time of the latest change; None for an empty case."""
        latest = self.journal(1)
        return latest[0].at if latest else None

    def journal(self, limit: int = 100, holding: str = "") -> list[JournalEntry]:
        """The latest entries, newest first; only those that hold a text in title or user, if one is given."""
        holding = holding.encode("utf-8", "replace").decode()  # a command line may hold what is no text
        like = "%" + holding.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = self._rows(
            "SELECT id, CAST(at AS BLOB), CAST(kind AS BLOB), CAST(title AS BLOB), edit_count, CAST(who AS BLOB)"
            " FROM journal WHERE title || ' ' || who LIKE ? ESCAPE '\\' ORDER BY id DESC LIMIT ?",
            (like, limit),
        )
        say = rows.words
        with storage.reading(self.path):
            return [
                JournalEntry(id_, rows.moment(say(at)), say(kind), say(title), count, say(who))
                for id_, at, kind, title, count, who in found
            ]

    @property
    def journal_head(self) -> str:
        """The seal of the latest entry, which stands for the whole journal; "" for an empty one."""
        return chain.head(self._connection)

    @property
    def journal_remarks(self) -> tuple[str, ...]:
        """What is worth knowing of the journal without following its chain: a clock that was set back."""
        with storage.reading(self.path):
            return chain.remarks(self._connection)

    # -- queries

    @property
    def taxonomy(self) -> Taxonomy:
        """The classes of this case, those of its own included."""
        return self._taxonomy

    @property
    def signature(self) -> Signature | None:
        """Who signed, if anybody."""
        return self._signature

    def signatures(self) -> list[Signature]:
        """The signature that stands and those that were amended, oldest first."""
        with storage.reading(self.path):
            return signatures.all_of(self._connection)

    def notes(self) -> list[Remark]:
        """Notes, oldest first."""
        found = self._rows("SELECT id, at, text FROM note WHERE live ORDER BY id")
        with storage.reading(self.path):
            return [Remark(id_, rows.moment(at), str(text)) for id_, at, text in found]

    @property
    def beside(self) -> reading.Beside:
        """What persons and an analyser say beside the case's labels."""
        return reading.Beside(self._connection, self.path)

    def slides(self) -> list[SlideRecord]:
        """Slides, in the order they joined."""
        with storage.reading(self.path):
            query = "SELECT slide.*, viewing.plane FROM slide LEFT JOIN viewing USING (content_hash) ORDER BY id"
            return [rows.slide(row) for row in self._rows(query)]

    def cells(
        self, slide_id: int | None = None, ids: Sequence[int] | None = None, *, plain_red_cells: bool = True
    ) -> list[Cell]:
        """Cells by id, rejected ones included: all, those of a slide, or of these ids those that there are.

        Without plain red cells those of which no person decided anything are left out: they are most of a slide.
        """
        where = "c.visible" if plain_red_cells else "c.visible AND (c.kind <> 'rbc' OR c.decided)"
        values: list[int | str] = []
        if slide_id is not None:
            where, values = f"{where} AND c.slide_id = ?", [*values, slide_id]
        if ids is not None:
            where, values = f"{where} AND c.id IN (SELECT value FROM json_each(?))", [*values, json.dumps(list(ids))]
        query = f"SELECT {rows.CELL_COLUMNS} FROM cell c LEFT JOIN finding f ON f.cell_id = c.id"
        with storage.reading(self.path):
            found = self._connection.execute(f"{query} WHERE {where} ORDER BY c.id", values)
            return rows.cells(found, self._models)

    def cell_count(self) -> int:
        """How many cells there are at most; those that nobody sees are among them."""
        return int(self._rows("SELECT count(*) FROM cell")[0][0])

    def cell_pages(self, names: Names, size: int = columns.PAGE) -> Iterator[CellColumns]:
        """All cells column by column, a page at a time, in the order of their ids; the names are added to."""
        with storage.reading(self.path):
            yield from columns.pages(self._connection, names, size)

    def cell_columns(self, ids: Sequence[int], names: Names) -> CellColumns:
        """As `cell_pages`, of these ids those that there are."""
        return self.ask(lambda connection: columns.some(connection, names, ids))

    def cell(self, cell_id: int) -> Cell:
        """One cell.

        Raises:
            UserError: there is no such cell.
        """
        if found := self.cells(ids=(cell_id,)):
            return found[0]
        raise UserError(f"There is no cell {cell_id} in this case.", path=self.path)

    def embeddings(self, ids: Sequence[int]) -> dict[int, bytes]:
        """Cell id -> float16 [D] little-endian, for those that have one."""
        query = "SELECT cell_id, vector FROM embedding WHERE cell_id IN (SELECT value FROM json_each(?))"
        return dict(self._rows(query, (json.dumps(list(ids)),)))

    def learning_classes(self) -> tuple[str, ...]:
        """The classes that name cells by themselves, from examples, in the order of the tree."""
        return tuple(c for (c,) in self._rows("SELECT class_id FROM class WHERE live AND learns ORDER BY id"))

    def known_cells(self) -> KnownCells:
        """What there is to learn from, and to name: all cells that have an embedding."""
        with storage.reading(self.path):
            if self._vectors is None:
                self._vectors = learned.Vectors.read(self._connection)
            return learned.known_cells(self._connection, self._vectors, self._models)

    def labels(self) -> list[tuple[int, str]]:
        """(id, what is shown for it) of every cell, by id: its class, "undecided" or "rejected"."""
        with storage.reading(self.path):
            return tallies.labels(self._connection)

    def label_counts(self, slide_id: int | None = None) -> LabelCounts:
        """How many cells carry each label, in the case or on one slide; some ms for 100,000 cells."""
        with storage.reading(self.path):
            return tallies.label_counts(self._connection, slide_id)

    # -- inside

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with storage.told(self.path):
            return self._connection.execute(query, values).fetchall()

    def _read_models(self) -> dict[int, tuple[str, tuple[str, ...]]]:
        found = self._rows("SELECT id, model_id, classes FROM model")
        return {id_: (model_id, rows.class_names(classes)) for id_, model_id, classes in found}

    def _read_taxonomy(self) -> Taxonomy:
        with storage.reading(self.path):
            return tree.read(self._connection)

    def _read_signature(self) -> Signature | None:
        with storage.reading(self.path):
            return signatures.standing(self._connection)
