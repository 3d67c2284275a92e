"""Each key has one action; what a person changed goes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.ui.key_map import Lost, given_to, is_kept_by_views, normal, record_of, resolve, without_idle

OWN = {"undo": ("Ctrl+Z",), "redo": ("Ctrl+Shift+Z", "Ctrl+Y"), "gallery": ("G",), "label.smudge": ("J",)}


def test_without_changes_the_table_holds() -> None:
    assert resolve(OWN, {}) == (OWN, [])


def test_a_changed_key_goes_before_one_of_the_table() -> None:
    keys, lost = resolve(OWN, {"gallery": ("J",), "redo": ()})
    assert keys == {"undo": ("Ctrl+Z",), "redo": (), "gallery": ("J",), "label.smudge": ()}
    assert lost == [Lost("label.smudge", "J", "gallery")]


def test_of_two_changes_the_first_of_the_table_gets_the_key() -> None:
    keys, lost = resolve(OWN, {"gallery": ("F9",), "undo": ("f9",)})
    assert (keys["undo"], keys["gallery"]) == (("F9",), ())
    assert lost == [Lost("gallery", "F9", "undo")]


@pytest.mark.parametrize("key", ["", "no such key", "Ctrl+", "A, B", "Space", "left", "Esc"])
def test_what_is_no_key_or_belongs_to_the_views_is_left_out(key: str) -> None:
    keys, lost = resolve(OWN, {"gallery": (key,)})
    assert keys["gallery"] == ()
    assert lost == [Lost("gallery", key, "")]


def test_keys_are_told_apart_however_they_are_written() -> None:
    assert normal("shift+ctrl+z") == normal("Ctrl+Shift+Z") == "Ctrl+Shift+Z"
    assert is_kept_by_views("PgUp")
    assert not is_kept_by_views("G")


def test_who_had_the_key_goes_without_and_only_what_differs_is_kept() -> None:
    changed = given_to({}, OWN, OWN, "gallery", "Ctrl+Y")
    assert changed == {"redo": ("Ctrl+Shift+Z",), "gallery": ("Ctrl+Y",)}
    now, _ = resolve(OWN, changed)
    back = given_to(changed, now, OWN, "gallery", "G")
    assert back == {"redo": ("Ctrl+Shift+Z",)}
    assert without_idle({"redo": ("Ctrl+Shift+Z", "Ctrl+Y")}, OWN) == {}
    assert record_of({"b": ["X"], "a": []}) == (("a", ()), ("b", ("X",)))


_KEYS = st.lists(st.sampled_from(["A", "B", "Ctrl+Z", "F9", "Space", "odd one", "Ctrl+Shift+Z"]), max_size=3).map(tuple)


@given(st.dictionaries(st.sampled_from([*OWN, "no.such"]), _KEYS))
def test_no_key_has_two_actions_whatever_the_settings_hold(changed: dict[str, tuple[str, ...]]) -> None:
    keys, lost = resolve(OWN, changed)
    given_out = [key for own in keys.values() for key in own]
    assert len(given_out) == len(set(given_out))
    assert set(keys) == set(OWN)
    assert all(entry.key for entry in lost if entry.holder)
    assert not any(is_kept_by_views(key) for key in given_out)
