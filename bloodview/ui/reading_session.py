"""A person at work on a list of cells: blindly, as second reader, or settling what readers call differently. No Qt."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from bloodview.core.cells import Cell, Status
from bloodview.review.commands import Command, Confirm, MarkUndecided, Reject, Relabel, Restore
from bloodview.review.reading import is_same
from bloodview.review.reading_commands import Read, Settle
from bloodview.review.records import Reading
from bloodview.ui.language import tr
from bloodview.ui.veil import Answer

Decision = Relabel | Confirm | MarkUndecided | Reject | Restore


class Task(Enum):
    """What the person does."""

    FIRST = "first"
    """Reads what nobody has decided, without the machine's word."""
    SECOND = "second"
    """Reads what another person decided, without that person's word."""
    SETTLE = "settle"
    """Sees both words and says what it shall be."""


@dataclass(slots=True)
class ReadingSession:
    """What is read, by whom, and how far it is.

    Args:
        who: the reader, or both of them when they settle.
        order: cell ids in the order of showing.
        hides_machine: whether the machine's word is hidden until the answer.
        seed: of the order.
        words: of cells to settle: what each reader said, for people.
        answers: what has been answered so far.
    """

    task: Task
    who: str
    order: tuple[int, ...]
    hides_machine: bool
    seed: int
    words: Mapping[int, str] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)

    def take(self, readings: Collection[Reading]) -> None:
        """Know again what has been answered, as the case has it."""
        mine = frozenset(self.order)
        self.answers = {
            r.cell_id: (r.label, r.status)
            for r in readings
            if r.cell_id in mine
            and r.is_consensus is (self.task is Task.SETTLE)
            and (r.is_consensus or is_same(r.who, self.who))
        }

    def next(self, after: int, step: int) -> int:
        """The next cell without an answer, from a cell on, round the end; 0 = all have one."""
        start = self.order.index(after) if after in self.order else (-1 if step > 0 else 0)
        for far in range(1, len(self.order) + 1):
            cell_id = self.order[(start + step * far) % len(self.order)]
            if cell_id not in self.answers:
                return cell_id
        return 0

    def command(self, decision: Decision, seen: Mapping[int, Cell]) -> Command | str:
        """What an answer does to the case, or why it is none; `seen` are the cells as the person sees them."""
        if any(cell_id not in self.order for cell_id in decision.cell_ids):
            return tr("This cell is not among those to be read.")
        match decision:
            case Relabel(ids, label):
                return self._answer(ids, label, Status.ACTIVE)
            case MarkUndecided(ids):
                return self._answer(ids, "", Status.UNDECIDED)
            case Reject(ids):
                return self._answer(ids, "", Status.REJECTED)
            case Confirm(ids):
                labels = {seen[i].label if seen[i].status is Status.ACTIVE else "" for i in ids}
                if len(labels) != 1 or "" in labels:
                    return tr("There is no label to confirm: press the key of a class, U or X.")
                return self._answer(ids, labels.pop(), Status.ACTIVE)
            case Restore():
                return tr("Press the key of a class, U or X.")

    def _answer(self, ids: tuple[int, ...], label: str, status: Status) -> Command:
        if self.task is Task.SETTLE:
            return Settle(ids, self.who, label, status)
        is_first = self.task is Task.FIRST
        return Read(ids, self.who, label, status, self.hides_machine, not is_first, is_first, self.seed)

    @property
    def progress(self) -> str:
        """How far it is, for people."""
        done, total = len(self.answers), len(self.order)
        match self.task:
            case Task.FIRST:
                said = tr("{who} reads blindly: {done} of {total}.", who=self.who, done=done, total=total)
            case Task.SECOND:
                said = tr("{who} reads as second reader: {done} of {total}.", who=self.who, done=done, total=total)
            case Task.SETTLE:
                said = tr("{who} settle what they call differently: {done} of {total}.", who=self.who, done=done,
                          total=total)  # fmt: skip
        if done == total:
            return said + " " + tr("All are answered; undo still reaches them.")
        if self.task is Task.FIRST:
            return said + " " + tr("The machine's labels are hidden until you answer.")
        if self.task is Task.SECOND and self.hides_machine:
            return said + " " + tr("The labels of the first reader and of the machine are hidden.")
        return said + (" " + tr("The labels of the first reader are hidden.") if self.task is Task.SECOND else "")
