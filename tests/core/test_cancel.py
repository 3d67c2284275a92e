import threading

import pytest

from bloodview.core.cancel import Cancelled, CancelToken, gives_way_to, giving_way_to


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


def test_others_go_first_at_each_check_and_while_the_work_is_paused() -> None:
    gone: list[str] = []

    def others() -> None:
        gone.append("others")
        if len(gone) == 3:
            token.go_on()

    token = CancelToken(others)
    token.check()
    assert gone == ["others"]
    token.pause()
    token.check()
    assert len(gone) >= 3
    token.cancel()
    with pytest.raises(Cancelled):
        token.check()
    assert len(gone) == 3, "work that is to stop keeps nobody waiting"


def test_a_thread_gives_way_to_what_its_own_work_does() -> None:
    elsewhere: list[object] = []

    def one() -> None: ...

    with giving_way_to(one):
        with giving_way_to(None):
            assert gives_way_to() is None
        assert gives_way_to() is one
        thread = threading.Thread(target=lambda: elsewhere.append(gives_way_to()))
        thread.start()
        thread.join()
    assert (gives_way_to(), elsewhere) == (None, [None])
