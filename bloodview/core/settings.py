"""What a person prefers: one frozen record in one JSON file; load, save, and mend what is broken."""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from bloodview.core import paths
from bloodview.core.files import write_whole
from bloodview.core.person import LONGEST, Person

_log = logging.getLogger(__name__)

VERSION = 1
"""Of the file; raised with a lifting step in `_lift` when a field changes its meaning."""

RECENT_KEPT = 12
"""How many recent files are kept."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is remembered between two starts. Every field has a default that works.

    Args:
        language: of the window: "en", "zh_CN"; "" = the system's.
        theme: "dark" or "light"; never touches the picture.
        text_percent: size of the window's texts, hundredths of the usual: 90, 100, 115, 130 or 150.
        device: "auto", "cpu", "cuda" or "mps".
        batch_size: crops per step; 0 = chosen by the device.
        detector: model id; "" = the default one.
        segmenter: model id; "" = the default one.
        classifier: model id; "" = the default one.
        recent_files: paths opened last, newest first.
        last_folder: the folder the last file dialog was left in; "" = home.
        window_geometry: base64 of Qt's saveGeometry; "" = default place.
        window_state: base64 of Qt's saveState; "" = default layout.
        show_boxes: boxes drawn over the slide.
        show_outlines: outlines of cell and nucleus drawn over the slide.
        show_labels: class marks drawn over the slide.
        gallery_sort: "doubt", "size", "time", "next" or "unfamiliar".
        gallery_group: what stands together: "class", "lineage", "slide" or "none".
        show_overview: the map of the whole slide in a corner of the view.
        gallery_tile_px: side of a gallery tile, screen pixels.
        count_target: leukocytes to count: 100, 200 or 400.
        count_within: how well each share is to be known, +- hundredths of all leukocytes: 2, 3, 5 or 10.
        advance_after_decision: go on to the next doubtful cell once one has been decided.
        reviewer: name of whoever works here, in the journal and under a report; "" = the system's user.
        persons: who else works here: names and roles to choose from.
        platelet_factor: platelets a litre, 10^9, for each one in a field of the microscope, on average.
        platelet_field_um: diameter of that field, um: the eyepiece's field number over the objective's magnification.
        laboratory: name and address at the head of a PDF report, lines; "" = none.
        laboratory_logo: path of a PNG or JPEG file beside it; "" = none.
        keys: the actions whose keys were changed, with their keys as Qt writes them; none of them = no key.
    """

    language: str = ""
    theme: str = "dark"
    text_percent: int = 100
    device: str = "auto"
    batch_size: int = 0
    detector: str = ""
    segmenter: str = ""
    classifier: str = ""
    recent_files: tuple[str, ...] = ()
    last_folder: str = ""
    window_geometry: str = ""
    window_state: str = ""
    show_boxes: bool = True
    show_outlines: bool = False
    show_labels: bool = True
    show_overview: bool = True
    gallery_sort: str = "doubt"
    gallery_group: str = "class"
    gallery_tile_px: int = 88
    count_target: int = 200
    count_within: int = 5
    advance_after_decision: bool = True
    reviewer: str = ""
    persons: tuple[Person, ...] = ()
    platelet_factor: int = 15
    platelet_field_um: int = 200
    laboratory: str = ""
    laboratory_logo: str = ""
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def with_recent(self, path: Path) -> "Settings":
        """The same with a file put first among the recent ones."""
        name = str(path)
        others = tuple(p for p in self.recent_files if p != name)
        return replace(self, recent_files=(name, *others)[:RECENT_KEPT])


_CHOICES: dict[str, frozenset[object]] = {
    "language": frozenset({"", "en", "zh_CN"}),
    "theme": frozenset({"dark", "light"}),
    "text_percent": frozenset({90, 100, 115, 130, 150}),
    "device": frozenset({"auto", "cpu", "cuda", "mps"}),
    "gallery_sort": frozenset({"doubt", "size", "time", "next", "unfamiliar"}),
    "gallery_group": frozenset({"class", "lineage", "slide", "none"}),
    "count_target": frozenset({100, 200, 400}),
    "count_within": frozenset({2, 3, 5, 10}),
}
_RANGES = {
    "batch_size": (0, 4096),
    "gallery_tile_px": (32, 512),
    "platelet_factor": (1, 100),
    "platelet_field_um": (50, 500),
}
_KEYS_KEPT = 4
"""Keys that one action may have."""


def choices(field: str) -> frozenset[object]:
    """The values that a field may have; empty if it is not one of few."""
    return _CHOICES.get(field, frozenset())


def limits(field: str) -> tuple[int, int] | None:
    """The least and the largest value of a number; None for any other field."""
    return _RANGES.get(field)


def load(tell: Callable[[str], None] = _log.warning, path: Path | None = None) -> Settings:
    """Read the settings; what cannot be used is left at its default, the file backed up, and `tell` hears why.

    Args:
        tell: gets one sentence for each thing that was not as it should be.
        path: the file; None = the user's.
    """
    path = path or _file()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        tell(f"The settings {path} could not be read and are ignored: {error}.{_back_up(path)}")
        return Settings()
    if not isinstance(data, dict):
        tell(f"The settings {path} are not what they should be and are ignored.{_back_up(path)}")
        return Settings()
    version = data.get("version")
    if isinstance(version, int) and version > VERSION:
        tell(f"The settings {path} were made by a newer BloodView; what is understood is used.{_back_up(path)}")
    usable, refused = _usable(data)
    if refused:
        tell(f"In the settings {path} these are ignored: {', '.join(refused)}.{_back_up(path)}")
    return replace(Settings(), **usable)  # type: ignore[arg-type]  # _usable compared each with its default's type


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings, whole or not at all.

    Raises:
        StorageError: the disk is full, read-only or gone.
    """
    held = {"version": VERSION, **asdict(settings), "keys": dict(settings.keys)}
    text = json.dumps(held, indent=1, ensure_ascii=False)
    with write_whole(path or _file()) as file:
        file.write_text(text, encoding="utf-8")


def _file() -> Path:
    return paths.user_data() / "settings.json"


def _usable(data: dict[str, object]) -> tuple[dict[str, object], list[str]]:
    """The fields that can be used, and the names of what cannot; names nobody knows are passed over."""
    usable: dict[str, object] = {}
    refused: list[str] = []
    for field in fields(Settings):
        if field.name not in data:
            continue
        value = data[field.name]
        if field.name in _LISTS:
            usable[field.name], amiss = _LISTS[field.name](value)
            refused.extend(f"{field.name}{part}" for part in amiss)
        elif _stands(field.name, value, field.default):
            usable[field.name] = value
        else:
            refused.append(field.name)
    return usable, refused


def _stands(name: str, value: object, default: object) -> bool:
    low, high = _RANGES.get(name, (None, None))
    return (
        type(value) is type(default)
        and value in _CHOICES.get(name, {value})
        and (low is None or high is None or (isinstance(value, int) and low <= value <= high))
    )


def _read_recent(value: object) -> tuple[tuple[str, ...], list[str]]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        return (), [""]
    return tuple(value)[:RECENT_KEPT], []


def _read_persons(value: object) -> tuple[tuple[Person, ...], list[str]]:
    """Persons, and the places of those that are none."""
    if not isinstance(value, list):
        return (), [""]
    persons: dict[str, Person] = {}
    amiss = []
    for number, given in enumerate(value, 1):
        entry = given if isinstance(given, dict) else {}
        name, role = entry.get("name"), entry.get("role", "")
        if isinstance(name, str) and isinstance(role, str) and name.strip() and len(name) <= LONGEST >= len(role):
            persons.setdefault(name.strip(), Person(name.strip(), role.strip()))
        else:
            amiss.append(f" {number}")
    return tuple(persons.values()), amiss


def _read_keys(value: object) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], list[str]]:
    """Keys of actions, and the actions whose keys are none; whether there is such an action is told by the window."""
    if not isinstance(value, dict):
        return (), [""]
    kept = []
    amiss = []
    for action, given in value.items():
        if isinstance(given, list) and len(given) <= _KEYS_KEPT and all(isinstance(k, str) and k for k in given):
            kept.append((str(action), tuple(given)))
        else:
            amiss.append(f" of {action}")
    return tuple(kept), amiss


_LISTS: dict[str, Callable[[object], tuple[object, list[str]]]] = {
    "recent_files": _read_recent,
    "persons": _read_persons,
    "keys": _read_keys,
}
"""Fields that hold several values, each of which is looked at for itself."""


def _back_up(path: Path) -> str:
    """Put the file aside under another name; the sentence that says where, or nothing if it could not be done."""
    backup = path.with_suffix(".broken.json")
    try:
        os.replace(path, backup)
    except OSError:
        return ""
    return f" The old file is kept as {backup.name}."
