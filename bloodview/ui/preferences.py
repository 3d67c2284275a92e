"""The settings while the window is open: one frozen record, replaced and saved as a whole."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from bloodview.core import settings as store
from bloodview.core.errors import StorageError
from bloodview.core.settings import Settings
from bloodview.models.store import DEFAULTS
from bloodview.ui.language import tr


class Preferences(QObject):
    """Holds the record.

    Signals:
        changed: the record was replaced.
        told: it could not be saved, in one sentence.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(self, settings: Settings, *, keeps: bool = True, parent: QObject | None = None) -> None:
        """Start with a record; `keeps` says whether changes are written to the disk."""
        super().__init__(parent)
        self.now = settings
        self._keeps = keeps

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - fields of Settings, checked by `replace`
        """Replace fields and save."""
        self.put(replace(self.now, **fields))

    def put(self, settings: Settings) -> None:
        """Replace the record and save."""
        if settings == self.now:
            return
        self.now = settings
        if self._keeps:
            try:
                store.save(settings)
            except StorageError as error:
                self.told.emit(tr("The settings could not be saved: {error}", error=error))
        self.changed.emit()


def as_delivered() -> Settings:
    """The settings of a safe start: they name the models that came with the program, so that no other goes before."""
    find, outline, name = (DEFAULTS[task] for task in ("detect", "segment", "classify"))
    return Settings(detector=find, segmenter=outline, classifier=name)
