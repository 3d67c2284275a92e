"""What given paths hold, and a walk over it that goes on where one input fails."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bloodview.core.cancel import CancelToken
from bloodview.core.errors import ModelError, StorageError, UserError
from bloodview.core.unfamiliar import NOTHING_STRANGE, Strangeness
from bloodview.slides.slide import Slide, find_pictures, open_slide

Progress = Callable[[float, str], None]
"""Takes the share done, 0 to 1, and a word for a person."""


def quiet(_share: float, _text: str) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input without a result.

    Args:
        path: as given, or as found below the given folder.
        reason: for a person.
    """

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a list of inputs went.

    Args:
        done: inputs with a result.
        failures: the others.
        passed_over: files in the given folders that are no pictures.
        warnings: (path, sentence).
        strangeness: how much of the inputs is unlike the training pictures.
    """

    done: int
    failures: tuple[Failure, ...] = ()
    passed_over: int = 0
    warnings: tuple[tuple[str, str], ...] = ()
    strangeness: Strangeness = NOTHING_STRANGE


@dataclass(frozen=True, slots=True)
class Picture:
    """An input: where it lies, and its path below the folder it was found in (its name if it was given itself)."""

    path: Path
    relative: Path


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the given paths hold, in the order read."""

    pictures: tuple[Picture, ...]
    failures: tuple[Failure, ...]
    passed_over: int


def gather(given: Sequence[Path]) -> Inputs:
    """The pictures and slides that paths name, each once: files as given, folders recursively in sorted order."""
    pictures: dict[Path, Picture] = {}
    failures: list[Failure] = []
    passed_over = 0
    for path in given:
        try:
            found = find_pictures([path])
        except (UserError, OSError) as error:
            failures.append(Failure(str(path), reason(error)))
            continue
        passed_over += found.passed_over
        failures += [Failure(str(problem.path or path), reason(problem)) for problem in found.problems]
        for file in found.files:
            below = file != path and file.is_relative_to(path)
            pictures.setdefault(file, Picture(file, file.relative_to(path) if below else Path(file.name)))
    return Inputs(tuple(pictures.values()), tuple(failures), passed_over)


def reason(error: UserError | OSError) -> str:
    """Why, without the path, which stands beside it."""
    if isinstance(error, UserError):
        return f"{error.what} {error.hint}".strip()
    return error.strerror or str(error) or type(error).__name__


class Walk:
    """Goes through inputs, asking the token before each; one that fails is named and the rest goes on."""

    def __init__(self, given: Sequence[Path], cancel: CancelToken, progress: Progress) -> None:
        self.inputs = gather(given)
        self.failures = list(self.inputs.failures)
        self._cancel, self._progress = cancel, progress

    def check_spared(self, outs: Iterable[Path]) -> None:
        """Refuse to write where one of the inputs lies.

        Raises:
            UserError: naming the input that would be lost.
        """
        # Not Path.resolve, which a loop of links makes raise.
        lost = {Path(os.path.realpath(p.path)) for p in self.inputs.pictures}
        lost &= {Path(os.path.realpath(out)) for out in outs}
        if lost:
            raise UserError(
                "is one of the pictures and would be replaced.", path=min(lost), hint="Write to another place."
            )

    def pictures(self) -> Iterator[Picture]:
        """Each input in the order read."""
        total = len(self.inputs.pictures)
        for number, picture in enumerate(self.inputs.pictures):
            self._cancel.check()
            self._progress(number / total, str(picture.path))
            yield picture
        self._cancel.check()

    def each(self, work: Callable[[Picture, Slide], None]) -> None:
        """Open each input and do the work on it."""
        for picture in self.pictures():
            try:
                with closing(open_slide(picture.path)) as slide:
                    work(picture, slide)
            except (UserError, OSError) as error:
                self.failed(picture, error)

    def failed(self, picture: Picture, error: UserError | OSError) -> None:
        """Name an input that has no result; a model or a disk that fails is no input's fault and ends the walk."""
        if isinstance(error, ModelError | StorageError):
            raise error
        self.failures.append(Failure(str(picture.path), reason(error)))

    def outcome(
        self, done: int, warnings: Sequence[tuple[str, str]] = (), strangeness: Strangeness = NOTHING_STRANGE
    ) -> Outcome:
        """How it went."""
        return Outcome(done, tuple(self.failures), self.inputs.passed_over, tuple(warnings), strangeness)
