"""The file that keeps which models were taken into use."""

from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.models import choices
from bloodview.models.choices import Choice

MADE = (Choice("classify", "a", "2026-01-02T03:04:05+01:00"), Choice("detect", "b", "2026-01-02T03:04:06+01:00"))


def test_what_was_chosen_reads_back_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    assert choices.read(tmp_path / "models") == ()
    choices.write(tmp_path / "models", MADE)
    assert choices.read(tmp_path / "models") == MADE
    assert [f.name for f in (tmp_path / "models").iterdir()] == [choices.NAME]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1, "choices": [{"task": "x"}]}', '{"format": "x"}'])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / choices.NAME).write_text(content)
    with pytest.raises(UserError, match=r"chosen\.json.*Move the file away"):
        choices.read(tmp_path)


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / choices.NAME).write_text('{"format": 2, "choices": []}')
    with pytest.raises(UserError, match="newer BloodView"):
        choices.read(tmp_path)
