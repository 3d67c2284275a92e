"""What the rooms below say in English, in the language of the window: sentences are known by their form."""

import re
from functools import lru_cache

from bloodview.ui.heard_errors import ERRORS
from bloodview.ui.heard_models import MODELS
from bloodview.ui.language import later, tr

FORMS = (
    # What was done: titles of edits, in the journal and beside undo.
    later("{number} cells called {title}"),
    later("Cell {number} called {title}"),
    later("{number} cells confirmed"),
    later("Cell {number} confirmed"),
    later("{number} cells rejected"),
    later("Cell {number} rejected"),
    later("{number} cells restored"),
    later("Cell {number} restored"),
    later("{number} cells left undecided"),
    later("Cell {number} left undecided"),
    later("Cell added"),
    later("{title} added"),
    later("Box of cell {number} moved"),
    later("{number} cells imported from {origin}"),
    later("{number} cell imported from {origin}"),
    later("Note written"),
    later("Signed by {name}"),
    later("Signature taken back for an amendment"),
    later("Class {title} added"),
    later("Class {title} added from {number} examples"),
    later("Class {title} added from {number} example"),
    later("{number} examples given to {title}"),
    later("{number} example given to {title}"),
    later("{number} examples taken away"),
    later("{number} example taken away"),
    later("Class {title} renamed {other}"),
    later("Class {title} moved below {other}"),
    later("Class {title} moved to the top"),
    later("Class {title} changed"),
    later("{title} merged into {other}"),
    later("Class {title} removed"),
    later("Class {title} removed, its cells {other}"),
    later("{number} cells accepted as {title}"),
    later("{number} cell accepted as {title}"),
    later("{number} cells refused as {title}"),
    later("{number} cell refused as {title}"),
    later("{title} learned, {number} cells claimed"),
    later("Cell {number} outlined"),
    later("Nucleus of cell {number} outlined"),
    later("Cell {number} split in two"),
    later("{number} cells merged"),
    later("{number} cells read as {title} by {name}"),
    later("Cell {number} read as {title} by {name}"),
    later("{number} cells settled as {title} by {name}"),
    later("Cell {number} settled as {title} by {name}"),
    later("Values of {name} kept"),
    later("Values of the analyser taken away"),
    later("Note on the red cells written"),
    later("Note on the red cells taken away"),
    later("{title} graded {grade}"),
    later("{number} findings of the red cells graded {grade}"),
    later("{number} findings of the red cells graded"),
    later("not any more"),
    later("Not seen"),
    later("Analysis of {name} begun"),
    later("Analysis ended"),
    later("Nothing"),
    later("{name} analysed, {number} cells found"),
    later("analysis"),
    later("edit"),
    later("undo"),
    later("redo"),
    later("learned"),
    # Before a case is signed, and after.
    later("No doubtful cell is left"),
    later("{number} not looked at"),
    later("No cell is left undecided"),
    later("{number} undecided"),
    later("Every counted cell has a name"),
    later("{number} unnamed"),
    later("Rare classes were looked at"),
    later("all seen"),
    later("At least {number} leukocytes are counted"),
    later("{number} counted"),
    later("Every part was analysed"),
    later("{number} parts failed"),
    later("Stain and camera are familiar"),
    later("familiar"),
    later("The journal is whole: {number} entries are as BloodView wrote them, seal {seal}."),
    later("The journal is whole: {number} entry is as BloodView wrote them, seal {seal}."),
    later("The journal is NOT as BloodView wrote it."),
    later("Entry {number} is missing."),
    later("Entry {number} was added from outside: it has no seal."),
    later("Entry {number}, or its seal, was changed from outside."),
    later("Former values were added from outside: they belong to no entry."),
    later("Cells were changed from outside after the case was signed."),
    later("The clock was set back: {number} entry is dated before the one it follows, first entry {first}."),
    later("The clock was set back: {number} entries are dated before those they follow, first entry {first}."),
    # How far readers agree.
    later("Two readers agree, or have settled it"),
    later("{number} cells not settled"),
    later("Blind reading by {name}, against the machine"),
    later("Two readers: {name} and {other}"),
    later("Beside the analyser: {name}"),
    later("Do the two differentials differ?"),
    later("How often confident labels are wrong"),
    later("Machine"),
    later("Both"),
    later("Difference, %"),
    later("{name}, %"),
    later("differs"),
    later("Rejected"),
    later("{number} of {all} cells called the same ({share} %); kappa {chance} ({low} to {high}, 95 %), {title}"),
    later("{number} of {all} cells called the same ({share} %); kappa {chance} ({low} to {high}, 95 %), {title}."),
    later("{number} of {all} cells called the same ({share} %); both used a single class, so kappa says nothing"),
    later("{number} of {all} cells called the same ({share} %); too few for a kappa, which takes {many} cells"),
    later("{number} of {all} cells called the same ({share} %); too few for a kappa, which takes {many} cells."),
    later("Almost perfect"),
    later("Substantial"),
    later("Moderate"),
    later("Fair"),
    later("Slight"),
    later("Poor"),
    later("The machine's word was hidden until the answer."),
    later("{number} called differently, {few} of them settled by consensus."),
    later(
        "Limits after Rümke (CLSI H20-A2), difference after Newcombe, 95 %; of twenty classes one differs by chance."
    ),
    later("Both read the same cells, so a difference is one of reading, not of sampling."),
    later("Labels were drawn by chance among those that need no look."),
    later("Differ beyond chance: {titles}."),
    later("No class differs beyond chance."),
    # Stain and camera.
    later("This stain or camera is unlike the training pictures (familiarity {number})."),
    later("This stain or camera is unlike the training pictures (familiarity below 0.01)."),
    later("Labels ask for a look."),
    later("Label 5 cells of each class and use Adapt to this laboratory."),
    later(
        "The stain or camera of {number} of {all} pictures is unlike the training pictures ({few} of {many} cells), "
        "and their labels ask for a look."
    ),
    # Why a cell is to be looked at, and what the random check found.
    later("Random check of a confident label"),
    later("Unlike the pictures the model was made from (familiarity {number})"),
    later("Unlike the pictures the model was made from (familiarity below 0.01)"),
    later("Unlike the cells that were decided so far"),
    later("Stands for many cells like it, of which none was decided"),
    later("Nobody has named it"),
    later("Doubtful: {title} {share} or {other} {rest}"),
    later("Doubtful: {title} {share}"),
    later("Random check: {number} of {many} confident labels wrong; of all {all} it may be {low} to {high} % (95 %)"),
    # How far a learned class has come.
    later("Draft"),
    later("Usable"),
    later("Trusted"),
    later("It answers from {number} different examples on: give it one more."),
    later("It answers from {number} different examples on: give it {few} more."),
    later("Each example judged by the others: {number} of {all} found again, 95 % interval {low} to {high} %."),
    later("It took {number} of {all} known others for its own."),
    later("Most like: {titles}."),
    later("What it names surely may stand; look at samples of it."),
    later("Look at every cell that it names."),
    later("To be {standing} it needs {needs}."),
    later("{number} more example that the others find again and {more}"),
    later("{number} more examples that the others find again and {more}"),
    later("{number} more example that the others find again"),
    later("{number} more examples that the others find again"),
    later("fewer other cells taken for it: refuse what is wrong"),
    later("more cells of other classes that you confirm or refuse, to show that it spares them"),
    later(
        "Of {all} cell that you judged since, it had been right on {number} before it learned of them, "
        "95 % interval {low} to {high} %."
    ),
    later(
        "Of {all} cells that you judged since, it had been right on {number} before it learned of them, "
        "95 % interval {low} to {high} %."
    ),
    later("is unlike most of the other examples; it is most like {title}."),
    later("is unlike the other {number} examples; it is most like {title}."),
    later("is unlike {number} of the other examples; it is most like {title}."),
    later("the {number} examples are of two kinds; this one is most like {title}."),
    later("{title} has the same letters."),
    later("{title} has the same shape in a colour hard to tell from this one."),
    # How far a map of the reasons can be trusted.
    later("Not to be tested: the answer stays, whatever is blurred (deletion {number}, by chance {chance})"),
    later("Not faithful: no better than a random map (deletion {number}, by chance {chance})"),
    later("Faithful: the class goes {drop} faster than by a random map (deletion {number}, by chance {chance})"),
    later("Hardly faithful: the class goes {drop} faster than by a random map (deletion {number}, by chance {chance})"),
    later("{title} was taught in this case: the cell is compared with the likest of its cells."),
    later("{model}, which named this cell, is not there; {other} answers."),
    # What fitting to a laboratory was worth.
    later("Nothing tells how well it does: that needs two cells of a class."),
    later(
        "Of {all} cells, averaged over the classes, {was} ({wide}) were named rightly before and {now} ({range}) now, "
        "each cell judged without itself."
    ),
    later("That is no better: the model as it was is as good a choice."),
    later("The gain may be chance; more cells would tell."),
    # What the grades of a finding are.
    later("2+ from {low} %, 3+ above {high} % of the red cells, {origin}"),
    later("1+ below {number} %, 2+ from {low} %, 3+ above {high} % of the red cells, {origin}"),
    # What refining was worth.
    later("No cell was locked away to judge by."),
    later("On the cells of the classes known before it is right {number} points less often."),
    later("On {number} of your cells that did not train both are right alike, so nothing tells them apart."),
    later("On your own cells that did not train it is worse: {number} points ({low} to {high})."),
    later("On {all} of your cells that did not train it is better: {number} points ({low} to {high})."),
    later("On {all} of your cells that did not train: {number} points ({low} to {high}); that may be chance."),
    later(
        "{title} is named rightly less often than before on the reference cells: {number} % ({low} to {high}) before, "
        "{few} % ({first} to {many}) now."
    ),
    later("{number} cells can train; needed are {all} at least, and {few} of each of {many} classes."),
    later("This model keeps no maps of its reference cells, so only its last layer can be refined."),
    later("Cells held out were none the better for changes to the last stage, so the head alone was fitted."),
    later("Fewer than {number} cells, so little is learned of: {titles}."),
    later(
        "{title} is found worse than before on the drawn fields: {number} % ({low} to {high}) before, {few} % "
        "({first} to {many}) now."
    ),
    later("No picture was locked away to judge by."),
    later("On the drawn fields of the guard it finds cells worse by {number} points."),
    later("On {all} of your pictures that did not train it finds cells worse: {number} points ({low} to {high})."),
    later("On {all} of your pictures that did not train it finds cells better: {number} points ({low} to {high})."),
    later("On {all} of your pictures that did not train: {number} points ({low} to {high}); that may be chance."),
    later("On {all} of your fields that did not train it finds cells worse: {number} points ({low} to {high})."),
    later("On {all} of your fields that did not train it finds cells better: {number} points ({low} to {high})."),
    later("On {all} of your fields that did not train: {number} points ({low} to {high}); that may be chance."),
    later("On {all} of your cases that did not train it finds cells worse: {number} points ({low} to {high})."),
    later("On {all} of your cases that did not train it finds cells better: {number} points ({low} to {high})."),
    later("On {all} of your cases that did not train: {number} points ({low} to {high}); that may be chance."),
    later("{number} pictures with {all} boxes can train; needed are {few} pictures and {many} boxes."),
    later("On the drawn cells of the guard it outlines worse by {number} points."),
    later("On {number} of your cells that did not train both outline alike, so nothing tells them apart."),
    later("On {all} of your cells that did not train it outlines worse: {number} points ({low} to {high})."),
    later("On {all} of your cells that did not train it outlines better: {number} points ({low} to {high})."),
    later(
        "On the drawn cells the cell is outlined worse than before: {number} % ({low} to {high}) before, {few} % "
        "({first} to {many}) now."
    ),
    later(
        "On the drawn cells the nucleus is outlined worse than before: {number} % ({low} to {high}) before, {few} % "
        "({first} to {many}) now."
    ),
    later("Say which kinds of cells are marked throughout on these pictures."),
    later("looking at the view"),
    # How a case is kept, and what came in.
    later("The case lies on a network share: each edit is as safe as elsewhere, but slower."),
    later("The case cannot be written: it is open for reading only."),
    later("The case is open in another window or program: this is how it stood at {time}, for reading only."),
    later("{origin}: {number} cells changed, {few} added"),
    later("{origin}: {number} cells changed, {few} added, {many} as they were"),
    # While it works.
    later("Out of memory on {name}: going on with {number} at a time."),
    later("Out of memory on {name} even one at a time: going on on the CPU."),
    later("explaining"),
    later("leaving out each cell in turn"),
    later("cell {number} of {all}"),
    later("looking for the monolayer, {share}"),
    later("{number} of {all} mm²"),
    later("{number} of {all} mm², {time} left"),
    later("The part at {number}, {y} could not be read: {reason}"),
    later("The file's scale of {number} um/px cannot be right and was not used."),
    later("The scale is not known and no red cells tell it: windows follow each cell's own size."),
    later("The scale could not be measured: a part of it cannot be read."),
    later("is another file now than when its analysis began."),
    later("The file cannot be read any more: {reason}"),
    later("What was analysed is kept. Analyse it again when the file is back."),
    # What is known of a slide.
    later("The slide cannot be opened: {reason}."),
    later("The slide is damaged near x {number}, y {y}: {reason}."),
    later("The folder holds no pictures ({number} other file)."),
    later("The folder holds no pictures ({number} other files)."),
    later("assumed sRGB"),
    later("assumed sRGB: the file's colour profile cannot be used"),
    later("sRGB by its profile"),
    later("colour profile {name} applied"),
    later("The {name} picture is too large to show ({number} x {y} pixels)."),
    later("The {name} picture cannot be read: {reason}."),
)
"""What is known. A form stands for sentences that a room below makes, with {names} where its values go."""

_NUMBERS = frozenset(["number", "all", "few", "many", "first", "low", "high", "chance", "drop", "y"])
_SHARES = frozenset(("share", "rest"))
_SENTENCES = frozenset(("needs", "more", "reason"))
_KINDS = frozenset(("title", "titles", "other", "standing", "grade"))
_SENTENCE = re.compile(r"(?:(?<=[a-z0-9)]{2}[.!?])|(?<=[%)][.!?]))\s+(?=[A-Z0-9])")


def heard(text: str) -> str:
    """A sentence of a room below in the language of the window; itself where its form is not known.

    Several sentences in a row are heard one by one.
    """
    language = tr(FORMS[0])
    return text if language == FORMS[0] else _heard(text, language)  # the same: English


@lru_cache(maxsize=512)
def _heard(text: str, language: str) -> str:
    """What was heard is kept for each language, which its first form stands for."""
    sentences = [text] if tr(text) != text else _SENTENCE.split(text)
    parts = [_one(part, language) for part in sentences]
    if None in parts and (whole := _one(text, language)) is not None:  # a value held the end of a sentence
        return whole
    said = [part or sentence for part, sentence in zip(parts, sentences, strict=True)]
    return "".join(part if part.endswith("。") else f"{part} " for part in said).strip()


def _one(text: str, language: str) -> str | None:
    if (said := tr(text)) != text:
        return said
    for form, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return tr(form, **{name: _value(name, value, language) for name, value in found.groupdict().items()})
    return None


def _value(name: str, value: str, language: str) -> str:
    """A value put into a sentence: names of classes, lists of them, and sentences within it are heard, names kept."""
    if name in _NUMBERS:
        return value
    if name in _SENTENCES:
        return _heard(value, language)
    return ", ".join(titled(part) for part in value.split(", ")) if name in _KINDS else value


def titled(value: str) -> str:
    """The name of a class, which some sentences write in small letters."""
    known = value[:1].upper() + value[1:]
    said = tr(known)
    return said if said != known else value


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The forms as patterns, those that say most first."""
    forms = [(len(re.sub(r"\{\w+\}", "", form)), form) for form in (*FORMS, *ERRORS, *MODELS) if "{" in form]
    return [(form, _pattern(form)) for _, form in sorted(forms, reverse=True)]


def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", form)
    said = [re.escape(part) for part in parts]
    for at in range(1, len(parts), 2):
        value = r"[-+0-9.,]+" if parts[at] in _NUMBERS else r"[0-9.,]+ ?%?" if parts[at] in _SHARES else ".+?"
        said[at] = f"(?P<{parts[at]}>{value})"
    return re.compile("".join(said), re.DOTALL)
