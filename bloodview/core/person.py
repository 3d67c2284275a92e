"""Who sits before the program: the name that the system knows, and a short list of persons with their roles."""

import getpass
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

LONGEST = 200
"""Characters of a name or a role."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reviews or signs here.

    Args:
        name: as it stands in the journal and under a report.
        role: such as "pathologist"; "" = not said.
    """

    name: str
    role: str = ""

    @property
    def shown(self) -> str:
        """Name and role for people."""
        return f"{self.name}, {self.role}" if self.role else self.name


@cache
def system_user() -> str:
    """The name of the system's user; "unknown" where there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def present(reviewer: str, persons: Iterable[Person]) -> Person:
    """Whoever works now: the person chosen, with the role the list gives; the system's user if nobody was chosen."""
    name = reviewer.strip() or system_user()
    return next((p for p in persons if p.name == name), Person(name))
