import threading

import pytest

from bloodview.core.cancel import Cancelled, CancelToken


def test_a_cancelled_token_stops_work_at_its_next_check() -> None:
    token = CancelToken()
    token.check()
    token.cancel()
    with pytest.raises(Cancelled):
        token.check()


@pytest.mark.parametrize("end", ["go_on", "cancel"])
def test_paused_work_waits_until_it_goes_on_or_is_cancelled(end: str) -> None:
    token, passed, stopped = CancelToken(), threading.Event(), threading.Event()
    token.pause()
    assert token.is_paused

    def work() -> None:
        try:
            token.check()
            passed.set()
        except Cancelled:
            stopped.set()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(0.1)
    assert worker.is_alive()
    getattr(token, end)()
    worker.join(5)
    assert (passed.is_set(), stopped.is_set()) == (end == "go_on", end == "cancel")


def test_a_cancelled_token_cannot_be_paused() -> None:
    token = CancelToken()
    token.cancel()
    token.pause()
    assert not token.is_paused
