"""The tree of cell classes (lineage, then maturity), its levels, and what each class looks like on screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bloodview.core.errors import UserError


@dataclass(frozen=True, slots=True)
class CellClass:
    """A node of the tree.

    Args:
        id: stable snake_case name, used in files.
        title: name for people.
        parent: id of the node above, or "" at the top.
        key: the keyboard key that gives this class, or "".
        color: "#rrggbb", never the only mark of the class.
        mark: one or two letters shown beside the colour.
        shape: one of SHAPES; "" = by its place in the tree.
    """

    id: str
    title: str
    parent: str
    key: str
    color: str
    mark: str
    shape: str = ""


SHAPES = ("circle", "square", "diamond", "triangle", "hexagon", "wedge", "ring", "plus")
"""What tells classes apart without colour; a class without one of its own has that of its place in the order."""


class Taxonomy:
    """An immutable tree of classes, in display order."""

    def __init__(self, classes: Iterable[CellClass]) -> None:
        self.classes = tuple(classes)
        self._by_id = {c.id: c for c in self.classes}
        if len(self._by_id) != len(self.classes):
            raise ValueError("a class id stands twice")
        for c in self.classes:
            if c.parent and c.parent not in self._by_id:
                raise ValueError(f"{c.id} hangs from {c.parent}, which is no class")
        for c in self.classes:
            above = c
            for _ in self.classes:
                if not above.parent:
                    break
                above = self._by_id[above.parent]
            else:
                raise ValueError(f"{c.id} hangs below itself")

    def __contains__(self, class_id: object) -> bool:
        return class_id in self._by_id

    def __getitem__(self, class_id: str) -> CellClass:
        try:
            return self._by_id[class_id]
        except KeyError:
            raise UserError(f"There is no cell class called {class_id!r}.") from None

    def shape(self, class_id: str) -> str:
        """One of SHAPES: the class's own, else that of its place."""
        own = self[class_id]
        return own.shape or SHAPES[self.classes.index(own) % len(SHAPES)]

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Ids without children, in display order."""
        parents = {c.parent for c in self.classes}
        return tuple(c.id for c in self.classes if c.id not in parents)

    @cached_property
    def by_lineage(self) -> tuple[CellClass, ...]:
        """All classes as the tree has them: each is followed by those below it, classes that a person added too."""
        below: dict[str, list[CellClass]] = {}
        for c in self.classes:
            below.setdefault(c.parent, []).append(c)

        def walk(parent: str) -> Iterator[CellClass]:
            for c in below.get(parent, ()):
                yield c
                yield from walk(c.id)

        return tuple(walk(""))

    def path(self, class_id: str) -> tuple[str, ...]:
        """The node and all above it, itself first."""
        ids = [self[class_id].id]
        while parent := self._by_id[ids[-1]].parent:
            ids.append(parent)
        return tuple(ids)

    def is_below(self, class_id: str, ancestor: str) -> bool:
        """Whether a node is the ancestor itself or descends from it."""
        return ancestor in self.path(class_id)

    def leaves_below(self, class_id: str) -> tuple[str, ...]:
        """The leaves that descend from a node; the leaf itself for a leaf."""
        return tuple(leaf for leaf in self.leaves if self.is_below(leaf, class_id))


FINE = (
    "promyelocyte",
    "myelocyte",
    "metamyelocyte",
    "band_neutrophil",
    "segmented_neutrophil",
    "eosinophil",
    "basophil",
    "lymphocyte",
    "monocyte",
    "erythroblast",
    "platelet",
)
"""The 11 classes of the default classifier, in its order."""

COARSE = (
    "basophil",
    "eosinophil",
    "erythroblast",
    "immature_granulocyte",
    "lymphocyte",
    "monocyte",
    "neutrophil",
    "platelet",
)
"""The 8 classes of the coarse level; each is a node of the default tree."""

DEFAULT_TAXONOMY = Taxonomy(
    (
        CellClass("leukocyte", "Leukocyte", "", "w", "#9aa4b2", "W"),
        CellClass("neutrophil", "Neutrophil", "leukocyte", "", "#5b8ff9", "N"),
        CellClass("segmented_neutrophil", "Segmented neutrophil", "neutrophil", "1", "#3d76dd", "SN"),
        CellClass("band_neutrophil", "Band neutrophil", "neutrophil", "2", "#7fb2ff", "BN"),
        CellClass("immature_granulocyte", "Immature granulocyte", "leukocyte", "", "#c491b7", "IG"),
        CellClass("metamyelocyte", "Metamyelocyte", "immature_granulocyte", "7", "#d4a6c8", "MM"),
        CellClass("myelocyte", "Myelocyte", "immature_granulocyte", "8", "#b07aa1", "MY"),
        CellClass("promyelocyte", "Promyelocyte", "immature_granulocyte", "9", "#8c5a80", "PM"),
        CellClass("eosinophil", "Eosinophil", "leukocyte", "3", "#f28e2b", "E"),
        CellClass("basophil", "Basophil", "leukocyte", "4", "#7c53c6", "B"),
        CellClass("lymphocyte", "Lymphocyte", "leukocyte", "5", "#37b24d", "L"),
        CellClass("monocyte", "Monocyte", "leukocyte", "6", "#0f9082", "M"),
        CellClass("erythroblast", "Erythroblast", "", "0", "#e15759", "EB"),
        CellClass("platelet", "Platelet", "", "p", "#edc948", "P"),
        CellClass("red_cell", "Red cell", "", "o", "#e0a890", "R"),
        CellClass("artefact", "Artefact", "", "a", "#a6a6a6", "X"),
    )
)
"""The tree that a new case starts with."""


def coarse_of(class_id: str, taxonomy: Taxonomy = DEFAULT_TAXONOMY) -> str:
    """The coarse class of a node at or below the coarse level.

    Raises:
        UserError: for a node above it, such as "leukocyte".
    """
    for node in taxonomy.path(class_id):
        if node in COARSE:
            return node
    raise UserError(f"{class_id!r} has no coarse class.")


def taught(label: str, taxonomy: Taxonomy, classes: Iterable[str]) -> str:
    """The node of the default tree that a label of a case's own tree teaches a model of these classes.

    The nearest one above it that has some of the classes below it; "" for one that says nothing, such as the root's.
    """
    known = set(classes)
    for node in taxonomy.path(label) if label in taxonomy else ():
        if node in DEFAULT_TAXONOMY and known & set(DEFAULT_TAXONOMY.leaves_below(node)):
            return node if DEFAULT_TAXONOMY[node].parent or node in known else ""
    return ""
