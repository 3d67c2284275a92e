"""The HL7 message is read back by a library that knows the version's structure; its figures are the report's."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.core import Message
from hl7apy.parser import parse_message
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.differential import from_counts
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.report import hl7
from bloodview.report.content import Appendix, Letterhead, Report
from tests.report.sample import NOON, report, smear


def parsed(made: Report) -> Message:
    message = parse_message(hl7.render(made), validation_level=VALIDATION_LEVEL.STRICT)
    message.validate()
    return message


def results(made: Report) -> dict[str, tuple[str, str, str]]:
    """Code -> value, unit, status."""
    found = {}
    for observation in parsed(made).oru_r01_patient_result.oru_r01_order_observation.oru_r01_observation:
        obx = observation.obx
        found[obx.obx_3.obx_3_1.value] = (obx.obx_5.value, obx.obx_6.obx_6_1.value or "", obx.obx_11.value)
    return found


def fields(made: Report, segment: str) -> list[list[str]]:
    return [line.split("|") for line in hl7.render(made).split("\r") if line.startswith(f"{segment}|")]


def test_it_is_a_message_of_its_version_in_utf_8() -> None:
    made = report(appendix=Appendix(letterhead=Letterhead("Hämatologie im Haus am See\nStraße 1")), smear=smear())
    message = parsed(made)
    assert message.msh.msh_9.value == "ORU^R01^ORU_R01"
    assert message.msh.msh_12.value == "2.5.1"
    assert message.msh.msh_18.value == "UNICODE UTF-8"
    assert message.msh.msh_4.value == "Hämatologie im Haus "
    assert message.msh.msh_11.value == "T", "research: no production message"
    assert len(message.msh.msh_10.value) <= 20
    assert datetime.strptime(message.msh.msh_7.value, "%Y%m%d%H%M%S%z") == NOON


def test_its_figures_are_the_reports() -> None:
    made = report(smear=smear())
    found = results(made)
    d = made.differential
    assert found["leukocytes"] == (str(d.n_leukocytes), "{cells}", "F")
    assert found["26511-6"] == (f"{100 * d.row('neutrophil').share:.1f}", "%", "F")
    assert found["26478-8"] == (f"{100 * d.row('lymphocyte').share:.1f}", "%", "F")
    assert found["neutrophil_unspecified"][0] == f"{100 * 2 / d.n_leukocytes:.1f}"
    nrbc = d.nrbc_per_100_wbc
    assert nrbc is not None
    assert found["19048-8"] == (f"{nrbc.value:.1f}", "/100{WBCs}", "F")
    s = smear()
    assert found["49497-1"] == (f"{s.platelets.estimate:.0f}", "10*9/L", "F")
    assert found["702-1"] == ("2+", "", "F")
    assert found["agglutination"] == ("not seen", "", "F")
    assert found["red_cell_cv"][0] == f"{100 * (s.red_cells.cv or 0):.1f}"
    assert f"Of {s.red_cells.n_measured} diameters in two dimensions" in hl7.render(made)
    intervals = [f[3] for f in fields(made, "NTE") if "Wilson" in f[3]]
    assert len(intervals) == len(d.outline)


def test_what_is_withheld_is_not_sent() -> None:
    own_ruler = smear()
    assert "red_cell_diameter" in results(report(smear=own_ruler))
    told = replace(own_ruler, red_cells=replace(own_ruler.red_cells, is_own_ruler=True))
    assert "red_cell_diameter" not in results(report(smear=told)), "7.5 um by construction"
    empty = results(report(from_counts({}, 0, 0, DEFAULT_TAXONOMY)))
    assert set(empty) == {"leukocytes"}


@pytest.mark.parametrize(
    ("given_", "status"),
    [
        ({}, "F"),
        ({"is_amended": True}, "C"),
        ({"signed_at": None, "reviewer": ""}, "P"),
        ({"signed_at": None, "reviewer": "", "is_amended": True}, "P"),
    ],
)
def test_the_status_follows_the_signature(given_: dict[str, Any], status: str) -> None:
    made = report(**given_)
    assert {s for _, _, s in results(made).values()} == {status}
    assert fields(made, "OBR")[0][25] == status


def test_a_person_is_told_by_what_was_typed_and_nothing_else() -> None:
    assert fields(report(), "PID") == []
    (pid,) = fields(report(identifiers=("P|17^", "1980-02-29")), "PID")
    assert pid[3] == r"P\F\17\S\ ".strip()
    assert pid[7] == "19800229"
    (pid,) = fields(report(identifiers=("P 17", "request 4")), "PID")
    assert pid[3] == "P 17~request 4"
    assert parsed(report(identifiers=("P 17", "1980-02-29"))).oru_r01_patient_result.oru_r01_patient.pid.pid_7.value


def test_no_text_breaks_out_of_its_field() -> None:
    nasty = "a|b^c~d&e\\f\rPID|1||x\nsecond\x07\t\ud800"
    made = report(notes=[nasty], reviewer=nasty, case_name=f"{nasty}.bvcase", identifiers=(nasty, "2"))
    text = hl7.render(made)
    assert {line[:4] for line in text.split("\r") if line} == {"MSH|", "PID|", "OBR|", "OBX|", "NTE|"}
    text.encode("utf-8")
    parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT)


@given(st.text())
def test_any_text_comes_back_from_its_field(text: str) -> None:
    field = hl7.escaped(text)
    assert not set(field) & set("|^~&\r\n")
    pairs = (("\\F\\", "|"), ("\\S\\", "^"), ("\\R\\", "~"), ("\\T\\", "&"), ("\\.br\\", "\n"), ("\\E\\", "\\"))
    # One pass, so that an escaped backslash begins no other escape.
    back = re.sub(r"\\(F|S|R|T|\.br|E)\\", lambda m: dict(pairs)[m.group()], field)
    plain = re.sub(r"\r\n|\r", "\n", text).replace("\t", " ")
    assert back == "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
