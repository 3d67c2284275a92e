"""What a class that learns is worth, what would raise it and how it scored, in sentences for people."""

import re
from collections.abc import Mapping

from bloodview.core.differential import wilson
from bloodview.core.own_classes import LEAST_EXAMPLES
from bloodview.models import standing
from bloodview.models.standing import Judgement, Standing
from bloodview.review.records import Score

_FAR = 200
"""More examples than anybody would give."""


def few(number: int) -> str:
    """What a class with too few examples needs."""
    missing = LEAST_EXAMPLES - number
    more = "one more" if missing == 1 else f"{missing} more"
    return f"It answers from {LEAST_EXAMPLES} different examples on: give it {more}."


def worth(judged: Judgement, titles: Mapping[str, str]) -> str:
    """What leave-one-out says, with its interval."""
    low, high = judged.recall.low, judged.recall.high
    said = (
        f"Each example judged by the others: {judged.right} of {judged.n} found again, "
        f"95 % interval {100 * low:.0f} to {100 * high:.0f} %."
    )
    if judged.others:
        said += f" It took {judged.alarms:,} of {judged.others:,} known others for its own."
    near = [titles.get(name, name).lower() for name, _ in judged.neighbours[:2]]
    return f"{said} Most like: {', '.join(near)}." if near else said


def advice(judged: Judgement) -> str:
    """What its standing means, and what would raise it."""
    now = judged.standing
    if now is Standing.TRUSTED:
        return "What it names surely may stand; look at samples of it."
    wanted = Standing.USABLE if now is Standing.DRAFT else Standing.TRUSTED
    look = "Look at every cell that it names."
    least = standing.USABLE if wanted is Standing.USABLE else standing.TRUSTED
    most = standing.BEARABLE if wanted is Standing.USABLE else standing.RARE
    needs = []
    if more := _more(judged.right, judged.n, least):
        needs.append(f"{more} more {'example' if more == 1 else 'examples'} that the others find again")
    if judged.others and judged.false_alarms.high > most:
        many = judged.alarms / judged.others > most
        needs.append(
            "fewer other cells taken for it: refuse what is wrong"
            if many
            else "more cells of other classes that you confirm or refuse, to show that it spares them"
        )
    return f"{look} To be {wanted.value} it needs {' and '.join(needs)}." if needs else look


def _more(right: int, n: int, least: float) -> int:
    """How many more examples, all found again, raise the lower end of the interval so far."""
    return next((k for k in range(_FAR) if wilson(right + k, n + k).low >= least), _FAR)


def scored(score: Score) -> str:
    """How it did on cells before it learned of them; "" while there are none."""
    if not score.n:
        return ""
    interval = wilson(score.right, score.n)
    cells = "cell" if score.n == 1 else "cells"
    return (
        f"Of {score.n} {cells} that you judged since, it had been right on {score.right} before it learned of them, "
        f"95 % interval {100 * interval.low:.0f} to {100 * interval.high:.0f} %."
    )


def in_short(sentence: str, class_id: str, titles: Mapping[str, str]) -> str:
    """A sentence in which classes stand by their ids, without the class it is about, the others by their titles."""

    def named(found: re.Match[str]) -> str:
        title = titles.get(found.group())
        return title.lower() if title is not None and "_" in found.group() else found.group()

    return re.sub(r"\b[a-z][a-z0-9_]*\b", named, sentence.replace(f" of {class_id}", "", 1))
