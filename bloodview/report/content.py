"""What a report says, before it has a form: the differential, where it comes from, and what to be careful about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

import bloodview
from bloodview.core.differential import Differential
from bloodview.core.flags import findings, of_smear
from bloodview.core.geometry import Scale, Size
from bloodview.core.smear import Smear
from bloodview.core.unfamiliar import FAMILIAR, NOTHING_STRANGE, Strangeness
from bloodview.report.section import Section

RESEARCH_USE = "For research use only. Not for use in diagnostic procedures."

_FEW_LEUKOCYTES = 100
"""Below this number a differential is called short."""


@dataclass(frozen=True, slots=True)
class ReportedSlide:
    """A slide or picture and how it was analysed.

    Args:
        name: file name without its folder.
        content_hash: identity of its pixels.
        size: level-0 pixels.
        scale: None if unknown.
        n_cells: objects found on it or drawn by a person, rejected ones included.
        n_failed_tiles: parts of the picture that could not be analysed.
        analysed_at: None if it never was.
        device: where the models ran.
        model_ids: the models that were used.
        familiarity: 0 to 1, how like the training pictures its leukocytes look; None if it has none.
        analysed_mm2: what was analysed of it, empty glass left out; None if the scale is not known.
        monolayer_mm2: of that, where cells lie side by side and in focus.
        is_whole: whether its analysis came to its end.
    """

    name: str
    content_hash: str
    size: Size
    scale: Scale | None
    n_cells: int
    n_failed_tiles: int
    analysed_at: datetime | None
    device: str
    model_ids: tuple[str, ...]
    familiarity: float | None = None
    analysed_mm2: float | None = None
    monolayer_mm2: float | None = None
    is_whole: bool = True

    @property
    def is_unfamiliar(self) -> bool:
        """Whether its stain or camera is unlike the training pictures."""
        return self.familiarity is not None and self.familiarity < FAMILIAR


@dataclass(frozen=True, slots=True)
class CellPicture:
    """A cell as it is shown in a report.

    Args:
        cell_id: id in the case.
        slide: name of the picture it lies on.
        by_person: whether a person named or confirmed it.
        image: uint8 [h, w, 3] RGB, square.
    """

    cell_id: int
    slide: str
    by_person: bool
    image: NDArray[np.uint8] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ClassPictures:
    """Cells of one class.

    Args:
        class_id: the class.
        title: name for people.
        count: cells of the class that count.
        is_rare: whether all are shown that there is room for, not only typical ones.
        said: instead of the count; "" for none.
    """

    class_id: str
    title: str
    count: int
    is_rare: bool
    cells: tuple[CellPicture, ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry of the case's journal.

    Args:
        kind: "edit", "undo", "redo", or "run" for an analysis.
        who: "" if it is not known.
    """

    number: int
    at: datetime
    kind: str
    title: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class ModelNote:
    """A model that was used; the sums are "" where it is not installed any more."""

    id: str
    task: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who reports.

    Args:
        laboratory: name and address, lines for people; "" for none.
        logo: bytes of a PNG or JPEG file; b"" for none.
    """

    laboratory: str = ""
    logo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Appendix:
    """What a report shows beside its figures.

    Args:
        letterhead: who reports.
        pictures: typical and rare cells, in the order of the tree.
        red_cells: red cells of average and of extreme shape.
        history: the journal, oldest first.
        models: those that were used.
        settings: (name, value) of what the counting and the analysis went by.
        area_mm2: of all pictures, without the parts that failed; None where a scale is missing.
        signing: (name, value) of what was confirmed and overridden at signing, and of signatures before.
        findings: what was found beside the leukocytes: red cells, their grades, platelets.
        sections: further parts: other readings, the random check, an analyser's values.
    """

    letterhead: Letterhead = Letterhead()
    pictures: tuple[ClassPictures, ...] = ()
    red_cells: tuple[ClassPictures, ...] = ()
    history: tuple[Step, ...] = ()
    models: tuple[ModelNote, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    area_mm2: float | None = None
    signing: tuple[tuple[str, str], ...] = ()
    findings: tuple[Section, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report as a value; the renderers add nothing but form.

    Args:
        case_name: the case, by its file's name.
        made_at: when the report was made.
        version: of BloodView.
        differential: the counts.
        slides: in the order of the case.
        n_edits: edits of persons in the case's journal.
        n_by_person: counted cells whose label a person gave or confirmed.
        n_open: counted cells the machine asks a person to look at and nobody has.
        reviewer: who signed; "" if nobody has.
        signed_at: None if nobody has.
        notes: remarks of persons, oldest first.
        warnings: what to be careful about, the gravest first.
        strangeness: how much of it is unlike the training pictures.
        appendix: letterhead, pictures of cells, and where everything comes from.
        smear: red cells and platelets; None where nobody asked for them.
        identifiers: what was typed at signing to say whose smear it is.
        is_amended: whether a signature of before was taken back for an amendment.
    """

    case_name: str
    made_at: datetime
    version: str
    differential: Differential
    slides: tuple[ReportedSlide, ...]
    n_edits: int
    n_by_person: int
    n_open: int
    reviewer: str
    signed_at: datetime | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    strangeness: Strangeness = NOTHING_STRANGE
    appendix: Appendix = Appendix()
    smear: Smear | None = None
    identifiers: tuple[str, ...] = ()
    is_amended: bool = False

    @property
    def title(self) -> str:
        return "Blood smear differential"

    @property
    def analysed_mm2(self) -> float | None:
        """Of all slides; None where that of one is not known."""
        areas = [s.analysed_mm2 for s in self.slides]
        known = [a for a in areas if a is not None]
        return sum(known) if known and len(known) == len(areas) else None

    @property
    def detection_limit(self) -> str:
        """How rare a kind of leukocyte may be of which none was seen: the rule of three; "" without any leukocyte."""
        n, area = self.differential.n_leukocytes, self.analysed_mm2
        if not n:
            return ""
        said = f"A kind of leukocyte of which none was counted is rarer than {min(1.0, 3 / n):.2%} of the leukocytes"
        said += f" and than {3 / area:.2g} cells per mm²" if area else ""
        return f"{said}, with 95 % confidence (3 of {n:,} leukocytes{f', {area:.2f} mm² analysed' if area else ''})."

    @property
    def model_ids(self) -> tuple[str, ...]:
        """Every model that was used, each once, in order of first use."""
        return tuple(dict.fromkeys(m for slide in self.slides for m in slide.model_ids))


def compose(
    *,
    case_name: str,
    made_at: datetime,
    differential: Differential,
    slides: Sequence[ReportedSlide],
    n_edits: int,
    n_by_person: int = 0,
    n_open: int = 0,
    reviewer: str = "",
    signed_at: datetime | None = None,
    notes: Sequence[str] = (),
    warnings: Sequence[str] = (),
    strangeness: Strangeness = NOTHING_STRANGE,
    appendix: Appendix | None = None,
    smear: Smear | None = None,
    identifiers: Sequence[str] = (),
    is_amended: bool = False,
) -> Report:
    """Make the report and write the warnings that follow from its own figures, before those given."""
    own = _own_warnings(differential, slides, n_open=n_open, is_signed=signed_at is not None, strangeness=strangeness)
    own += [f"To look at. {finding}" for finding in (of_smear(smear) if smear else ())]
    return Report(
        case_name=case_name,
        made_at=made_at,
        version=bloodview.__version__,
        differential=differential,
        slides=tuple(slides),
        n_edits=n_edits,
        n_by_person=n_by_person,
        n_open=n_open,
        reviewer=reviewer,
        signed_at=signed_at,
        notes=tuple(notes),
        warnings=tuple(dict.fromkeys((*own, *warnings))),
        strangeness=strangeness,
        appendix=appendix or Appendix(),
        smear=smear,
        identifiers=tuple(identifiers),
        is_amended=is_amended,
    )


def _own_warnings(
    differential: Differential,
    slides: Sequence[ReportedSlide],
    *,
    n_open: int,
    is_signed: bool,
    strangeness: Strangeness,
) -> list[str]:
    said = []
    failed = {s.name: s.n_failed_tiles for s in slides if s.n_failed_tiles}
    if failed:
        parts = ", ".join(f"{name} ({n})" for name, n in failed.items())
        said.append(f"Parts of the picture could not be analysed and their cells are missing: {parts}.")
    part = [s.name for s in slides if not s.is_whole]
    if part:
        said.append(f"The analysis did not come to its end, and only a part was counted: {', '.join(part)}.")
    never = [s.name for s in slides if s.analysed_at is None]
    if never:
        said.append(f"Not analysed: {', '.join(never)}.")
    if strangeness.sentence:
        said.append(strangeness.sentence)
    if not is_signed:
        said.append("Nobody has signed this count.")
    if n_open:
        said.append(f"{_cells(n_open)} counted under a label the machine is unsure of and nobody has looked at.")
    n = differential.n_leukocytes
    if not n:
        said.append("No leukocyte was counted, so there are no percentages.")
    elif n < _FEW_LEUKOCYTES:
        counted = "leukocyte was" if n == 1 else "leukocytes were"
        said.append(f"Only {n} {counted} counted: the intervals are wide, and rare cells may be missed.")
    if differential.n_undecided:
        said.append(f"{_cells(differential.n_undecided)} left undecided and not in the percentages.")
    if differential.n_unnamed:
        said.append(f"{_cells(differential.n_unnamed)} without a name and not in the percentages.")
    guessed = [s.name for s in slides if s.scale is None or s.scale.source == "assumed"]
    said += [f"To look at. {finding}" for finding in findings(differential)]
    if guessed:
        said.append(f"The scale is not known, cells may have been cut out too large or small: {', '.join(guessed)}.")
    return said


def _cells(n: int) -> str:
    return "1 cell is" if n == 1 else f"{n} cells are"
