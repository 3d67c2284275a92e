"""Which model a person chose for a task, and which before it: a small file in the folder of the user's models."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole

NAME = "chosen.json"
FORMAT = 1
"""Version of the file's format; a newer one is refused."""

_AWAY = "Move the file away: the models that came with BloodView are then used."


@dataclass(frozen=True, slots=True)
class Choice:
    """A model taken into use: for which task, its id, and when (ISO, local time)."""

    task: str
    model: str
    at: str


def read(folder: Path) -> tuple[Choice, ...]:
    """What was chosen, oldest first; nothing if there is no file.

    Raises:
        UserError: the file cannot be read, is damaged, or was made by a newer version.
    """
    file = folder / NAME
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        if raw["format"] > FORMAT:
            raise UserError("was made by a newer BloodView.", path=file, hint="Update BloodView.")
        return tuple(Choice(*(str(entry[k]) for k in ("task", "model", "at"))) for entry in raw["choices"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}.", path=file, hint=_AWAY) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError("does not tell which models were chosen.", path=file, hint=_AWAY) from None


def write(folder: Path, choices: Sequence[Choice]) -> None:
    """Keep these, whole or not at all.

    Raises:
        StorageError: the disk is full, read-only or gone.
    """
    text = json.dumps({"format": FORMAT, "choices": [asdict(c) for c in choices]}, indent=1, ensure_ascii=False)
    with write_whole(folder / NAME) as beside:
        beside.write_text(text + "\n", encoding="utf-8")
