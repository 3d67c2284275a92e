"""What a person says of the red cells of a smear: a list of findings, each graded from not seen to 3+."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCE = "ICSH 2015 (Palmer et al., Int J Lab Hematol 37:287)"
"""Whose names of the grades and limits these are."""

GRADES = ("not seen", "1+", "2+", "3+")
"""In words: few, moderate and many are 1+, 2+ and 3+."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the table.

    Args:
        id: stable snake_case name, used in files.
        title: name for people.
        group: what it is about: "size", "colour", "shape", "inclusions" or "lie".
        limits: share of the red cells at which 2+ and 3+ begin by SOURCE, hundredths; () where it gives none.
    """

    id: str
    title: str
    group: str
    limits: tuple[float, ...] = ()

    @property
    def hint(self) -> str:
        """What the source says of its grades, for people; "" for nothing."""
        if not self.limits:
            return ""
        moderate, many = self.limits
        few = f"1+ below {moderate:g} %, " if self.id == "schistocytes" else ""
        return f"{few}2+ from {moderate:g} %, 3+ above {many:g} % of the red cells, {SOURCE}"


FINDINGS: tuple[Finding, ...] = (
    Finding("anisocytosis", "Anisocytosis", "size", (11, 20)),
    Finding("microcytosis", "Microcytosis", "size", (11, 20)),
    Finding("macrocytosis", "Macrocytosis", "size", (11, 20)),
    Finding("hypochromia", "Hypochromia", "colour", (11, 20)),
    Finding("polychromasia", "Polychromasia", "colour", (5, 20)),
    Finding("poikilocytosis", "Poikilocytosis", "shape"),
    Finding("target_cells", "Target cells", "shape", (5, 20)),
    Finding("spherocytes", "Spherocytes", "shape", (5, 20)),
    Finding("schistocytes", "Schistocytes", "shape", (1, 2)),
    Finding("teardrop_cells", "Teardrop cells", "shape", (5, 20)),
    Finding("ovalocytes", "Ovalocytes", "shape", (5, 20)),
    Finding("elliptocytes", "Elliptocytes", "shape", (5, 20)),
    Finding("stomatocytes", "Stomatocytes", "shape", (5, 20)),
    Finding("burr_cells", "Burr cells", "shape", (5, 20)),
    Finding("acanthocytes", "Acanthocytes", "shape", (5, 20)),
    Finding("sickle_cells", "Sickle cells", "shape", (1, 2)),
    Finding("howell_jolly_bodies", "Howell-Jolly bodies", "inclusions", (2, 3)),
    Finding("basophilic_stippling", "Basophilic stippling", "inclusions", (5, 20)),
    Finding("parasites", "Parasites", "inclusions"),
    Finding("rouleaux", "Rouleaux", "lie"),
    Finding("agglutination", "Agglutination", "lie"),
)
"""In the order in which they are shown and reported."""

BY_ID = {finding.id: finding for finding in FINDINGS}


@dataclass(frozen=True, slots=True)
class Grading:
    """What a person graded; the machine grades nothing.

    Args:
        grades: finding id -> 0 (not seen) to 3; a finding that nobody graded is absent.
        note: free text; "" for none.
    """

    grades: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def is_begun(self) -> bool:
        """Whether a person said anything."""
        return bool(self.grades or self.note)

    @property
    def seen(self) -> tuple[tuple[Finding, int], ...]:
        """What was graded 1+ or more, in the order of the table."""
        return tuple((f, self.grades[f.id]) for f in FINDINGS if self.grades.get(f.id, 0))

    @property
    def sentence(self) -> str:
        """The whole in one sentence for people."""
        if not self.grades:
            return "The red cells were not graded."
        parts = [f"{finding.title.lower()} {GRADES[grade]}" for finding, grade in self.seen]
        said = f"Red cells: {', '.join(parts)}." if parts else "Red cells: nothing of what was graded was seen."
        left = len(FINDINGS) - len(self.grades)
        return f"{said} {left} of {len(FINDINGS)} findings were not graded." if left else said
