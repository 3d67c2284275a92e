"""Settings round-trip, and broken ones never keep the program from starting."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bloodview.core import settings
from bloodview.core.person import Person
from bloodview.core.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_without_a_file_the_defaults_hold_and_nothing_is_said(file: Path) -> None:
    said: list[str] = []
    assert settings.load(said.append, file) == Settings()
    assert not said


def test_what_was_saved_is_loaded(user_folder: Path) -> None:
    mine = replace(Settings(), theme="light", recent_files=("/a", "/ü"), batch_size=8, show_outlines=True)
    mine = replace(mine, advance_after_decision=False)
    settings.save(mine)
    assert settings.load() == mine
    assert list(user_folder.rglob("settings.json"))


@pytest.mark.parametrize("text", ["[" * 100_000, "", "{", "[]", "null", '"x"', "\x00", '{"theme": "dark"'])
def test_a_broken_file_is_put_aside_and_told(file: Path, text: str) -> None:
    file.write_text(text)
    said: list[str] = []
    assert settings.load(said.append, file) == Settings()
    assert len(said) == 1
    assert str(file) in said[0]
    assert (file.parent / "settings.broken.json").read_text() == text
    assert not file.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("theme", []),
        ("batch_size", True),
        ("batch_size", -1),
        ("show_boxes", 1),
        ("advance_after_decision", "no"),
        ("recent_files", "a"),
        ("recent_files", [1]),
        ("count_target", 150),
        ("gallery_tile_px", 1e9),
    ],
)
def test_one_bad_value_costs_that_field_alone(file: Path, field: str, value: object) -> None:
    file.write_text(json.dumps({"version": 1, "reviewer": "Ada", field: value}))
    said: list[str] = []
    assert settings.load(said.append, file) == Settings(reviewer="Ada")
    assert field in said[0]


def test_fields_of_a_newer_version_are_passed_over_and_the_file_kept(file: Path) -> None:
    file.write_text(json.dumps({"version": 99, "theme": "light", "hologram": True}))
    said: list[str] = []
    assert settings.load(said.append, file) == Settings(theme="light")
    assert "newer" in said[0]
    assert (file.parent / "settings.broken.json").exists()


def test_every_field_is_explained() -> None:
    text = Settings.__doc__ or ""
    assert not [f.name for f in fields(Settings) if f"{f.name}:" not in text]


def test_a_recent_file_comes_first_once_and_the_list_stays_short() -> None:
    mine = Settings()
    for number in range(20):
        mine = mine.with_recent(Path(f"/f{number}"))
    mine = mine.with_recent(Path("/f15"))
    assert mine.recent_files[:2] == (str(Path("/f15")), str(Path("/f19")))
    assert len(mine.recent_files) == settings.RECENT_KEPT
    assert len(set(mine.recent_files)) == settings.RECENT_KEPT


def test_persons_and_keys_survive_and_a_broken_entry_costs_itself_alone(file: Path) -> None:
    mine = Settings(persons=(Person("Ada Byron", "pathologist"), Person("Ö")), keys=(("desk.undo", ("F9",)), ("x", ())))
    settings.save(mine, file)
    assert settings.load(path=file) == mine
    said: list[str] = []
    persons = [{"name": "Ada"}, {"name": " "}, 3, {"name": "Bo", "role": 1}, {"name": "Ada", "role": "twice"}]
    keys = {"desk.undo": ["F9"], "desk.redo": "F8", "desk.confirm": [1], "view.gallery": [""]}
    file.write_text(json.dumps({"version": 1, "persons": persons, "keys": keys}))
    assert settings.load(said.append, file) == Settings(persons=(Person("Ada"),), keys=(("desk.undo", ("F9",)),))
    assert "persons 2, persons 3, persons 4, keys of desk.redo, keys of desk.confirm, keys of view.gallery" in said[0]


@pytest.mark.parametrize("field", ["persons", "keys", "recent_files"])
def test_a_list_that_is_none_costs_that_field_alone(file: Path, field: str) -> None:
    file.write_text(json.dumps({"version": 1, "theme": "light", field: 3}))
    said: list[str] = []
    assert settings.load(said.append, file) == Settings(theme="light")
    assert field in said[0]
