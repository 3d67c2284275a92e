"""Ctrl+L: every action with its key, found by typing; Shift+F1: all keys at once."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QAction, QFont, QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from bloodview.ui import style
from bloodview.ui.actions import Actions, ActionSpec, shown_key
from bloodview.ui.dialogs.buttons import close_button
from bloodview.ui.language import later, tr

_SPEC, _ACTION = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
VIEW_KEYS = (
    (later("Move the picture"), later("Space + drag, or drag")),
    (later("Zoom at the pointer"), later("Wheel")),
    (later("Zoom"), "+  −"),
    (later("A field further"), later("Arrows")),
    (later("Add to the selection"), later("Ctrl + click, Shift + click")),
    (later("Tiles larger or smaller"), later("Ctrl + wheel")),
)
"""What the views understand by themselves."""


class _Lines(QStyledItemDelegate):
    """Title at the left, menu faint beside it, key at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(200, 32)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        spec: ActionSpec = index.data(_SPEC)  # type: ignore[attr-defined]
        action: QAction = index.data(_ACTION)  # type: ignore[attr-defined]
        rect: QRect = option.rect
        palette: QPalette = option.palette
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.AlternateBase))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), palette.highlight())
        inner = rect.adjusted(14, 0, -14, 0)
        font = QFont(option.font)
        metrics = QFontMetrics(font)
        muted = style.faint(palette)
        painter.setOpacity(1.0 if action.isEnabled() else 0.45)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        title = tr(spec.title).rstrip("…")
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(muted)
        beside = inner.adjusted(metrics.horizontalAdvance(title) + 12, 0, 0, 0)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, tr(spec.menu))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown_key(spec))
        painter.restore()


class CommandList(QDialog):
    """Type to find, arrows to choose, Enter to do, Escape to leave."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("commands")
        self.setWindowTitle(tr("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("What do you want to do?"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.setClearButtonEnabled(False)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self.on_field_text_changed)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Commands"))
        self.list.setItemDelegate(_Lines(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._do)
        self._none = style.named(QLabel(tr("No command is called that.")), "faint")
        self._none.setContentsMargins(14, 6, 14, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        inner = QVBoxLayout()
        inner.setContentsMargins(10, 10, 10, 8)
        inner.addWidget(self.field)
        column.addLayout(inner)
        column.addWidget(self.list, 1)
        column.addWidget(self._none)
        for spec, action in actions.all():
            if spec.id == "help.commands":
                continue
            item = QListWidgetItem(self.list)
            item.setData(_SPEC, spec)
            item.setData(_ACTION, action)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{tr(spec.title)} {shown_key(spec)}")
        width = min(620, window.width() - 80)
        self.resize(width, min(520, window.height() - 120))
        middle = window.mapToGlobal(window.rect().center())
        self.move(middle.x() - width // 2, window.mapToGlobal(window.rect().topLeft()).y() + 70)
        self.on_field_text_changed("")

    def shown(self) -> list[ActionSpec]:
        """The lines that match, in their order."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return [item.data(_SPEC) for item in items if not item.isHidden()]

    def on_field_text_changed(self, text: str) -> None:
        """Keep the lines that contain every word; the first that can be done is chosen."""
        words = text.lower().split()
        first = None
        for i in range(self.list.count()):
            item = self.list.item(i)
            spec: ActionSpec = item.data(_SPEC)
            line = f"{spec.title} {tr(spec.title)} {tr(spec.menu)} {shown_key(spec)}".lower()
            item.setHidden(not all(word in line for word in words))
            if first is None and not item.isHidden() and item.data(_ACTION).isEnabled():
                first = item
        if first is not None:
            self.list.setCurrentItem(first)
            self.list.scrollToItem(first)
        else:
            self.list.setCurrentRow(-1)
        self._none.setVisible(not self.shown())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if (item := self.list.currentItem()) is not None:
                    self._do(item)
                return True
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count():
            if not self.list.item(row).isHidden():
                self.list.setCurrentRow(row)
                return
            row += by

    def _do(self, item: QListWidgetItem) -> None:
        action: QAction = item.data(_ACTION)
        if action.isEnabled() and not item.isHidden():
            self.close()
            action.trigger()


class AllKeys(QDialog):
    """Every key on one page."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("All keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(600, min(640, window.height() - 60))
        lines: dict[str, list[tuple[str, str]]] = {}
        for spec, _ in actions.all():
            if spec.keys:
                lines.setdefault(tr(spec.menu), []).append((tr(spec.title).rstrip("…"), shown_key(spec)))
        lines[tr("In the views")] = [(tr(title), tr(key)) for title, key in VIEW_KEYS]
        muted = style.faint(self.palette()).name()
        parts = []
        for menu, pairs in lines.items():
            rows = "".join(
                f"<tr><td width='330' style='padding:3px 0'>{title}</td><td><b>{key}</b></td></tr>"
                for title, key in pairs
            )
            parts.append(f"<p style='color:{muted}; margin:14px 0 4px 0'>{menu}</p><table>{rows}</table>")
        text = QLabel("".join(parts))
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setContentsMargins(20, 6, 20, 16)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setWidget(text)
        scroll.setWidgetResizable(True)
        buttons = close_button(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        column.setSpacing(12)
        buttons.setContentsMargins(0, 0, 16, 0)
