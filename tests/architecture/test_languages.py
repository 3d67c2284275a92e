"""No text of the window reaches a person untranslated, and the files of translations are whole."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

from bloodview.core import paths
from bloodview.ui.language import CONTEXT, TRANSLATED
from tests.architecture import languages
from tests.architecture.tree import relative

EXCEPTIONS = {
    "BloodView",  # a name
    "GeoJSON for QuPath",
    "Pascal VOC",
    ".csv",  # of a file
    "annotations",  # a kind of question, not its words
    "counts",  # the same
    "models",  # the same
    "red cells",  # a key: where a scale comes from
    r"most like (.+)\.$",  # looked for in a sentence, not shown
}
"""Literals of a window that are no text of it. Add none that a person reads."""

PLACE = re.compile(r"\{[^}]*\}")


def test_every_text_of_the_window_passes_the_door() -> None:
    found = [
        f"{relative(path)}:{line}: {text!r}"
        for path in languages.files()
        for line, text in languages.unsaid(path.read_text(encoding="utf-8"))
        if text not in EXCEPTIONS and path.name not in ("style.py", "language.py")  # rules for Qt; names of fonts
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


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    entries = languages.translations(language)
    assert sorted(entries) == languages.sources(), "run: python -m tests.architecture.languages"
    assert not [source for source, said in entries.items() if not said], "translate these"
    assert 'type="unfinished"' not in languages.place(language, ".ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_source(language: str) -> None:
    amiss = {
        source: said
        for source, said in languages.translations(language).items()
        if sorted(set(PLACE.findall(source))) != sorted(set(PLACE.findall(said)))
        or any(said.count(sign) != source.count(sign) for sign in ("…", "&", "<b>", "</b>"))
        or source.count("(*") != said.count("(*")
    }
    assert not amiss


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_the_window_loads_is_what_was_translated(language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(languages.place(language, ".qm")))
    entries = languages.translations(language)
    loaded = {source: translator.translate(CONTEXT, source) for source in entries}
    assert loaded == entries, "run: python -m tests.architecture.languages"
    assert translator.translate(CONTEXT, "no text of the window") in ("", None)


def test_a_text_collected_again_keeps_its_translation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "place", lambda language, ending: tmp_path / f"{language}{ending}")
    monkeypatch.setattr(languages, "sources", lambda: ["<b>{n}</b> & more", "new"])
    languages.write("zh_CN", {"<b>{n}</b> & more": "<b>{n}</b> 等", "gone": "没有了"})
    assert languages.translations("zh_CN") == {"<b>{n}</b> & more": "<b>{n}</b> 等", "new": ""}
    assert (tmp_path / "zh_CN.qm").is_file()


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_guide_calls_things_as_the_window_does(language: str) -> None:
    said = languages.translations(language).values()
    guide = (paths.guide() / f"guide_{language}.md").read_text(encoding="utf-8")
    missing = [name for name in re.findall("“([^”]+)”", guide) if not any(text.startswith(name) for text in said)]
    assert not missing
