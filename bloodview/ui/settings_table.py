"""Every setting that a person can change, as a table: where it stands, what it is called, which values it may have."""

from dataclasses import dataclass, fields
from enum import Enum, auto

from bloodview.core import settings as store
from bloodview.core.settings import Settings
from bloodview.ui.gallery import LARGEST_PX, SMALLEST_PX
from bloodview.ui.language import later


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


PAGES = (
    later("Appearance"),
    later("Analysis"),
    later("Counting"),
    later("Review"),
    later("Report"),
    later("Persons"),
    later("Keys"),
)
"""In their order."""

_MODELS_LATER = later("From the next analysis on.")

ROWS: tuple[Row, ...] = (
    Row(
        "theme",
        "Appearance",
        later("Theme"),
        later("The colours of the window. They never touch the picture."),
        Kind.CHOICE,
        (("dark", later("Dark")), ("light", later("Light"))),
    ),
    Row(
        "text_percent",
        "Appearance",
        later("Size of texts"),
        later("Of the whole window; the system's own scale counts besides."),
        Kind.CHOICE,
        ((90, "90 %"), (100, "100 %"), (115, "115 %"), (130, "130 %"), (150, "150 %")),
        when=later("Everywhere from the next start on."),
    ),
    Row(
        "language",
        "Appearance",
        later("Language"),
        later("Of the window. Reports and files stay English."),
        Kind.CHOICE,
        (("", later("The system's")), ("en", "English"), ("zh_CN", "简体中文")),
        when=later("From the next start on."),
    ),
    Row(
        "gallery_tile_px",
        "Appearance",
        later("Size of a tile"),
        later("The side of a cell's picture in the gallery; Ctrl + wheel changes it too."),
        Kind.NUMBER,
        unit="px",
        limits=(SMALLEST_PX, LARGEST_PX),
    ),
    Row("show_boxes", "Appearance", later("Boxes"), later("Boxes around the cells on the slide."), Kind.SWITCH),
    Row(
        "show_outlines",
        "Appearance",
        later("Outlines"),
        later("Outlines of cell and nucleus on the slide."),
        Kind.SWITCH,
    ),
    Row("show_labels", "Appearance", later("Labels"), later("Marks of the classes on the slide."), Kind.SWITCH),
    Row(
        "show_overview",
        "Appearance",
        later("Overview map"),
        later("The whole slide in a corner of the view."),
        Kind.SWITCH,
    ),
    Row(
        "device",
        "Analysis",
        later("Device"),
        later("Where the models run. Automatic takes the graphics processor if there is one."),
        Kind.CHOICE,
        (
            ("auto", later("Automatic")),
            ("cpu", later("Processor (CPU)")),
            ("cuda", later("NVIDIA graphics (CUDA)")),
            ("mps", later("Apple graphics (MPS)")),
        ),
        when=_MODELS_LATER,
    ),
    Row(
        "batch_size",
        "Analysis",
        later("Cells at once"),
        later("How many cells the models look at in one step; fewer need less memory."),
        Kind.NUMBER,
        limits=store.limits("batch_size") or (0, 0),
        zero=later("chosen by the model"),
        when=_MODELS_LATER,
    ),
    Row(
        "detector",
        "Analysis",
        later("Model that finds cells"),
        later("The one in use unless another is chosen here."),
        Kind.MODEL,
        task="detect",
        when=_MODELS_LATER,
    ),
    Row(
        "segmenter",
        "Analysis",
        later("Model that outlines cells"),
        later("The one in use unless another is chosen here."),
        Kind.MODEL,
        task="segment",
        when=_MODELS_LATER,
    ),
    Row(
        "classifier",
        "Analysis",
        later("Model that names cells"),
        later("The one in use unless another is chosen here."),
        Kind.MODEL,
        task="classify",
        when=_MODELS_LATER,
    ),
    Row(
        "count_target",
        "Counting",
        later("Leukocytes to count"),
        later("The differential shows how many are still to come."),
        Kind.CHOICE,
        ((100, "100"), (200, "200"), (400, "400")),
    ),
    Row(
        "count_within",
        "Counting",
        later("Wanted precision"),
        later("How well each share is to be known; the differential says how many more cells that takes."),
        Kind.CHOICE,
        ((10, "±10 %"), (5, "±5 %"), (3, "±3 %"), (2, "±2 %")),
    ),
    Row(
        "platelet_factor",
        "Counting",
        later("Factor of the platelets"),
        later("Platelets a litre for each one in a field of the microscope; each laboratory finds its own."),
        Kind.NUMBER,
        unit="× 10⁹/L",
        limits=store.limits("platelet_factor") or (0, 0),
    ),
    Row(
        "platelet_field_um",
        "Counting",
        later("Field of the platelets"),
        later("Its diameter: the field number of the eyepiece over the magnification of the objective."),
        Kind.NUMBER,
        unit="µm",
        limits=store.limits("platelet_field_um") or (0, 0),
    ),
    Row(
        "advance_after_decision",
        "Review",
        later("Go on after a decision"),
        later("The next doubtful cell is selected once one has been decided."),
        Kind.SWITCH,
    ),
    Row(
        "gallery_sort",
        "Review",
        later("Order of the gallery"),
        later("Which cells of a class come first."),
        Kind.CHOICE,
        (
            ("doubt", later("Most doubtful first")),
            ("size", later("Largest first")),
            ("time", later("As they were found")),
            ("next", later("What to look at next")),
            ("unfamiliar", later("Least like the training pictures")),
        ),
    ),
    Row(
        "gallery_group",
        "Review",
        later("Groups of the gallery"),
        later("Which cells stand together."),
        Kind.CHOICE,
        (
            ("class", later("By class")),
            ("lineage", later("By lineage")),
            ("slide", later("By picture")),
            ("none", later("All in one group")),
        ),
    ),
    Row(
        "laboratory",
        "Report",
        later("Laboratory"),
        later("Name and address at the head of a report; the first three lines are printed."),
        Kind.LINES,
    ),
    Row("laboratory_logo", "Report", later("Logo"), later("A PNG or JPEG file beside it."), Kind.PICTURE),
    Row(
        "reviewer",
        "Persons",
        later("Works here now"),
        later("The name that the journal gets with each edit, and that signs."),
        Kind.PERSON,
    ),
    Row("persons", "Persons", later("Persons"), later("Who works here, to choose from."), Kind.PERSONS),
    Row("keys", "Keys", later("Keys"), "", Kind.KEYS),
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
