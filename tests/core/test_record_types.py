"""What a record of a file holds is of the kinds that its fields say, at any depth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bloodview.core.record_types import misfit


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Whole:
    count: int = 1
    flag: bool = False
    point: tuple[float, float] = (0, 0.5)
    parts: tuple[Part, ...] = (Part("a", 1),)
    shares: Mapping[str, float] | None = None
    free: Any = object()


def test_what_fits_is_no_misfit() -> None:
    assert misfit(Whole()) == ""
    assert misfit(Whole(shares={"a": 1, "b": 0.5})) == ""


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("count", 1.5, "count"),
        ("count", True, "count"),
        ("flag", 1, "flag"),
        ("point", (1, 2, 3), "point"),
        ("point", (1, "2"), "point.1"),
        ("point", [1, 2], "point"),
        ("parts", (Part("a", 1), Part(**{"name": "b", "share": "1"})), "parts.1.share"),
        ("parts", ("a",), "parts.0"),
        ("shares", {"a": "x"}, "shares"),
        ("shares", {1: 1}, "shares"),
        ("shares", (), "shares"),
    ],
)
def test_what_does_not_fit_is_named_by_its_place(field: str, value: object, at: str) -> None:
    assert misfit(Whole(**{field: value})) == at
