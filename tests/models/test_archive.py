"""A model as one file: it comes back as it was, and nothing that is amiss with the file is let in."""

import json
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.core import paths
from bloodview.core.errors import ModelError, UserError
from bloodview.models import archive, derived, replay, store
from bloodview.models.card import CARD_NAME, REPLAY_NAME, WEIGHTS_NAME, Adaptation, ModelCard, sha256_of
from tests.models import tiny
from tests.training import refinable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.classifier(tmp_path / "models")


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    archive.write(folder, tmp_path / "tiny.bvmodel")
    return tmp_path / "tiny.bvmodel"


def changed(file: Path, **members: object) -> Path:
    """The archive with other members; of bytes, a ZipInfo with bytes, or None for none. `_` stands for a dot."""
    out = file.with_name("changed.bvmodel")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        content: dict[str, object] = {m.filename: old.read(m) for m in old.infolist()}
        content |= members
        for name, value in content.items():
            if isinstance(value, tuple):
                new.writestr(*value)
            elif value is not None:
                new.writestr(name, value)
    return out


def manifest(file: Path, **fields: object) -> bytes:
    with zipfile.ZipFile(file) as old:
        return json.dumps(json.loads(old.read("manifest.json")) | fields).encode()


def test_a_model_comes_back_as_it_was(folder: Path, file: Path, tmp_path: Path) -> None:
    card = archive.read(file, tmp_path / "out")
    assert card == ModelCard.read(folder)
    for name in (CARD_NAME, WEIGHTS_NAME):
        assert sha256_of(tmp_path / "out" / name) == sha256_of(folder / name)


def test_a_model_that_was_taken_in_is_installed_but_not_used(file: Path) -> None:
    used = store.chosen("classify")
    assert store.take_in(file).id == "tiny-classify"
    assert [f.name for f in store.model_folders()][-1] == "tiny-classify"
    assert store.chosen("classify") == used
    store.take_in(file)  # the very same: nothing to do


def test_a_model_cannot_take_the_name_of_another(folder: Path, tmp_path: Path) -> None:
    other = tiny.classifier(tmp_path / "other", "classifier-ensemble11")
    archive.write(other, tmp_path / "sly.bvmodel")
    with pytest.raises(UserError, match=r"another model called 'classifier-ensemble11'"):
        store.take_in(tmp_path / "sly.bvmodel")
    assert not paths.user_models().exists()


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "more.bin", "sub/card.json", "..\\evil.txt"])
def test_a_name_that_is_no_part_of_a_model_is_refused(name: str, file: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no part of a model"):
        archive.read(changed(file, **{name: b"evil"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("evil*"))


def test_a_link_is_refused(file: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo(CARD_NAME)
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(ModelError, match="link"):
        archive.read(changed(file, **{CARD_NAME: (link, "/etc/passwd")}), tmp_path / "out")


def test_what_unpacks_to_more_than_it_says_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="unpacks to more than it says"):
        archive.read(changed(file, **{WEIGHTS_NAME: bytes(40 * 2**20)}), tmp_path / "out")
    with pytest.raises(ModelError, match="too many"):
        archive.read(changed(file, **{CARD_NAME: bytes(17 * 2**20)}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (CARD_NAME, b"{}", "not what its checksum says"),
        (WEIGHTS_NAME, None, "lacks 'weights.safetensors'"),
        ("manifest.json", b"[]", "does not say what it holds"),
        ("manifest.json", b"\xff", "does not say what it holds"),
    ],
)
def test_what_is_changed_or_missing_is_refused(
    name: str, content: bytes | None, why: str, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=why):
        archive.read(changed(file, **{name: content}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_of_a_newer_version_is_refused_politely(file: Path, tmp_path: Path) -> None:
    newer = changed(file, **{"manifest.json": manifest(file, format=archive.FORMAT + 1)})
    with pytest.raises(ModelError, match=r"newer BloodView. Update BloodView"):
        archive.read(newer, tmp_path / "out")


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.bvmodel").write_bytes(b"PK nothing")
    with pytest.raises(ModelError, match="no model file"):
        archive.read(tmp_path / "no.bvmodel", tmp_path / "out")
    with pytest.raises(ModelError, match="cannot be read"):
        archive.read(tmp_path / "gone.bvmodel", tmp_path / "out")


def test_maps_beside_the_weights_travel_along_and_are_checked(tmp_path: Path) -> None:
    labels = tuple(refinable.COLORS) * 2
    made = tiny.with_references(tiny.classifier(tmp_path / "models"), refinable.crops(labels), labels)
    made = tiny.with_replay(made, refinable.crops(labels))
    archive.write(made, tmp_path / "whole.bvmodel")
    archive.read(tmp_path / "whole.bvmodel", tmp_path / "out")
    known, again = replay.read(made), replay.read(tmp_path / "out")
    assert known is not None
    assert again is not None
    np.testing.assert_array_equal(known.maps[0], again.maps[0])
    assert store.activate(tmp_path / "out").model == "tiny-classify"
    place = paths.user_models() / "tiny-classify"
    assert (place / REPLAY_NAME).is_file()
    assert store.verify("tiny-classify") == []
    for bad in (changed(tmp_path / "whole.bvmodel", **{REPLAY_NAME: None}),
                changed(tmp_path / "whole.bvmodel", **{REPLAY_NAME: b"another"})):  # fmt: skip
        with pytest.raises(ModelError):
            archive.read(bad, tmp_path / "refused")
        assert not (tmp_path / "refused").exists()
    (place / REPLAY_NAME).write_bytes(b"another")
    assert "the maps are not those that the card describes" in store.verify("tiny-classify")[0]
    (place / REPLAY_NAME).unlink()
    assert "the maps cannot be read" in store.verify("tiny-classify")[0]


def test_a_derived_model_carries_the_maps_unless_it_is_refined_at_its_base(tmp_path: Path) -> None:
    labels = tuple(refinable.COLORS) * 2
    made = tiny.with_references(tiny.classifier(tmp_path / "models"), refinable.crops(labels), labels)
    card = ModelCard.read(tiny.with_replay(made, refinable.crops(labels)))
    derived.write(made, {}, replace(card, id="one"), tmp_path / "one")
    assert ModelCard.read(tmp_path / "one").replay_sha256 == card.replay_sha256 != ""
    assert replay.read(tmp_path / "one") is not None
    fitted = Adaptation("tiny-classify@0", card.weights_sha256, {}, "")
    derived.write(made, {}, replace(card, id="two", adaptation=fitted), tmp_path / "two")
    assert replay.read(tmp_path / "two") is None
