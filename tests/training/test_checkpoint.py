"""Checkpoints: whole or not at all, and of this training or refused."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
import torch

from bloodview.core.errors import StorageError, UserError
from tests.models.tiny import run
from training import checkpoint

RUN = run("classify", epochs=3)
SOURCE = checkpoint.Source(RUN, "data")
CPU = torch.device("cpu")


def _full(*_args: object) -> NoReturn:
    raise OSError(28, "No space left on device")


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    file = tmp_path / "new" / checkpoint.NAME
    assert checkpoint.load(file, SOURCE, CPU) is None
    checkpoint.save(file, SOURCE, {"epoch": 2, "net": {"w": torch.arange(3)}})
    state = checkpoint.load(file, SOURCE, CPU)
    assert state is not None
    assert state["epoch"] == 2
    assert state["net"]["w"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("where", ["os.fsync", "pathlib.Path.replace"])
def test_a_full_disk_leaves_the_old_checkpoint_whole(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / checkpoint.NAME
    checkpoint.save(file, SOURCE, {"epoch": 1})
    monkeypatch.setattr(where, _full)
    with pytest.raises(StorageError, match=r"checkpoint\.pt: the checkpoint cannot be written: No space left.*intact"):
        checkpoint.save(file, SOURCE, {"epoch": 2})
    monkeypatch.undo()
    state = checkpoint.load(file, SOURCE, CPU)
    assert state is not None
    assert state["epoch"] == 1
    assert [p.name for p in tmp_path.iterdir()] == [checkpoint.NAME]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_torn_checkpoint_is_named_with_what_to_do(share: float, tmp_path: Path) -> None:
    file = tmp_path / checkpoint.NAME
    checkpoint.save(file, SOURCE, {"epoch": 1, "net": torch.zeros(1000)})
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])
    with pytest.raises(UserError, match=r"checkpoint\.pt: is damaged.*Delete it to begin anew"):
        checkpoint.load(file, SOURCE, CPU)


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    file = tmp_path / checkpoint.NAME
    file.write_bytes(b"text of a person, longer than a header")
    with pytest.raises(UserError, match=r"is damaged or no checkpoint"):
        checkpoint.load(file, SOURCE, CPU)
    torch.save({"epoch": 3}, file)
    with pytest.raises(UserError, match=r"is damaged or no checkpoint"):
        checkpoint.load(file, SOURCE, CPU)


def test_epochs_may_be_raised_and_title_and_threads_changed(tmp_path: Path) -> None:
    file = tmp_path / checkpoint.NAME
    checkpoint.save(file, SOURCE, {"epoch": 1})
    for more in ({"epochs": 9}, {"title": "other"}, {"threads": 3}):
        assert checkpoint.load(file, checkpoint.Source(replace(RUN, **more), "data"), CPU) is not None


def test_the_fields_that_differ_are_named(tmp_path: Path) -> None:
    file = tmp_path / checkpoint.NAME
    checkpoint.save(file, SOURCE, {"epoch": 1})
    other = checkpoint.Source(replace(RUN, network="vit", channels=(32,), epochs=2), "data")
    with pytest.raises(UserError) as caught:
        checkpoint.load(file, other, CPU)
    for part in ("epochs was 3, now 2", "network was 'resnet-gn', now 'vit'", "channels was [8, 8, 16, 16], now [32]"):
        assert part in str(caught.value)
    assert "image_px" not in str(caught.value)


def test_data_are_told_apart_by_name_and_size_but_not_by_place(tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "1.png").write_bytes(b"123")
    one, moved = ([("bccd", tmp_path / place / "1.png")] for place in ("a", "b"))
    assert checkpoint.data_of(one) == checkpoint.data_of(moved)
    assert checkpoint.data_of(one) != checkpoint.data_of(one * 2)
    (tmp_path / "b" / "1.png").write_bytes(b"1234")
    assert checkpoint.data_of(one) != checkpoint.data_of(moved)
