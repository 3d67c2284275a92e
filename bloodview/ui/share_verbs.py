"""What the Class menu does with other cases: keep a class for them, share it as a file, take one in."""

from collections.abc import Callable
from pathlib import Path

from bloodview.core.errors import UserError
from bloodview.ui.language import later, tr
from bloodview.ui.learn_desk import LearnDesk
from bloodview.ui.learn_verbs import LearnVerbs
from bloodview.ui.verbs import Means, Verbs

_FILE = later("From a file …")


class ShareVerbs(Verbs):
    """Called by the actions of the Class menu that reach beyond the case."""

    def __init__(self, means: Means, learn: LearnDesk, verbs: LearnVerbs) -> None:
        super().__init__(means)
        self._learn, self._verbs = learn, verbs

    def keep(self) -> None:
        """Keep the chosen class for other cases."""
        from bloodview.workflows import class_sharing

        self._share(
            lambda case, class_id: class_sharing.keep(case, class_id),
            lambda title: tr("{title} is kept: Class, Take in a class.", title=title),
        )

    def share(self) -> None:
        """Write the chosen class as a file."""
        from bloodview.workflows import class_sharing

        place = Path(self._folder) / f"{self._learn.chosen}{class_sharing.ENDING}"
        answer = self._asker.new_file(tr("Share a class"), place, ((tr("Class of cells"), class_sharing.ENDING),))
        if answer is not None:
            out = answer[0]
            self._share(
                lambda case, class_id: class_sharing.share(case, class_id, out),
                lambda title: tr("{title} is shared: {out}", title=title, out=out),
            )

    def take_in(self) -> None:
        """Take in a class that was kept or shared."""
        if self._bridge.case is None:
            return
        from bloodview.workflows import class_sharing

        kept = class_sharing.kept()
        if not kept:
            self._take_in_file()
            return
        choices = [(str(k.path), tr("{title}, {examples} examples", title=k.title, examples=k.examples)) for k in kept]
        lead = tr("The class answers in this case from the examples that it had. Which one?")
        self._verbs.choose(tr("Take in a class"), lead, [*choices, ("", tr(_FILE))], tr("Take in")).chosen.connect(
            lambda path: self._take_in(Path(path)) if path else self._take_in_file()
        )

    def _share(self, write: Callable[..., object], done: Callable[[str], str]) -> None:
        case, class_id = self._bridge.case, self._learn.chosen
        if case is None or class_id not in case.taxonomy:
            return
        try:
            write(case, class_id)
        except UserError as error:
            self.refused.emit(error)
        else:
            self.told.emit(done(tr(case.taxonomy[class_id].title)))

    def _take_in_file(self) -> None:
        for path in self._asker.files(tr("A class that was shared"), self._folder)[:1]:
            self._take_in(path)

    def _take_in(self, path: Path) -> None:
        case = self._bridge.case
        if case is None:
            return
        from bloodview.workflows import class_sharing

        try:
            self._verbs.teach(class_sharing.taking_in(path, case.taxonomy, case.learning_classes()))
        except UserError as error:
            self.refused.emit(error)
