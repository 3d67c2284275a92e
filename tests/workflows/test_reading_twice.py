"""Two readers, a blind reader, the random check and an analyser: what is read, how far they agree, what is reported."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bloodview.core.cells import Status
from bloodview.core.taxonomy import FINE
from bloodview.review.case import Case
from bloodview.review.commands import MarkUndecided, Relabel
from bloodview.review.reading_commands import KeepAnalyser, Read, Settle
from bloodview.workflows import auditing, reading_twice, reporting
from bloodview.workflows.reading_twice import ToRead
from tests.review.examples import found, new_case, run


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """300 leukocytes of eight classes, all named by the machine."""
    cells = [found(20 * (i % 45), 70 * (i // 45), FINE[i % 8], side=18) for i in range(300)]
    with new_case(tmp_path, run(*cells)) as made:
        made.who = "Ada"
        yield made


def read_all(case: Case, n: int = 210, *, wrong: int = 21) -> None:
    """Ada decides n cells as the machine says; Bea reads the same, and calls some monocytes."""
    said = {cell.id: cell.label for cell in case.cells()[:n]}
    for label in set(said.values()):
        case.apply(Relabel(tuple(i for i, its in said.items() if its == label), label))
    for cell_id in ToRead.of(case).second("Bea", 3, n)[:wrong]:
        said[cell_id] = "monocyte"
    for label in set(said.values()):
        ids = tuple(i for i, its in said.items() if its == label)
        case.apply(Read(ids, "Bea", label, hid_readers=True, seed=3))


def test_a_first_reader_gets_what_nobody_decided_in_the_order_of_the_seed(case: Case) -> None:
    case.apply(Relabel((1, 2), "basophil"))
    order = ToRead.of(case).first(5)
    assert len(order) == 200
    assert not {1, 2} & set(order)
    assert order == ToRead.of(case).first(5) != ToRead.of(case).first(6)


def test_a_second_reader_gets_what_another_decided_and_never_the_same_cell_twice(case: Case) -> None:
    case.apply(Relabel((1, 2), "basophil"))
    case.apply(MarkUndecided((3,)))
    case.who = "Bea"
    case.apply(Relabel((4,), "basophil"))
    assert sorted(ToRead.of(case).second("bea", 1)) == [1, 2, 3]
    case.apply(Read((2,), "Bea", "basophil"))
    assert sorted(ToRead.of(case).second("Bea", 1)) == [1, 3]
    assert ToRead.of(case).second("Ada", 1) == [4]


def test_nothing_read_twice_is_no_agreement(case: Case) -> None:
    case.apply(Relabel((1, 2), "basophil"))
    assert reading_twice.two_readers(case) is None
    assert reading_twice.blind_readings(case) == ()


def test_two_readers_are_compared_cell_by_cell_and_as_differentials(case: Case) -> None:
    read_all(case)
    both = reading_twice.two_readers(case)
    assert both is not None
    assert (both.first, both.second, both.agreement.n) == ("Ada", "Bea", 210)
    assert both.agreement.agreed == 210 - len(both.disagreements)
    assert 15 < len(both.open) <= 21
    assert all(d.second == "monocyte" for d in both.disagreements)
    assert (both.n_first, both.n_second) == (210, 210)
    assert "asks for" not in reading_twice.readers_note(both)


def test_consensus_settles_a_disagreement_and_signing_asks_for_it(case: Case) -> None:
    read_all(case, 30, wrong=2)
    both = reading_twice.two_readers(case)
    assert both is not None
    assert both.open
    assert not {c.id: c.passed for c in auditing.checks(case)}["readers"]
    for d in both.open:
        case.apply(Settle((d.cell_id,), "Ada and Bea", "", Status.UNDECIDED))
    again = reading_twice.two_readers(case)
    assert again is not None
    assert (again.open, len(again.disagreements)) == ((), len(both.disagreements))
    assert {c.id: c.passed for c in auditing.checks(case)}["readers"]
    assert "the smaller count holds 30" in reading_twice.readers_note(again)


def test_a_blind_reader_is_held_against_what_the_machine_said_then(case: Case) -> None:
    said = {c.id: "basophil" if c.id <= 4 else c.label for c in case.cells()[:40]}
    for label in set(said.values()):
        ids = tuple(i for i, its in said.items() if its == label)
        case.apply(Read(ids, "Ada", label, hid_machine=True, decides=True, seed=9))
    (blind,) = reading_twice.blind_readings(case)
    assert blind.who == "Ada"
    assert (blind.agreement.n, blind.agreement.agreed) == (40, 36)


def test_percentages_of_an_analyser_become_cells(case: Case) -> None:
    case.apply(KeepAnalyser("DxH", (("neutrophil", 62.5), ("lymphocyte", 37.5)), True, 8000))
    values = case.beside.analyser()
    assert values is not None
    assert reading_twice.analyser_counts(values) == {"neutrophil": 5000, "lymphocyte": 3000}
    lines = {c.class_id: c for c in reading_twice.with_analyser(case, values)}
    assert lines["lymphocyte"].differs
    assert lines["neutrophil"].second_share == pytest.approx(0.625)


def test_the_report_says_all_of_it_in_every_form(case: Case, tmp_path: Path) -> None:
    read_all(case, 300)
    case.apply(KeepAnalyser("DxH <b>", (("neutrophil", 62.0), ("lymphocyte", 38.0)), True, 8000))
    for ending in (".html", ".csv", ".json"):
        reporting.write_report(case, tmp_path / f"r{ending}")
    told = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["further"]
    assert [s["title"] for s in told] == [
        "Two readers: Ada and Bea",
        "Do the two differentials differ?",
        "How often confident labels are wrong",
        "Beside the analyser: DxH <b>",
    ]
    kappa = next(f for f in told[0]["figures"] if f["item"] == "kappa")
    assert kappa["low_95"] < kappa["value"] < kappa["high_95"]
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Two readers: Ada and Bea" in html
    assert "DxH &lt;b&gt;" in html
    assert "Two readers: Ada and Bea,kappa," in (tmp_path / "r.csv").read_text(encoding="utf-8")


def test_a_report_of_one_reader_has_no_such_part(case: Case) -> None:
    assert reporting.report(case).appendix.sections == ()
