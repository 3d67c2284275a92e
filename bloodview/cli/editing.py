"""The lines that `edit` understands, and its answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bloodview.core.errors import UserError

if TYPE_CHECKING:
    from bloodview.review.case import Case


_LONGEST_ANSWER = 300  # characters; an answer may quote what was given


def answers(case: "Case", line: str) -> Iterator[str]:
    """The answer to one line of `edit`, given once the edit is on the disk."""
    word, *rest = line.split(None, 1)[:2] or [""]
    argument = rest[0].strip() if rest else ""
    if word == "list" and not argument:
        for cell_id, label in case.labels():
            yield f"{cell_id} {label or 'unnamed'}"
        yield "ok"
        return
    try:
        _do_edit(case, word, argument)
    except UserError as error:
        yield f"error {' '.join(str(error).split())[:_LONGEST_ANSWER]}"
    else:
        yield f"ok {case.edit_count}"


def _do_edit(case: "Case", word: str, argument: str) -> None:
    from bloodview.review.commands import Grade, Reject, Relabel, Sign

    words = argument.split()
    if word == "relabel" and len(words) == 2:
        case.apply(Relabel((_cell_id(words[0]),), words[1]))
    elif word == "reject" and len(words) == 1:
        case.apply(Reject((_cell_id(words[0]),)))
    elif word == "grade" and len(words) == 2:
        case.apply(Grade(((words[0], _grade(words[1])),)))
    elif word == "undo" and not words:
        case.undo()
    elif word == "redo" and not words:
        case.redo()
    elif word == "sign" and words:
        case.apply(Sign(argument))
    else:
        raise UserError(
            "this is no command:",
            hint="list, relabel CELL CLASS, reject CELL, grade FINDING 0 to 3, undo, redo and sign NAME are.",
        )


def _grade(text: str) -> int | None:
    if text == "none":
        return None
    if text not in ("0", "1", "2", "3"):
        raise UserError(f"There is no grade {text!r}.", hint="Grades are 0, 1, 2, 3 and none.")
    return int(text)


def _cell_id(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise UserError(f"There is no cell {text!r}.")
    return int(text)
