"""A case against another case, or against numbers that were typed in."""

from pathlib import Path

import pytest

from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.workflows.comparing import compare_counts, table_of
from tests.review.examples import found, new_case, run


@pytest.fixture
def smear(tmp_path: Path) -> Path:
    """60 lymphocytes and 40 monocytes."""
    labels = ["lymphocyte"] * 60 + ["monocyte"] * 40
    cells = [found(40 * (i % 20), 70 * (i // 20), label, side=20) for i, label in enumerate(labels)]
    new_case(tmp_path, run(*cells)).close()
    return tmp_path / "smear.bvcase"


def test_a_case_agrees_with_itself(smear: Path) -> None:
    assert not any(c.differs for c in compare_counts(smear, smear))


def test_an_analysers_table_is_compared(smear: Path, tmp_path: Path) -> None:
    table = tmp_path / "analyser.csv"
    table.write_text("class,count\nLymphocyte,300\nmonocyte,700\n")
    lines = compare_counts(smear, table)
    assert [(c.title, c.first, c.second, c.differs) for c in lines] == [
        ("Lymphocyte", 60, 300, True),
        ("Monocyte", 40, 700, True),
    ]
    assert list(table_of(lines))[1].split("\t")[:3] == ["Lymphocyte", "60", "60.0"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("class,count\nblast,3\n", "no class of leukocyte"),
        ("class,count\nplatelet,3\n", "no class of leukocyte"),
        ("class,count\nneutrophil,3\nband neutrophil,1\n", "twice: it belongs to"),
        ("class,count\nlymphocyte,3\nlymphocyte,1\n", "stands twice"),
        ("class,count\nlymphocyte,-3\n", "no table of counts"),
        ("class,count\nlymphocyte,x\n", "no table of counts"),
        ("kind,number\nlymphocyte,3\n", "no table of counts"),
        ("class,count\nlymphocyte,0\n", "nothing to compare"),
        ("", "nothing to compare"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(smear: Path, tmp_path: Path, text: str, why: str) -> None:
    table = tmp_path / "analyser.csv"
    table.write_text(text)
    with pytest.raises(UserError, match=why):
        compare_counts(smear, table)


def test_a_table_that_is_not_there_is_refused(smear: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        compare_counts(smear, tmp_path / "gone.csv")
