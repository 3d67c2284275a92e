"""Work of a second or so that something waits for: done on a worker while the window goes on being painted."""

from collections.abc import Callable

from PySide6.QtCore import QEventLoop

from bloodview.ui.jobs import Jobs


def aside(jobs: Jobs, work: Callable[[], bool]) -> bool:
    """What work says that is done on the reads lane; False if it failed, or the program ended meanwhile.

    What a person does meanwhile waits for the end of it.
    """
    loop, said = QEventLoop(), list[bool]()

    def done(answer: bool) -> None:
        said.append(answer)
        loop.quit()

    def failed(_error: Exception) -> None:
        said.append(False)
        loop.quit()

    jobs.reads(work, on_done=done, on_error=failed)
    if not said:  # a runner may have answered already
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    return bool(said and said[0])
