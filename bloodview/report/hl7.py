"""The report as an HL7 v2.5.1 result message (ORU^R01), one file, for a laboratory's information system.

It is marked as no production message (MSH-11 "T"), since BloodView is for research use. Of the person it holds nothing
but what was typed at signing. Percentages carry their interval in a note.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime

from bloodview.core.differential import Interval
from bloodview.core.grading import FINDINGS, GRADES
from bloodview.core.smear import Smear
from bloodview.report import loinc
from bloodview.report.content import RESEARCH_USE, Report

_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_NAME = 20
"""Signs that the sending place may have."""

_BREAK = "\\.br\\"
_PERCENT = "%^percent^UCUM"
_MICROMETRE = "um^micrometre^UCUM"
_A_LITRE = "10*9/L^billion per litre^UCUM"
_PER_HUNDRED = "/100{WBCs}^per 100 leukocytes^UCUM"
_CELLS = "{cells}^cells^UCUM"
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")


def render(report: Report) -> str:
    """The message, its segments ended by carriage returns as HL7 wants them; to be written as UTF-8."""
    return "".join(f"{segment}\r" for segment in _segments(report))


def escaped(text: str) -> str:
    """Text as it may stand in a field: HL7's own signs escaped, line breaks as its command, other controls left out."""
    lines = []
    for line in re.split(r"\r\n|\r|\n", text):
        kept = "".join(
            " " if c == "\t" else c for c in line if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs")
        )
        lines.append(kept.translate(_ESCAPES))
    return _BREAK.join(lines)


def status_of(report: Report) -> str:
    """Status of the results: P preliminary until somebody signs, F final, C a correction of a signed report."""
    if report.signed_at is None:
        return "P"
    return "C" if report.is_amended else "F"


def _segments(report: Report) -> Iterator[str]:
    at, status = report.signed_at or report.made_at, status_of(report)
    case = report.case_name.removesuffix(".bvcase")
    control = hashlib.sha256(f"{report.case_name}\n{report.made_at.isoformat()}".encode(errors="replace")).hexdigest()[
        :20
    ]
    laboratory = report.appendix.letterhead.laboratory.partition("\n")[0]
    head = (
        r"^~\&",
        "BloodView",
        escaped(laboratory[:_NAME]),
        "",
        "",
        _moment(report.made_at),
        "",
        "ORU^R01^ORU_R01",
        control,
    )
    yield "|".join(("MSH", *head, "T", "2.5.1", *[""] * 5, "UNICODE UTF-8"))
    if report.identifiers:
        yield _patient(report.identifiers)
    reader = f"&{escaped(report.reviewer)}" if report.reviewer else ""
    obr = ["1", "", escaped(case), "DIFF^Blood smear differential^L", *[""] * 17, _moment(at), "", "HM", status]
    yield _segment("OBR", *obr, *[""] * 6, reader)
    for number, warning in enumerate((RESEARCH_USE, *report.warnings, *report.notes), 1):
        yield _note(number, warning)
    number = 0
    for number, (kind, code, value, unit, note) in enumerate(_results(report), 1):
        yield _segment("OBX", str(number), kind, code, "", value, unit, "", "", "", "", status, "", "", _moment(at))
        if note:
            yield _note(1, note)


def _results(report: Report) -> Iterator[tuple[str, str, str, str, str]]:
    """Type, code, value, unit and note of each result."""
    d = report.differential
    yield "NM", _local("leukocytes", "Leukocytes counted"), str(d.n_leukocytes), _CELLS, ""
    if d.n_leukocytes:
        groups = {row.class_id for row in d.groups}
        for row in d.outline:
            code = _local(row.class_id, f"{row.title}, share of leukocytes")
            if row.class_id in groups and not row.is_group:
                code = _local(f"{row.class_id}_unspecified", f"{row.title}, share of leukocytes")
            elif row.class_id in loinc.SHARES:
                code = _loinc(loinc.SHARES[row.class_id])
            note = f"{_span(row.interval, 100)} (Wilson), {row.count} of {d.n_leukocytes} leukocytes"
            yield "NM", code, f"{100 * row.share:.1f}", _PERCENT, note
    if d.nrbc_per_100_wbc:
        ratio = d.nrbc_per_100_wbc
        note = f"{_span(ratio.interval)}, {d.n_erythroblasts} erythroblasts"
        yield "NM", _loinc(loinc.ERYTHROBLASTS), f"{ratio.value:.1f}", _PER_HUNDRED, note
    if report.smear:
        yield from _smear(report.smear)


def _smear(smear: Smear) -> Iterator[tuple[str, str, str, str, str]]:
    p, r = smear.platelets, smear.red_cells
    if p.estimate is not None and p.estimate_limits is not None:
        note = (
            f"{_span(p.estimate_limits)}; factor {p.factor:g} for a field of {p.field_um:g} um; an estimate, no count"
        )
        yield "NM", _loinc(loinc.PLATELETS), f"{p.estimate:.0f}", _A_LITRE, note
    yield "NM", _local("platelet_clumps", "Clumps of three platelets or more"), str(p.clumps), "", ""
    if r.cv is not None:
        note = f"Of {r.n_measured} diameters in two dimensions; no RDW of an analyser"
        yield (
            "NM",
            _local("red_cell_cv", "Red cell diameters, coefficient of variation"),
            f"{100 * r.cv:.1f}",
            _PERCENT,
            note,
        )
    if r.mean_um is not None and not r.is_own_ruler:
        note = f"{r.n_measured} red cells measured, {r.n_left_out} left out"
        yield "NM", _local("red_cell_diameter", "Red cell diameter, mean"), f"{r.mean_um:.2f}", _MICROMETRE, note
    for finding in FINDINGS:
        if (grade := smear.grading.grades.get(finding.id)) is not None:
            known = loinc.FINDINGS.get(finding.id)
            yield "ST", _loinc(known) if known else _local(finding.id, finding.title), GRADES[grade], "", ""
    if smear.grading.note:
        yield "TX", _local("red_cell_remark", "Remark on the red cells"), escaped(smear.grading.note), "", ""


def _patient(identifiers: Iterable[str]) -> str:
    """What was typed at signing: a date is taken for the day of birth, all else for numbers."""
    numbers, born = [], ""
    for text in identifiers:
        if (date := _DATE.match(text.strip())) and not born:
            born = "".join(date.groups())
        else:
            numbers.append(escaped(text.strip()))
    return _segment("PID", "1", "", "~".join(numbers), "", "^^^^^^U", "", born)


def _note(number: int, text: str) -> str:
    return _segment("NTE", str(number), "L", escaped(text))


def _segment(name: str, *fields: str) -> str:
    return "|".join((name, *fields)).rstrip("|")


def _local(code: str, title: str) -> str:
    return f"{escaped(code)}^{escaped(title)}^L"


def _loinc(known: tuple[str, str]) -> str:
    return f"{known[0]}^{escaped(known[1])}^LN"


def _span(interval: Interval, factor: float = 1) -> str:
    return f"95 % interval {factor * interval.low:.1f} to {factor * interval.high:.1f}"


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%d%H%M%S%z")
