"""Words of a realtime answer on their way to the line."""

import pytest

from callwright.services.realtime import OpenAIRealtimeService


class Reading:
    """A clock that is read a little later than another one, now more, now less."""

    def __init__(self) -> None:
        self.late = [900, 40, 300, 10]

    def get_time(self) -> int:
        return 1_000_000_000 + self.late.pop(0)


async def test_the_end_of_an_answer_never_overtakes_its_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = OpenAIRealtimeService(api_key="none")
    clock = Reading()
    monkeypatch.setattr(service, "get_clock", lambda: clock)
    monkeypatch.setattr(service, "_loop_time", lambda: 5.0)
    # Three words, and the end of the answer, which is due with the last of them.
    due = [service._pts(at) for at in (6.0, 6.0, 6.5, 6.5)]
    assert due == sorted(due)
