"""A process that edits a case without end and tells each edit once it is accepted; started to be killed.

python -m tests.review.restless_editor CASE SEED
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from bloodview.core.taxonomy import FINE
from bloodview.review.case import Case
from bloodview.review.commands import Reject, Relabel

State = dict[int, str]


def plan(start: State, seed: int) -> Iterator[tuple[Relabel | Reject | None, State]]:
    """Edits (None = undo) and what the labels are after each; the same for the same start and seed."""
    rng, states = random.Random(seed), [start]
    while True:
        cell = rng.choice(sorted(start))
        if len(states) > 1 and rng.random() < 0.3:
            states.pop()
            yield None, states[-1]
        elif rng.random() < 0.2:
            states.append(states[-1] | {cell: "rejected"})
            yield Reject((cell,)), states[-1]
        else:
            states.append(states[-1] | {cell: rng.choice(FINE)})
            yield Relabel((cell,), states[-1][cell]), states[-1]


def main() -> None:
    path, seed = sys.argv[1:]
    case = Case.open(Path(path))
    for edit, _ in plan(dict(case.labels()), int(seed)):
        if edit is None:
            case.undo()
        else:
            case.apply(edit)
        sys.stdout.write(f"{case.edit_count}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
