"""A class taught in one case for others: shared as a file, kept among the user's own, taken in."""

from dataclasses import dataclass, replace
from pathlib import Path

from bloodview.core import own_classes, paths
from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass, Taxonomy
from bloodview.review import class_file
from bloodview.review.case import Case
from bloodview.review.class_file import SharedClass
from bloodview.review.commands import AddClass, AddExamples, OutsideExample

ENDING = class_file.ENDING
_FOLDER = "classes"


@dataclass(frozen=True, slots=True)
class Kept:
    """A class that was kept for other cases."""

    path: Path
    title: str
    examples: int


def shared(case: Case, class_id: str) -> SharedClass:
    """A class with all its examples, those of the case and those from outside.

    Raises:
        UserError: it has none.
    """
    own = case.taxonomy[class_id]
    known = case.known_cells()
    inside = [
        OutsideExample(vector, probabilities, model[0], "")
        for vector, probabilities, model, person, is_active in zip(
            known.vectors, known.probabilities, known.models, known.person, known.is_active, strict=True
        )
        if person == class_id and is_active
    ]
    outside = [e.example for e in case.outside_examples() if e.class_id == class_id]
    if not inside and not outside:
        raise UserError(f"{own.title} has no example to share.", hint="Give it some first.")
    parent = next((p for p in case.taxonomy.path(class_id)[1:] if p in DEFAULT_TAXONOMY), "")
    return SharedClass(replace(own, parent=parent, shape=case.taxonomy.shape(class_id)), (*inside, *outside))


def share(case: Case, class_id: str, out: Path) -> None:
    """Write a class as a file for other people.

    Raises:
        UserError: it has no example.
        StorageError: it cannot be written.
    """
    class_file.write(out, shared(case, class_id))


def keep(case: Case, class_id: str) -> Path:
    """Keep a class for other cases of this user, instead of an earlier one of its name; where it lies.

    Raises:
        UserError: it has no example.
        StorageError: it cannot be written.
    """
    folder = paths.user_data() / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{class_id}{ENDING}"
    share(case, class_id, place)
    return place


def kept() -> tuple[Kept, ...]:
    """The classes that were kept and can be read, by name."""
    found = []
    folder = paths.user_data() / _FOLDER
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
        try:
            one = class_file.read(path)
        except UserError:
            continue  # taking it in would name the reason
        found.append(Kept(path, one.cell_class.title, len(one.examples)))
    return tuple(found)


def taking_in(path: Path, taxonomy: Taxonomy, learning: tuple[str, ...]) -> AddClass | AddExamples:
    """The command that takes a shared class into a case; a class of its id that learns there gets its examples.

    Raises:
        UserError: it cannot be read, or a class of its name is there already.
    """
    given = class_file.read(path)
    own = given.cell_class
    if own.id in learning:
        return AddExamples(own.id, given.examples)
    used = {c.key for c in taxonomy.classes}
    wanted: CellClass = replace(own, key="" if own.key in used else own.key)
    own_classes.check(wanted, taxonomy)
    return AddClass(wanted, learns=True, examples=given.examples)
