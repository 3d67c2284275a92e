"""A class that was taught, as a file for other cases: its look and what is kept of its examples, no picture."""

import base64
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bloodview.core import own_classes
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.files import write_whole
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass
from bloodview.review.commands import OutsideExample

ENDING = ".bvclass"
SCHEMA = "bloodview-class/1"
"""Names the shape of the JSON; raised when a field changes its meaning."""
_MOST_BYTES = 64 * 2**20
_LONGEST_ORIGIN = 80
_MOST_SHARE = 1.001  # what is 1 but for rounding


@dataclass(frozen=True, slots=True)
class SharedClass:
    """A class with its examples.

    Args:
        cell_class: hangs below a class of the default tree, or at the top.
        examples: what is kept of each; their origins are not shared.
    """

    cell_class: CellClass
    examples: tuple[OutsideExample, ...]


def write(out: Path, shared: SharedClass) -> None:
    """Write a class, whole or not at all.

    Raises:
        StorageError: it cannot be written.
    """
    content = {
        "schema": SCHEMA,
        "class": asdict(shared.cell_class),
        "examples": [
            {
                "model": e.model_id,
                "vector": base64.b64encode(e.vector).decode("ascii"),
                "probabilities": base64.b64encode(e.probabilities).decode("ascii"),
            }
            for e in shared.examples
        ],
    }
    with write_whole(out) as file:
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")


def read(path: Path) -> SharedClass:
    """Read a class that was shared.

    Raises:
        UnreadableFileError: it cannot be read, or is something else.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("too large")
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError("another schema")
        given = CellClass(**content["class"])
        parent = given.parent if given.parent in DEFAULT_TAXONOMY else ""
        if not all(isinstance(value, str) for value in asdict(given).values()):
            raise ValueError("no class")
        own = replace(given, parent=parent)
        own_classes.check(replace(own, key=""), DEFAULT_TAXONOMY)
        origin = path.name[:_LONGEST_ORIGIN]
        examples = tuple(
            OutsideExample(
                base64.b64decode(e["vector"], validate=True),
                base64.b64decode(e["probabilities"], validate=True),
                str(e["model"]),
                f"{origin}, example {number}",
            )
            for number, e in enumerate(content["examples"], 1)
        )
        if not examples or not all(map(_is_sound, examples)):
            raise ValueError("no examples")
        lengths = {(e.model_id, len(e.vector), len(e.probabilities)) for e in examples}
        if len(lengths) != len({e.model_id for e in examples}):
            raise ValueError("examples of one model that cannot be compared")
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}.", path=path) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, UserError) as error:
        raise UnreadableFileError(
            "is no class that BloodView shared, or is damaged.", path=path, hint="Have it shared again."
        ) from error
    return SharedClass(own, examples)


def _is_sound(example: OutsideExample) -> bool:
    """Whether vector and probabilities are there and made of usual numbers."""
    if not example.vector or len(example.vector) % 2 or not example.probabilities or len(example.probabilities) % 4:
        return False
    shares = np.frombuffer(example.probabilities, "<f4")
    is_usual = np.isfinite(np.frombuffer(example.vector, "<f2")).all()
    return bool(is_usual and (shares >= 0).all() and (shares <= _MOST_SHARE).all())
