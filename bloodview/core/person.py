"""The name of whoever sits before the program, as the system knows it."""

import getpass
from functools import cache


@cache
def system_user() -> str:
    """The name of the system's user; "unknown" where there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
