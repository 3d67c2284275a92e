"""Classes taught in a case: what there is to learn from, the fit and its worth, and what it says of all cells."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bloodview.analysis import single_cells
from bloodview.analysis.inputs import Progress
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import LearnedAnswer
from bloodview.core.errors import ModelError, UserError
from bloodview.core.own_classes import LEAST_EXAMPLES
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.models import learning, references, standing, store
from bloodview.models.doubts import copies, doubts
from bloodview.models.seen import Examples, Rest, Seen
from bloodview.review.case import Case
from bloodview.review.commands import Changes, ClassStanding, OutsideExample, RecordAnswers
from bloodview.review.records import KnownCells, OutsideRecord, Score
from bloodview.workflows import class_words

LEAST_P, MOST_SUGGESTIONS = 0.1, 50
STANDS_FROM = 0.9
"""Probability from which the word of a trusted class may stand without a look."""
_MOST_REST = 400
"""Cells of the case that the new classes are held against, those that a person named first; of more some are taken at
even distances, as the fit takes longer the more there are."""
_MOST_KEPT = 40
"""Reference cells of each class, for the same reason."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that the classes of a case are learned from, as values; pure, so that the fit may run on any thread.

    Args:
        model_id: the classifier whose vectors these are.
        base: its classes in order.
        titles: class -> what people call it.
        classes: those that learn, in the order of the tree.
        names: the class of each example.
        numbers: of each example: the id of a cell of the case; less than 0 for one from outside.
        examples: rows of the examples.
        origins: number -> where an example from outside comes from.
        strangers: class -> examples from outside that another model has seen, which cannot be compared.
        ids: the cells of the case that this model has seen.
        cells: what is kept of them.
        labels: what each cell of the case is to the classes that do not learn: see `Rest`; None = no part of the rest.
        is_free: whether no person named the cell or left it out.
        scores: see `Case.scores`.
    """

    model_id: str
    base: tuple[str, ...]
    titles: Mapping[str, str]
    classes: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    examples: Seen
    origins: Mapping[int, str]
    strangers: Mapping[str, int]
    ids: tuple[int, ...]
    cells: Seen
    labels: tuple[str | None, ...]
    is_free: tuple[bool, ...]
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cell that may be of a class.

    Args:
        confidence: 0 to 1.
        is_claimed: whether the class would name it so.
    """

    cell_id: int
    confidence: float
    is_claimed: bool


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An example that does not fit the others.

    Args:
        number: as in `Lesson.numbers`.
        why: a sentence.
        origin: where it comes from; "" for a cell of the case.
    """

    number: int
    why: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a class has come.

    Args:
        class_id: the class.
        number: different examples that it has.
        outside: how many of these come from outside the case.
        copies: examples that are the same picture as another one.
        strangers: examples that another model has seen, which do not count.
        standing: "Draft", "Usable" or "Trusted"; "" while it has too few examples to answer.
        worth: what leave-one-out says, in words.
        advice: what would raise it, in words.
        scored: how it did on cells before it learned of them, in words; "" while there are none.
        contradictions: examples that do not fit the others.
        suggestions: the most probable first.
    """

    class_id: str
    number: int = 0
    outside: int = 0
    copies: int = 0
    strangers: int = 0
    standing: str = ""
    worth: str = ""
    advice: str = ""
    scored: str = ""
    contradictions: tuple[Contradiction, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Taught:
    """What became of a lesson.

    Args:
        classes: how far each class has come, in the order of the tree.
        answers: cell id -> the class that claims it.
    """

    classes: tuple[Progressed, ...] = ()
    answers: Mapping[int, LearnedAnswer] = field(default_factory=dict)
    standings: tuple[ClassStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """What a case gives for a lesson, as it keeps it: reading it is quick, so that no window waits.

    Args:
        classes: those that learn, in the order of the tree.
        titles: class -> what people call it.
        known: see `Case.known_cells`.
        outside: see `Case.outside_examples`.
        scores: see `Case.scores`.
    """

    classes: tuple[str, ...]
    titles: Mapping[str, str]
    known: KnownCells
    outside: tuple[OutsideRecord, ...]
    scores: Mapping[str, Score]

    @property
    def taught_by(self) -> frozenset[int]:
        """The cells of the case that are examples."""
        return frozenset(i for i, label in zip(self.known.ids, self.known.person, strict=True) if label in self.classes)


def material(case: Case) -> Material | None:
    """What there is to learn in a case; None if no class learns there."""
    classes = case.learning_classes()
    if not classes:
        return None
    titles = {c.id: c.title for c in case.taxonomy.classes}
    return Material(classes, titles, case.known_cells(), tuple(case.outside_examples()), case.scores())


def lesson(given: Material) -> Lesson:
    """The lesson of what a case gives."""
    classes, known, outside, scores = given.classes, given.known, given.outside, given.scores
    space = _space(known, [e.example for e in outside])
    shares = 4 * len(space[1]) or len(outside[0].example.probabilities) if outside or space[1] else 0
    rows = [
        i
        for i, model in enumerate(known.models)
        if (*model, len(known.vectors[i])) == space and len(known.probabilities[i]) == shares
    ]
    cells = _seen([known.probabilities[i] for i in rows], [known.vectors[i] for i in rows])
    wanted = (space[0], space[2], shares)
    own = [e for e in outside if (e.example.model_id, len(e.example.vector), len(e.example.probabilities)) == wanted]
    taught = [at for at, i in enumerate(rows) if known.person[i] in classes and known.is_active[i]]
    beyond = _seen([e.example.probabilities for e in own], [e.example.vector for e in own])
    refused = {cell_id for score in scores.values() for cell_id in score.refused}
    return Lesson(
        model_id=space[0],
        base=space[1],
        titles=given.titles,
        classes=classes,
        names=(*(str(known.person[rows[at]]) for at in taught), *(e.class_id for e in own)),
        numbers=(*(known.ids[rows[at]] for at in taught), *(-e.id for e in own)),
        examples=_together(cells.rows(taught), beyond) if rows else beyond,
        origins={-e.id: e.example.origin for e in own},
        strangers=Counter(e.class_id for e in outside if e not in own),
        ids=tuple(known.ids[i] for i in rows),
        cells=cells,
        labels=tuple(_label(known, i, space[1], known.ids[i] in refused) for i in rows),
        is_free=tuple(known.person[i] is None and known.is_active[i] for i in rows),
        scores=scores,
    )


def study(given: Lesson, kept: Rest | None = None) -> Taught:
    """Learn all classes that have enough examples, and let them answer; touches no case.

    Args:
        given: see `lesson`.
        kept: cells of the base's classes that are kept beside the model.
    """
    firsts = copies(given.examples.features) if given.numbers else ()
    whole = Examples(given.examples, given.names, tuple(given.numbers[first] for first in firsts))
    progressed = {c: _progressed(given, whole, c) for c in given.classes}
    at_work = [c for c in given.classes if progressed[c].number >= LEAST_EXAMPLES]
    rest = _rest(given, kept)
    if at_work and len(rest):
        shown = whole.rows(np.array([name in at_work for name in whole.names]))
        learned, left_out = learning.fit(shown, rest, given.base, given.base)
        judgements = {j.name: j for j in standing.judge(left_out)}
        amiss = doubts(shown, rest, given.base)
        claims = _Claims(given, learned)
        standings = []
        for c in at_work:
            judged = judgements[c]
            progressed[c] = replace(
                progressed[c],
                standing=judged.standing.value,
                worth=class_words.worth(judged, given.titles),
                advice=class_words.advice(judged),
                contradictions=tuple(
                    Contradiction(d.cell, class_words.in_short(d.why, c, given.titles), given.origins.get(d.cell, ""))
                    for d in amiss
                    if d.name == c
                ),
                suggestions=claims.suggestions(c),
            )
            standings.append(
                ClassStanding(c, judged.standing.value, judged.right, judged.n, judged.alarms, judged.others)
            )
        trusted = {s.class_id for s in standings if s.word == standing.Standing.TRUSTED.value}
        return Taught(tuple(progressed.values()), claims.answers(trusted), tuple(standings))
    return Taught(tuple(progressed.values()))


def references_of(model_id: str) -> Rest | None:
    """The reference cells kept beside a model; None if it is not installed, or has none."""
    try:
        return references.read(store.find("classify", model_id))
    except ModelError:
        return None


def learn(given: Material) -> Taught:
    """Learn what a case gives, beside the reference cells that are kept with the model; runs on any thread."""
    prepared = lesson(given)
    return study(prepared, references_of(prepared.model_id))


def record(case: Case, taught: Taught) -> Changes:
    """Let the case say what its classes say now."""
    return case.apply(RecordAnswers(taught.answers, taught.standings))


def refresh(case: Case) -> Taught | None:
    """Learn what the case teaches and record the answers; None where no class learns or nothing can be recorded."""
    given = None if case.signature or case.is_read_only else material(case)
    if given is None:
        return None
    taught = learn(given)
    record(case, taught)
    return taught


def see_pictures(
    given: Sequence[Path], model: str | None, device: str, cancel: CancelToken, progress: Progress
) -> tuple[tuple[OutsideExample, ...], tuple[str, ...]]:
    """Picture files of one centred cell each as examples from outside a case, and why others cannot be.

    Raises:
        UserError: none of them can be read.
        ModelError: the model is missing or damaged.
        Cancelled: the token was cancelled.
    """
    detector = store.load_detector(device, tell=lambda text: progress(0.0, text))
    classifier = store.load_classifier(device, model, tell=lambda text: progress(0.0, text))
    seen, outcome = single_cells.from_pictures(given, detector, classifier, cancel, progress)
    if not seen:
        why = f" {outcome.failures[0].path}: {outcome.failures[0].reason}" if outcome.failures else ""
        raise UserError(f"None of the pictures can be read.{why}", hint="Choose pictures of one cell each.")
    examples = tuple(OutsideExample(s.vector, s.probabilities, classifier.model_id, s.path.name) for s in seen)
    amiss = [*((f.path, f.reason) for f in outcome.failures), *outcome.warnings]
    return examples, tuple(f"{Path(path).name} {reason}" for path, reason in amiss)


class _Claims:
    """What learned classes say of the cells of a lesson."""

    def __init__(self, given: Lesson, learned: learning.Learned) -> None:
        self._given, self._classes = given, learned.classes
        self._p = learned.probabilities(given.cells) if given.ids else np.zeros((0, len(learned.classes)), np.float32)
        row_of = {cell_id: row for row, cell_id in enumerate(given.ids)}
        for c in learned.new:
            refused = [row_of[i] for i in given.scores[c].refused if i in row_of] if c in given.scores else []
            self._p[refused, self._classes.index(c)] = 0
        self._best = self._p.argmax(axis=1) if len(self._p) else np.zeros(0, np.intp)
        self._first_new = len(learned.old)

    def answers(self, trusted: set[str]) -> dict[int, LearnedAnswer]:
        """Cell id -> the new class that claims it; of the cells that nobody named."""
        found = {}
        for row in np.flatnonzero(self._best >= self._first_new):
            if self._given.is_free[row]:
                name, p = self._classes[self._best[row]], float(self._p[row, self._best[row]])
                found[self._given.ids[row]] = LearnedAnswer(name, p, name in trusted and p >= STANDS_FROM)
        return found

    def suggestions(self, class_id: str) -> tuple[Suggestion, ...]:
        """The cells that nobody named and that a class may be found in, the most probable first."""
        column = self._classes.index(class_id)
        p = np.where(np.array(self._given.is_free, np.bool_), self._p[:, column], 0)
        best = [row for row in np.argsort(-p, kind="stable")[:MOST_SUGGESTIONS].tolist() if p[row] >= LEAST_P]
        return tuple(Suggestion(self._given.ids[r], float(p[r]), int(self._best[r]) == column) for r in best)


def _progressed(given: Lesson, whole: Examples, class_id: str) -> Progressed:
    """A class before it is judged."""
    numbers = [n for n, name in zip(whole.cells, whole.names, strict=True) if name == class_id]
    different = set(numbers)
    return Progressed(
        class_id,
        len(different),
        sum(n < 0 for n in different),
        len(numbers) - len(different),
        given.strangers.get(class_id, 0),
        advice=class_words.few(len(different)) if len(different) < LEAST_EXAMPLES else "",
        scored=class_words.scored(given.scores.get(class_id, Score())),
    )


def _space(known: KnownCells, outside: Sequence[OutsideExample]) -> tuple[str, tuple[str, ...], int]:
    """The model, its classes and the length of its vectors, by which most cells can be compared."""
    keys = Counter((*model, len(vector)) for model, vector in zip(known.models, known.vectors, strict=True))
    if keys:
        return keys.most_common(1)[0][0]
    first = outside[0] if outside else OutsideExample(b"", b"", "", "")
    return first.model_id, (), len(first.vector)


def _seen(probabilities: Sequence[bytes], vectors: Sequence[bytes]) -> Seen:
    if not vectors:
        return Seen(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    rows = np.frombuffer(b"".join(probabilities), "<f4").reshape(len(vectors), -1)
    return Seen.of(rows, np.frombuffer(b"".join(vectors), "<f2").reshape(len(vectors), -1))


def _together(inside: Seen, outside: Seen) -> Seen:
    return Seen.together([inside, outside]) if len(outside) else inside


def _label(known: KnownCells, row: int, base: Sequence[str], is_refused: bool) -> str | None:
    """What a cell is to the classes that do not learn; None if it tells nothing of them."""
    person, machine = known.person[row], known.machine[row]
    if not known.is_active[row]:
        return None
    if person is not None and not (
        person in DEFAULT_TAXONOMY and set(DEFAULT_TAXONOMY.leaves_below(person)) & set(base)
    ):
        return None
    if person is not None:
        return person
    return machine if is_refused and machine in base else ""


def _rest(given: Lesson, kept: Rest | None) -> Rest:
    """The cells that the new classes are held against."""
    rows = [row for row, label in enumerate(given.labels) if label is not None]
    said = [row for row in rows if given.labels[row]]
    taken = _spread(said, _MOST_REST)
    unsaid = _spread([row for row in rows if not given.labels[row]], _MOST_REST - len(taken))
    like_new = _nearer_to_examples(given, unsaid)
    taken += [row for row in unsaid if row not in like_new]
    own = Rest(given.cells.rows(taken), tuple(str(given.labels[row]) for row in taken)) if taken else None
    width = given.examples.features.shape[1]
    beside = _first_of_each(kept) if kept is not None and kept.seen.features.shape[1] == width else None
    parts = [part for part in (beside, own) if part is not None]
    return Rest.together(parts) if parts else Rest(given.cells, ())


def _nearer_to_examples(given: Lesson, rows: Sequence[int]) -> set[int]:
    """Cells that nobody named and that lie nearer to the middle of a class's examples than to that of their own kind.

    They may be of the class: held against it they would keep it from finding the cells like them.
    """
    if not rows or not given.names:
        return set()
    kinds, features = given.cells.scores[list(rows)].argmax(axis=1), given.cells.features[list(rows)]
    scale = 1 / np.maximum(features.std(axis=0), 1e-6)
    names = np.array(given.names)
    middles = np.stack([given.examples.features[names == name].mean(axis=0) for name in dict.fromkeys(given.names)])
    away = np.min([(((features - middle) * scale) ** 2).sum(axis=1) for middle in middles], axis=0)
    found: set[int] = set()
    for kind in np.unique(kinds):
        own = kinds == kind
        from_kind = (((features[own] - np.median(features[own], axis=0)) * scale) ** 2).sum(axis=1)
        found.update(np.array(rows)[own][away[own] < from_kind].tolist())
    return found


def _first_of_each(kept: Rest) -> Rest:
    """The first reference cells of each class, which are the best."""
    seen: Counter[str] = Counter()
    rows = []
    for row, label in enumerate(kept.labels):
        seen[label] += 1
        if seen[label] <= _MOST_KEPT:
            rows.append(row)
    return replace(kept, seen=kept.seen.rows(rows), labels=tuple(kept.labels[row] for row in rows))


def _spread(rows: Sequence[int], most: int) -> list[int]:
    """At most so many, at even distances."""
    return list(rows[:: max(1, -(-len(rows) // most))]) if most > 0 else []
