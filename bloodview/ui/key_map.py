"""Which keys an action has: its own ones or those a person gave it, what clashes, and what keys the views keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

Keys = tuple[str, ...]

VIEW_KEYS = (
    "Space", "Left", "Right", "Up", "Down", "Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down", "Home", "End",
    "PgUp", "PgDown", "+", "-", "=", "Ctrl+A", "Esc", "Tab", "Shift+Tab",
)  # fmt: skip
"""What gallery and slide understand by themselves, and what leads through the window; no action may have them."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A key that an action does not have after all.

    Args:
        action: id of the action.
        key: as Qt writes it.
        holder: id of the action that has it; "" = it is no key, or the views keep it.
    """

    action: str
    key: str
    holder: str


def normal(key: str) -> str:
    """A key in the one way that Qt writes it; "" for what is no key."""
    made = QKeySequence(key)
    written = made.toString(QKeySequence.SequenceFormat.PortableText)
    return written if made.count() == 1 else ""


def is_kept_by_views(key: str) -> bool:
    """Whether a key belongs to the views."""
    return key in {normal(k) for k in VIEW_KEYS}


def shown(key: str) -> str:
    """A key as people read it here."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def resolve(own: Mapping[str, Keys], changed: Mapping[str, Keys]) -> tuple[dict[str, Keys], list[Lost]]:
    """The keys that every action has. Each key has one action: what a person changed goes first, then the table.

    Args:
        own: action id -> keys of the table, in its order.
        changed: action id -> keys that a person gave; actions that do not exist are passed over.

    Returns:
        Action id -> keys, and the keys that were lost to another action or are none.
    """
    holders: dict[str, str] = {}
    kept: dict[str, list[str]] = {}
    lost: list[Lost] = []
    first = [a for a in own if a in changed]
    for action in (*first, *(a for a in own if a not in changed)):
        is_changed = action in changed
        for given in changed.get(action, own[action]):
            key = normal(given)
            if not key or (is_changed and is_kept_by_views(key)):
                lost.append(Lost(action, given, ""))
            elif holders.setdefault(key, action) == action:
                kept.setdefault(action, []).append(key)
            else:
                lost.append(Lost(action, given, holders[key]))
    return {action: tuple(dict.fromkeys(kept.get(action, ()))) for action in own}, lost


def given_to(
    changed: Mapping[str, Keys], now: Mapping[str, Keys], own: Mapping[str, Keys], action: str, key: str
) -> dict[str, Keys]:
    """What is changed once an action has a key instead of those it had; who had the key goes without it.

    Args:
        changed: as it stands.
        now: action id -> keys it has now.
        own: action id -> keys of the table.
        action: gets the key.
        key: as `normal` writes it; "" = none.
    """
    made = dict(changed)
    for other, keys in now.items():
        if other != action and key in keys and other in own:
            made[other] = tuple(k for k in keys if k != key)
    made[action] = (key,) if key else ()
    return without_idle(made, own)


def without_idle(changed: Mapping[str, Keys], own: Mapping[str, Keys]) -> dict[str, Keys]:
    """The same without entries that say what the table says anyway."""
    return {a: keys for a, keys in changed.items() if a not in own or keys != tuple(normal(k) for k in own[a])}


def record_of(changed: Mapping[str, Iterable[str]]) -> tuple[tuple[str, Keys], ...]:
    """As the settings keep it."""
    return tuple((action, tuple(keys)) for action, keys in sorted(changed.items()))
