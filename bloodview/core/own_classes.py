"""Classes that a person adds to the tree: their id, what may not clash with the classes there are, free looks."""

import re
import unicodedata
import zlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import chain, count

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, SHAPES, CellClass, Taxonomy

LEAST_EXAMPLES = 5
"""Examples from which a class that learns answers for itself."""
COLORS = (
    "#e377c2", "#17becf", "#bcbd22", "#ff6f61", "#9c755f", "#76b7b2", "#ff9da7", "#6b4c9a", "#2e8b57", "#d4a017",
)  # fmt: skip
"""Colours offered to new classes, none of which is near one of the default tree."""
_NEAR = 48
"""Colours closer than this, in steps of the channels summed, are hard to tell apart."""
_LONGEST_TITLE = 60
_ID = re.compile(r"[a-z][a-z0-9_]*")


def is_own(class_id: str) -> bool:
    """Whether a class was added by a person."""
    return class_id not in DEFAULT_TAXONOMY


def id_of(title: str) -> str:
    """The id of a class of this title; "" if the title has no letter or digit.

    It is made of the title's own letters; where most of them are of another script, of a checksum.
    """
    letters = sum(map(str.isalnum, title))
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    if 2 * sum(map(str.isalnum, made)) < letters:
        return f"class_{zlib.crc32(title.strip().encode()):08x}"
    return made if re.match(r"[a-z]", made) else f"class_{made}" if made else ""


def ids_of(names: Collection[str]) -> dict[str, str]:
    """What a case calls the classes of a model: name -> id, by itself where the name is an id, else by its letters.

    The model of a stranger may call a class as it likes, "Blast, atypical" or in another script.
    """
    found = {name: name for name in names if _ID.fullmatch(name)}
    for name in names:
        if name not in found:
            wanted = id_of(name) or id_of(f"class {zlib.crc32(name.encode()):08x}")
            taken = set(found.values())
            found[name] = next(i for i in chain([wanted], (f"{wanted}_{n}" for n in count(2))) if i not in taken)
    return found


def check(new: CellClass, taxonomy: Taxonomy, instead_of: str = "") -> None:
    """Refuse a class that could not join the tree, or take the place of `instead_of` there.

    Raises:
        UserError: says what is amiss.
    """
    others = [c for c in taxonomy.classes if c.id != instead_of]
    if not new.title.strip():
        raise UserError("The class has no name.", hint="Give it one.")
    if len(new.title) > _LONGEST_TITLE:
        raise UserError("The name of the class is too long.", hint=f"Use at most {_LONGEST_TITLE} characters.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in new.title + new.mark):
        raise UserError("The name of the class holds signs that are no text.", hint="Type it again.")
    if not _ID.fullmatch(new.id):
        raise UserError(f"{new.id!r} cannot name a class.", hint="Use small letters, digits and _.")
    if any(new.id == c.id or new.title.strip().casefold() == c.title.casefold() for c in others):
        raise UserError(f"There is already a class called {new.title.strip()!r}.", hint="Choose another name.")
    if new.parent:
        taxonomy[new.parent]
        if instead_of and taxonomy.is_below(new.parent, instead_of):
            raise UserError(f"{new.title} cannot hang below itself.", hint="Choose another place in the tree.")
    if len(new.key) > 1:
        raise UserError(f"{new.key!r} is no single key.", hint="Choose one letter or digit.")
    if new.key and (holder := next((c for c in others if c.key == new.key), None)):
        raise UserError(f"The key {new.key!r} already gives {holder.title}.", hint="Choose another key.")
    if not re.fullmatch(r"#[0-9a-f]{6}", new.color):
        raise UserError(f"{new.color!r} is no colour.", hint='Write it as "#rrggbb".')
    if not 1 <= len(new.mark.strip()) <= 2:
        raise UserError("The mark of a class has one or two letters.", hint="Choose another mark.")
    if new.shape and new.shape not in SHAPES:
        raise UserError(f"There is no shape {new.shape!r}.", hint=f"Shapes: {', '.join(SHAPES)}.")


def of_model(name: str, class_id: str, taxonomy: Taxonomy) -> CellClass:
    """The class that joins a case's tree, below the others, since a model names cells so."""
    plain = name.replace("_", " ").capitalize() if name == class_id else " ".join(name.split())
    plain = plain[: _LONGEST_TITLE - 10]
    titles = {c.title.casefold() for c in taxonomy.classes}
    free = next(t for t in chain([plain], (f"{plain} {n}" for n in count(2))) if t.casefold() not in titles)
    return replace(suggestion(free, "", taxonomy, {}), id=class_id, key="")


def remarks(new: CellClass, taxonomy: Taxonomy, instead_of: str = "") -> tuple[str, ...]:
    """What may stand, but would make the class hard to tell from another one."""
    said = []
    for other in taxonomy.classes:
        if other.id == instead_of:
            continue
        if other.mark.casefold() == new.mark.strip().casefold():
            said.append(f"{other.title} has the same letters.")
        if _far_apart(other.color, new.color) < _NEAR and taxonomy.shape(other.id) == new.shape:
            said.append(f"{other.title} has the same shape in a colour hard to tell from this one.")
    return tuple(said)


def suggestion(title: str, parent: str, taxonomy: Taxonomy, taken_keys: Mapping[str, str]) -> CellClass:
    """A class of this title with a key, letters, colour and shape that are free; `taken_keys`: key -> what it does."""
    used = {c.key for c in taxonomy.classes} | set(taken_keys)
    letters = [c for c in id_of(title) if c.isalnum()]
    key = next((c for c in [*letters, *"abcdefghijklmnopqrstuvwxyz"] if c not in used), "")
    own = sum(is_own(c.id) for c in taxonomy.classes)
    used_colors = {c.color for c in taxonomy.classes}
    color = next((c for c in COLORS if c not in used_colors), COLORS[own % len(COLORS)])
    pairs = [(c.color, taxonomy.shape(c.id)) for c in taxonomy.classes]
    shape = max(SHAPES, key=lambda s: min([_far_apart(color, c) for c, other in pairs if other == s], default=999))
    return CellClass(id_of(title), title.strip(), parent, key, color, _free_mark(title, taxonomy), shape)


def _free_mark(title: str, taxonomy: Taxonomy) -> str:
    """One or two letters of the title that no class has."""
    used = {c.mark.upper() for c in taxonomy.classes}
    words = [w for w in re.split(r"\W+", title.upper()) if w]
    if not words:
        return "?"
    first, rest = words[0][0], "".join(words)[1:]
    wanted = [first + words[1][0]] if len(words) > 1 else [first]
    return next((m for m in [*wanted, *(first + c for c in rest)] if m not in used), wanted[0])


def _far_apart(a: str, b: str) -> int:
    """How far two colours lie apart, in steps of the channels summed."""
    return sum(abs(int(a[i : i + 2], 16) - int(b[i : i + 2], 16)) for i in (1, 3, 5))
