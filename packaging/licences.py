"""The licences of everything in the bundle, by the distributions that its modules and libraries come from."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_TEXTS = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")


@dataclass(frozen=True)
class Part:
    """A distribution of which something is in the bundle.

    Args:
        name: as it is installed by.
        version: the version.
        licence: what its metadata say; "" = nothing.
        texts: its licence files, whole.
    """

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def parts(files: Iterable[Path]) -> list[Part]:
    """The distributions that own any of these files, by name; files that none owns are passed over."""
    wanted = {os.path.normpath(path) for path in files}
    found = []
    for distribution in metadata.distributions():
        owned = distribution.files or ()
        if any(os.path.normpath(str(distribution.locate_file(f))) in wanted for f in owned):
            found.append(_part(distribution))
    return sorted({part.name.lower(): part for part in found}.values(), key=lambda p: p.name.lower())


def document(found: Iterable[Part], version: str) -> str:
    """The list of parts and then their licence texts, for people."""
    found = list(found)
    lines = [f"BloodView {version} carries these parts, each under its own licence.", ""]
    lines += [f"{p.name} {p.version}: {p.licence or 'see its text below'}" for p in found]
    for part in found:
        for text in part.texts:
            lines += ["", "=" * 100, f"{part.name} {part.version}", "=" * 100, "", text.strip()]
    return "\n".join(lines) + "\n"


def _part(distribution: metadata.Distribution) -> Part:
    told = distribution.metadata
    classified = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    plain = (told.get("License") or "").strip()
    short = plain if plain and "\n" not in plain and len(plain) < 80 else ""
    licence = told.get("License-Expression") or short or ", ".join(classified)
    texts = []
    for file in distribution.files or ():
        path = Path(str(distribution.locate_file(file)))
        if ".dist-info" in str(file) and path.name.upper().startswith(_TEXTS) and path.is_file():
            texts.append(path.read_text(encoding="utf-8", errors="replace"))
    return Part(told["Name"], distribution.version, licence, tuple(texts))
