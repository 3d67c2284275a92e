"""Signing: whose smear it is, twice; what should be so before, and why not where it is not; who signs."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.heard import heard
from bloodview.ui.label_pictures import LabelStrip
from bloodview.ui.language import later, tr
from bloodview.ui.mnemonics import give_mnemonics

LOOKED_AT = "doubtful"
"""Id of the check that no doubtful cell is left."""

_WIDTH, _HEIGHT, _LEAST_TABLE = 660, 700, 160
_LEAD = later(
    "Read two identifiers off the slide's label and the request, such as the patient's number and "
    "date of birth, and type them. A signed case is locked; it can be amended with a reason, and the "
    "signature is then kept as it was."
)


class CheckLine(Protocol):
    """What the dialog shows of a check, see `workflows.auditing.Check`."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def detail(self) -> str: ...


class SignDialog(QDialog):
    """Asks; decides nothing but whether all that is needed was typed.

    Signals:
        look_asked: somebody wants to look at what was not looked at, instead of signing.
    """

    look_asked = Signal()

    def __init__(self, window: QWidget, case_name: str, pictures: str, name: str, checks: Sequence[CheckLine]) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Sign {case_name}", case_name=case_name))
        self.setObjectName("sign")
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, _HEIGHT)
        lead = QLabel(tr(_LEAD))
        lead.setWordWrap(True)
        shown = style.named(QLabel(pictures), "faint")
        shown.setWordWrap(True)
        self.first, self.second, self.name = QLineEdit(), QLineEdit(), QLineEdit(name)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        for title, field in (
            (tr("First identifier"), self.first),
            (tr("Second identifier"), self.second),
            (tr("Signed by"), self.name),
        ):
            field.setAccessibleName(title)
            field.setMaxLength(200)
            field.textChanged.connect(self._on_text_changed)
            form.addRow(title, field)
        self.labels = LabelStrip()
        self.reasons: dict[str, QLineEdit] = {}
        self.missing = style.named(QLabel(), "faint")
        self.missing.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.sign = style.named(self._buttons.addButton(tr("Sign"), QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addWidget(shown)
        column.addWidget(self.labels)
        column.addLayout(form)
        column.addWidget(self._table(checks), 1)
        column.addWidget(self.missing)
        column.addWidget(self._buttons)
        self._on_text_changed()
        self.first.setFocus()
        give_mnemonics(self)

    def offer_names(self, names: Sequence[str]) -> None:
        """Complete the name of the signer from these while it is typed."""
        completer = QCompleter(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(completer)

    @property
    def identifiers(self) -> tuple[str, str]:
        """What was typed."""
        return self.first.text().strip(), self.second.text().strip()

    @property
    def given_reasons(self) -> dict[str, str]:
        """Check id -> why it may be signed in spite of it."""
        return {check: field.text().strip() for check, field in self.reasons.items()}

    def _table(self, checks: Sequence[CheckLine]) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        row = 0
        for check in checks:
            grid.addWidget(
                style.named(QLabel("✓" if check.passed else "✗"), "faint" if check.passed else "heading"), row, 0
            )
            title = QLabel(heard(check.title))
            detail = style.named(QLabel(heard(check.detail)), "faint")
            detail.setWordWrap(True)
            grid.addWidget(title, row, 1)
            grid.addWidget(detail, row, 2)
            row += 1
            if not check.passed:
                reason = QLineEdit()
                reason.setPlaceholderText(tr("Why it may be signed all the same"))
                reason.setAccessibleName(tr("Reason: {title}", title=heard(check.title)))
                reason.setMaxLength(1000)
                reason.textChanged.connect(self._on_text_changed)
                self.reasons[check.id] = reason
                beside = QHBoxLayout()
                beside.setSpacing(8)
                beside.addWidget(reason, 1)
                if check.id == LOOKED_AT:
                    beside.addWidget(self._way_to_cells())
                grid.addLayout(beside, row, 1, 1, 2)
                row += 1
        grid.setRowStretch(row, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setMinimumHeight(_LEAST_TABLE)
        return area

    def _way_to_cells(self) -> QPushButton:
        look = QPushButton(tr("Look at them"))
        look.setAutoDefault(False)
        look.clicked.connect(self.reject)
        look.clicked.connect(self.look_asked)
        return look

    def _on_text_changed(self) -> None:
        """Say what is missing, and let sign when nothing is."""
        first, second = self.identifiers
        missing = []
        if not first or not second:
            missing.append(tr("two identifiers"))
        elif first.casefold() == second.casefold():
            missing.append(tr("a second identifier that is another one"))
        if not self.name.text().strip():
            missing.append(tr("a name"))
        if left := sum(not reason for reason in self.given_reasons.values()):
            missing.append(tr("1 reason") if left == 1 else tr("{left} reasons", left=left))
        self.missing.setText(
            tr("Still needed: {things}.", things=", ".join(missing)) if missing else tr("Ready to sign.")
        )
        self.sign.setEnabled(not missing)
