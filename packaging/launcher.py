"""Where the bundle starts: the trainer in the executable named bloodview-trainer, the app in any other."""

import multiprocessing
import sys
from pathlib import Path

TRAINER = "bloodview-trainer"
"""Name of the trainer's executable, without the suffix that Windows adds."""


def main() -> int:
    """Run the app or the trainer; its exit status."""
    multiprocessing.freeze_support()
    if Path(sys.executable).stem == TRAINER:
        from training.__main__ import main as trainer

        return trainer()
    from bloodview.__main__ import main as app

    return app()


if __name__ == "__main__":
    sys.exit(main())
