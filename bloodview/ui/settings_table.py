"""Every setting that a person can change, as a table: where it stands, what it is called, which values it may have."""

from dataclasses import dataclass, fields
from enum import Enum, auto

from bloodview.core import settings as store
from bloodview.core.settings import Settings
from bloodview.ui.gallery import LARGEST_PX, SMALLEST_PX


class Kind(Enum):
    """With what a setting is changed."""

    CHOICE = auto()
    SWITCH = auto()
    NUMBER = auto()
    LINES = auto()
    PICTURE = auto()
    MODEL = auto()
    PERSON = auto()
    PERSONS = auto()
    KEYS = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Args:
        field: of `Settings`.
        page: one of PAGES.
        title: what it is called.
        help: what it does, in a sentence.
        kind: with what it is changed.
        choices: (value, what it is called), for a choice.
        unit: behind a number.
        limits: the least and the largest number.
        zero: what stands for 0; "" = the number.
        task: what a model is for: "detect", "segment" or "classify".
        when: when a change takes hold, if not at once.
    """

    field: str
    page: str
    title: str
    help: str
    kind: Kind
    choices: tuple[tuple[object, str], ...] = ()
    unit: str = ""
    limits: tuple[int, int] = (0, 0)
    zero: str = ""
    task: str = ""
    when: str = ""


PAGES = ("Appearance", "Analysis", "Counting", "Review", "Report", "Persons", "Keys")
"""In their order."""

_MODELS_LATER = "From the next analysis on."

ROWS: tuple[Row, ...] = (
    Row(
        "theme",
        "Appearance",
        "Theme",
        "The colours of the window. They never touch the picture.",
        Kind.CHOICE,
        (("dark", "Dark"), ("light", "Light")),
    ),
    Row(
        "gallery_tile_px",
        "Appearance",
        "Size of a tile",
        "The side of a cell's picture in the gallery; Ctrl + wheel changes it too.",
        Kind.NUMBER,
        unit="px",
        limits=(SMALLEST_PX, LARGEST_PX),
    ),
    Row("show_boxes", "Appearance", "Boxes", "Boxes around the cells on the slide.", Kind.SWITCH),
    Row("show_outlines", "Appearance", "Outlines", "Outlines of cell and nucleus on the slide.", Kind.SWITCH),
    Row("show_labels", "Appearance", "Labels", "Marks of the classes on the slide.", Kind.SWITCH),
    Row(
        "device",
        "Analysis",
        "Device",
        "Where the models run. Automatic takes the graphics processor if there is one.",
        Kind.CHOICE,
        (
            ("auto", "Automatic"),
            ("cpu", "Processor (CPU)"),
            ("cuda", "NVIDIA graphics (CUDA)"),
            ("mps", "Apple graphics (MPS)"),
        ),
        when=_MODELS_LATER,
    ),
    Row(
        "batch_size",
        "Analysis",
        "Cells at once",
        "How many cells the models look at in one step; fewer need less memory.",
        Kind.NUMBER,
        limits=store.limits("batch_size") or (0, 0),
        zero="chosen by the model",
        when=_MODELS_LATER,
    ),
    Row(
        "detector",
        "Analysis",
        "Model that finds cells",
        "The one in use unless another is chosen here.",
        Kind.MODEL,
        task="detect",
        when=_MODELS_LATER,
    ),
    Row(
        "segmenter",
        "Analysis",
        "Model that outlines cells",
        "The one in use unless another is chosen here.",
        Kind.MODEL,
        task="segment",
        when=_MODELS_LATER,
    ),
    Row(
        "classifier",
        "Analysis",
        "Model that names cells",
        "The one in use unless another is chosen here.",
        Kind.MODEL,
        task="classify",
        when=_MODELS_LATER,
    ),
    Row(
        "count_target",
        "Counting",
        "Leukocytes to count",
        "The differential shows how many are still to come.",
        Kind.CHOICE,
        ((100, "100"), (200, "200"), (400, "400")),
    ),
    Row(
        "count_within",
        "Counting",
        "Wanted precision",
        "How well each share is to be known; the differential says how many more cells that takes.",
        Kind.CHOICE,
        ((10, "±10 %"), (5, "±5 %"), (3, "±3 %"), (2, "±2 %")),
    ),
    Row(
        "advance_after_decision",
        "Review",
        "Go on after a decision",
        "The next doubtful cell is selected once one has been decided.",
        Kind.SWITCH,
    ),
    Row(
        "gallery_sort",
        "Review",
        "Order of the gallery",
        "Which cells of a class come first.",
        Kind.CHOICE,
        (
            ("doubt", "Most doubtful first"),
            ("size", "Largest first"),
            ("time", "As they were found"),
            ("next", "What to look at next"),
        ),
    ),
    Row(
        "laboratory",
        "Report",
        "Laboratory",
        "Name and address at the head of a report; the first three lines are printed.",
        Kind.LINES,
    ),
    Row("laboratory_logo", "Report", "Logo", "A PNG or JPEG file beside it.", Kind.PICTURE),
    Row(
        "reviewer",
        "Persons",
        "Works here now",
        "The name that the journal gets with each edit, and that signs.",
        Kind.PERSON,
    ),
    Row("persons", "Persons", "Persons", "Who works here, to choose from.", Kind.PERSONS),
    Row("keys", "Keys", "Keys", "", Kind.KEYS),
)
"""In their order on the pages."""

REMEMBERED = frozenset({"recent_files", "last_folder", "window_geometry", "window_state"})
"""What the program remembers by itself; nobody sets it, and no reset loses it."""


def default(field: str) -> object:
    """What a setting is when nobody changed it."""
    return next(f.default for f in fields(Settings) if f.name == field)


def defaults() -> dict[str, object]:
    """Every setting of the table but the list of persons, which was typed in, as when nobody changed it."""
    return {row.field: default(row.field) for row in ROWS if row.kind is not Kind.PERSONS}
