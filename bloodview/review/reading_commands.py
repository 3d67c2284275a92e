"""Commands of several persons who read the same cells, and of an analyser's values; frozen values without any SQL."""

from dataclasses import dataclass

from bloodview.core.cells import Status


@dataclass(frozen=True, slots=True)
class Read:
    """A person reads cells: the answer is kept beside those of other persons, one of each person and cell.

    Args:
        who: the reader; several may sit at one program.
        label: what the reader calls them; "" where the status is not active.
        status: active, undecided or rejected.
        hid_machine: whether the machine's word was hidden until the answer.
        hid_readers: whether the words of other readers were.
        decides: whether the answer becomes the case's label too, as a first reader's does.
        seed: of the order in which the cells were shown; None = not drawn.
    """

    cell_ids: tuple[int, ...]
    who: str
    label: str
    status: Status = Status.ACTIVE
    hid_machine: bool = False
    hid_readers: bool = False
    decides: bool = False
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """Readers agree on what cells are to be called; that becomes the case's label.

    Args:
        who: those who agree, for people.
        label: "" where the status is not active.
    """

    cell_ids: tuple[int, ...]
    who: str
    label: str
    status: Status = Status.ACTIVE


@dataclass(frozen=True, slots=True)
class KeepAnalyser:
    """The values of an analyser are kept with the case, instead of those before.

    Args:
        name: of the analyser, for people.
        values: (class id, value) of leukocytes.
        is_percent: whether the values are percentages; cells otherwise.
        total: leukocytes that it counted; of percentages only.
    """

    name: str
    values: tuple[tuple[str, float], ...]
    is_percent: bool = False
    total: int = 0


@dataclass(frozen=True, slots=True)
class DropAnalyser:
    """The values of an analyser are taken away again."""


ReadingEdit = Read | Settle | KeepAnalyser | DropAnalyser
