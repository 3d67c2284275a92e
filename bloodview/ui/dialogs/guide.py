"""The user guide, read inside the program: its chapters at the left, its text at the right, found by typing."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QListWidget, QTextBrowser, QVBoxLayout, QWidget

from bloodview.core import paths
from bloodview.ui.dialogs.buttons import close_button
from bloodview.ui.language import tr

_CHAPTER = 2
"""Level of the headings that are listed."""
_MARGIN_PX = 20
_PICTURE_PX = 580


class GuidePage(QTextBrowser):
    """The text; its pictures lie beside it and are made to fit."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("User guide"))
        self.setOpenLinks(False)
        self.document().setDocumentMargin(_MARGIN_PX)

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        """A picture, no wider than the page; anything else as ever."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, url)
        image = QImage(str(paths.guide() / QUrl(url).path()))
        if image.width() > _PICTURE_PX:
            return image.scaledToWidth(_PICTURE_PX, Qt.TransformationMode.SmoothTransformation)
        return image


class Guide(QDialog):
    """A dialog that stays open beside the work."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("User guide"))
        self.resize(860, 640)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find in the guide"))
        self.field.setAccessibleName(tr("Find in the guide"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.on_field_text_changed)
        self.field.returnPressed.connect(self.find_next)
        self.chapters = QListWidget()
        self.chapters.setAccessibleName(tr("Chapters"))
        self.chapters.setFixedWidth(200)
        self.page = GuidePage()
        self.page.setMarkdown((paths.guide() / tr("guide_en.md")).read_text(encoding="utf-8"))
        self._places = list(_chapters(self.page.document()))
        self.chapters.addItems([title for title, _ in self._places])
        self.chapters.currentRowChanged.connect(self.on_chapter_chosen)
        left = QVBoxLayout()
        left.addWidget(self.field)
        left.addWidget(self.chapters, 1)
        row = QHBoxLayout()
        row.addLayout(left)
        row.addWidget(self.page, 1)
        column = QVBoxLayout(self)
        column.addLayout(row, 1)
        column.addWidget(close_button(self))
        self.field.setFocus()

    def on_chapter_chosen(self, row: int) -> None:
        """Show a chapter from its heading on."""
        if 0 <= row < len(self._places):
            end = QTextCursor(self.page.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            self.page.setTextCursor(end)  # so that the heading comes to the top, not just into sight
            self.page.setTextCursor(QTextCursor(self.page.document().findBlockByNumber(self._places[row][1])))

    def on_field_text_changed(self, text: str) -> None:
        """Find from the beginning; what is not there leaves the text where it is."""
        start = QTextCursor(self.page.document())
        found = self.page.document().find(text, start) if text else start
        if not found.isNull():
            self.page.setTextCursor(found)

    def find_next(self) -> None:
        """Find the next place, from the beginning again after the last."""
        if (text := self.field.text()) and not self.page.find(text):
            self.on_field_text_changed(text)


def _chapters(document: QTextDocument) -> list[tuple[str, int]]:
    """Title and number of block of each chapter; headings of the page's title get no line."""
    found = []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() == _CHAPTER:
            found.append((block.text(), block.blockNumber()))
        block = block.next()
    return found
