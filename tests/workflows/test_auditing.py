"""What is asked before a case is signed, what a signature keeps, and the journal as people get it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.review.case import Case
from bloodview.review.commands import Amend, Confirm, Reject, Sign
from bloodview.workflows import auditing, reporting
from tests.review.examples import new_case

WHY = "a short smear"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Three cells of three classes, named by the machine."""
    with new_case(tmp_path) as made:
        yield made


def reasons(case: Case) -> dict[str, str]:
    return {check.id: WHY for check in auditing.checks(case) if not check.passed}


def test_the_checks_say_what_is_amiss(case: Case) -> None:
    found = {c.id: c for c in auditing.checks(case)}
    assert (found["number"].passed, found["number"].detail) == (False, "3 counted")
    assert (found["rare"].passed, found["rare"].detail) == (False, "Eosinophil, Lymphocyte, Monocyte")
    assert (found["failed"].passed, found["undecided"].passed) == (False, True)
    case.apply(Confirm((1, 2, 3)))
    assert {c.id: c.passed for c in auditing.checks(case)}["rare"]


@pytest.mark.parametrize(
    ("identifiers", "why"),
    [(("", "B 7"), "Two identifiers"), (("P 1", " "), "Two identifiers"), (("p 1", "P 1 "), "the same")],
)
def test_two_identifiers_are_needed(case: Case, identifiers: tuple[str, str], why: str) -> None:
    with pytest.raises(UserError, match=why):
        auditing.sign(case, "Dr Ada", identifiers, reasons(case))
    assert case.signature is None


def test_a_check_passes_or_has_a_reason(case: Case) -> None:
    with pytest.raises(UserError, match="At least 100 leukocytes"):
        auditing.sign(case, "Dr Ada", ("P 1", "B 7"), {**reasons(case), "number": " "})
    auditing.sign(case, "Dr Ada", ("P 1", "B 7"), {**reasons(case), "doubtful": "never needed"})
    signed = case.signature
    assert signed is not None
    assert signed.identifiers == ("P 1", "B 7")
    assert dict(signed.overrides) == {"rare": WHY, "number": WHY, "failed": WHY}


def test_a_signed_case_is_locked_and_an_amendment_keeps_the_signature(case: Case) -> None:
    auditing.sign(case, "Dr Ada", ("P 1", "B 7"), reasons(case))
    with pytest.raises(UserError, match="signed by Dr Ada"):
        case.apply(Reject((1,)))
    with pytest.raises(UserError, match="needs a reason"):
        case.apply(Amend("  "))
    case.apply(Amend("Cell 1 is none."))
    case.apply(Reject((1,)))
    case.apply(Sign("Dr Grace"))
    old, new = case.signatures()
    assert (old.name, old.identifiers, old.amended_because) == ("Dr Ada", ("P 1", "B 7"), "Cell 1 is none.")
    assert old.amended_at is not None
    assert (new.name, new.amended_at) == ("Dr Grace", None)
    assert case.verify_journal().is_whole


def test_an_amendment_that_is_undone_leaves_the_signature(case: Case) -> None:
    case.apply(Sign("Dr Ada"))
    case.apply(Amend("Wrong case."))
    case.undo()
    assert case.signature is not None
    assert [s.amended_at for s in case.signatures()] == [None]


def test_what_is_not_signed_cannot_be_amended(case: Case) -> None:
    with pytest.raises(UserError, match="not signed"):
        case.apply(Amend("x"))


def test_the_report_tells_identifiers_overrides_and_what_was_amended(case: Case) -> None:
    auditing.sign(case, "Dr Ada", ("P 1", "B 7"), reasons(case))
    case.apply(Amend("Cell 1 is none."))
    auditing.sign(case, "Dr Grace", ("P 1", "B 7"), reasons(case))
    told = dict(reporting.report(case).appendix.signing)
    assert told["Identifiers confirmed"] == "P 1; B 7"
    assert told["Signed before"].startswith("Dr Ada, ")
    assert "Cell 1 is none." in told["Signed before"]
    assert WHY in told["Signed in spite of"]
    assert told["Seal of the journal"] == case.verify_journal().head


def test_the_journal_as_a_table_holds_no_formula(case: Case, tmp_path: Path) -> None:
    case.who = "=HYPERLINK(1)"
    case.apply(Reject((1,)))
    auditing.write_journal(case, tmp_path / "j.csv")
    with (tmp_path / "j.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["what"] for r in rows] == ["a.png analysed, 3 cells found", "Cell 1 rejected"]
    assert rows[1]["who"] == "'=HYPERLINK(1)"
