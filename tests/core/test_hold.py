"""One process at a time in a folder: taken, free again after a kill, and a disk that takes no file."""

from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.hold import held
from tests.holding import other_holding


def test_what_another_process_holds_is_refused_and_a_kill_frees_it(tmp_path: Path) -> None:
    with other_holding(tmp_path, "lock") as other:
        with pytest.raises(UserError, match="somebody is in"), held(tmp_path, "lock", "somebody is in."):
            pytest.fail("held twice")
        with held(tmp_path, "another", "somebody is in."):
            pass
        other.kill()
        other.wait(20)
        with held(tmp_path, "lock", "somebody is in."):
            pass


def test_where_no_lock_can_be_made_the_work_goes_on(tmp_path: Path) -> None:
    done = []
    with held(tmp_path / "gone", "lock", "somebody is in."):
        done.append(True)
    assert done == [True]
