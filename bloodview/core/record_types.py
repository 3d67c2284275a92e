"""Whether the fields of a frozen record hold what their annotations say; for records that are read from a file."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def misfit(record: object) -> str:
    """The path of the first field that holds something else, such as "data.0.name"; "" if there is none.

    Known are text, numbers, truth values, None, tuples, mappings of texts, unions and records of these. A whole number
    stands for a broken one, a truth value for neither.
    """
    for name, hint in get_type_hints(type(record)).items():
        if at := _misfit(getattr(record, name), hint, name):
            return at
    return ""


def _misfit(value: object, hint: object, at: str) -> str:
    if hint is Any:
        return ""
    inner = get_args(hint)
    if get_origin(hint) is UnionType:
        return "" if any(not _misfit(value, one, at) for one in inner) else at
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return at
        hints = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        if len(hints) != len(value):
            return at
        return _first((v, h, f"{at}.{i}") for i, (v, h) in enumerate(zip(value, hints, strict=True)))
    if inner:  # a mapping
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            return at
        return _first((v, inner[1], f"{at}.{key}") for key, v in value.items())
    if not isinstance(hint, type) or not isinstance(value, int | float if hint is float else hint):
        return at
    if isinstance(value, bool) and hint is not bool:
        return at
    below = misfit(value) if is_dataclass(hint) else ""
    return f"{at}.{below}" if below else ""


def _first(parts: Iterable[tuple[object, object, str]]) -> str:
    return next((wrong for part in parts if (wrong := _misfit(*part))), "")
