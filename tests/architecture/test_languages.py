"""No text of the window reaches a person without passing the door of languages."""

import pytest

from tests.architecture import languages
from tests.architecture.tree import relative

EXCEPTIONS = {
    "BloodView",  # a name
    "GeoJSON for QuPath",
    "Pascal VOC",
    ".csv",  # of a file
    "annotations",  # a kind of question, not its words
    "red cells",  # a key: where a scale comes from
    r"most like (.+)\.$",  # looked for in a sentence, not shown
}
"""Literals of a window that are no text of it. Add none that a person reads."""


def test_every_text_of_the_window_passes_the_door() -> None:
    found = [
        f"{relative(path)}:{line}: {text!r}"
        for path in languages.files()
        for line, text in languages.unsaid(path.read_text(encoding="utf-8"))
        if text not in EXCEPTIONS and path.name != "style.py"  # a sheet of rules for Qt
    ]
    assert not found, "wrap in tr() of bloodview.ui.language:\n" + "\n".join(found)


def test_a_door_is_given_a_literal_or_a_name_but_nothing_put_together() -> None:
    found = [
        f"{relative(path)}:{line}"
        for path in languages.files()
        for line in languages.broken_doors(path.read_text(encoding="utf-8"))
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        'QLabel("Open")',
        'self.button.setText("Open")',
        'self.button.setText(f"{n} cells" if n else tr("none"))',
        'words = "Some words to read"',
        'self.told.emit(f"Written: {path}")',
        'form.addRow("Name", field)',
        'raise StorageError("Disk full.", hint=tr("Move some away."))',
        'def f(words: str = "Nothing to say") -> None: ...',
    ],
)
def test_a_text_that_passes_no_door_is_found(source: str) -> None:
    assert languages.unsaid(source)


@pytest.mark.parametrize(
    "source",
    [
        'QLabel(tr("Open"))',
        'self.button.setObjectName("open")',
        'log.warning("%d files could not be read", n)',
        'style.named(QLabel(tr("Open")), "faint")',
        'def f(self) -> "dict[str, Cell | None]":\n    """Some words about it."""',
        'x.setText(f"{n:,}")',
        'x: "Callable[[], None]" = print',
        "self.label.setText(f\"<span style='color: red'>{n}</span>\")",
    ],
)
def test_what_nobody_reads_is_left_alone(source: str) -> None:
    assert not languages.unsaid(source)


def test_a_door_given_something_put_together_is_found() -> None:
    assert languages.broken_doors('tr(f"{n} cells")') == [1]
    assert languages.broken_doors('tr("a" + b)') == [1]
    assert not languages.broken_doors("tr(spec.title)")
