"""Locks between processes."""

from pathlib import Path

import pytest

from bloodview.core.errors import StorageError
from training.lock import locked


def test_who_does_not_want_to_wait_is_told(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.lock"
    with locked(file):
        with pytest.raises(StorageError, match=r"new: Somebody is in\."), locked(file, busy="Somebody is in."):
            pass
        with locked(tmp_path / "b.lock", busy="no"):
            pass
    with locked(file, busy="no"):
        pass


def test_an_error_lets_the_lock_go(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "a.lock"):
        raise KeyError
    with locked(tmp_path / "a.lock", busy="no"):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"a\.lock: cannot be written"), locked(tmp_path / "file" / "a.lock"):
        pass
