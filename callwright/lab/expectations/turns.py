"""The turns of a call against the expected ones: where they part, lane by lane. Pure."""

from itertools import zip_longest

from callwright.lab.expectations.seen import SeenTurn
from callwright.lab.expectations.shape import Band, Text, TurnExpected
from callwright.lab.expectations.texts import heard_as_expected, holds, told
from callwright.lab.expectations.verdict import Failure, Lane, Parted, Verdict

_NO_MORE = "(the call has no such turn)"
_NO_WORDS = "(nothing)"
_NONE_EXPECTED = "(no such turn)"


def judge_turns(expected: list[TurnExpected], seen: list[SeenTurn], verdict: Verdict) -> None:
    """Compare turn by turn; only the first that differs is told in full."""
    for number, (wanted, got) in enumerate(zip_longest(expected, seen), start=1):
        lanes = _lanes(wanted, got)
        wrong = [lane for lane in lanes if lane.differs]
        verdict.passed += sum(lane.expected is not None and not lane.differs for lane in lanes)
        if not wrong:
            continue
        if verdict.parted is None:
            at = None if got is None else got.start
            verdict.parted = Parted(number, at, lanes)
            verdict.failed += [
                Failure(
                    f"turn {number}, {one.name}", one.expected or _NONE_EXPECTED, one.got, number
                )
                for one in wrong
            ]
        else:
            if got is not None and not verdict.parted.later:
                verdict.parted.said_next = next((one for one in wrong if one.name == "said"), None)
            verdict.parted.later.append(number)


def _lanes(wanted: TurnExpected | None, got: SeenTurn | None) -> list[Lane]:
    if got is None:
        return _only_expected(wanted or TurnExpected())
    if wanted is None:
        return [
            Lane(name, None, text, differs=True)
            for name, text in (("heard", got.user), ("said", got.bot))
            if text is not None
        ]
    lanes = [
        _heard(wanted, got),
        _decided(wanted, got),
        _lane("said", wanted.bot, got.bot),
    ]
    lanes += _interruption(wanted, got)
    if wanted.ended_by is not None:
        lanes.append(_lane("turn over", wanted.ended_by, got.ended_by))
    if wanted.response_ms is not None:
        lanes.append(_response(wanted.response_ms, got))
    return lanes


def _interruption(wanted: TurnExpected, got: SeenTurn) -> list[Lane]:
    words = {True: "interrupted by the caller", False: "not interrupted"}
    cut = isinstance(wanted.bot, str) and wanted.bot != "" and holds(wanted.bot, got.bot)
    if wanted.interrupted and not got.interrupted and cut:
        return [Lane("interruption", words[True], "not on record; the words end as expected", True)]
    if wanted.interrupted != got.interrupted:
        return [Lane("interruption", words[wanted.interrupted], words[got.interrupted], True)]
    whole = isinstance(wanted.bot, str) and got.bot.startswith(f"{wanted.bot} ")
    if got.interrupted and whole:
        return [Lane("interruption", words[True], "the caller spoke, and the bot went on", True)]
    return []


def _heard(wanted: TurnExpected, got: SeenTurn) -> Lane:
    if wanted.user is None or got.user is not None or heard_as_expected(wanted.user, None):
        return _lane("heard", wanted.user, got.user or "")
    return Lane("heard", told(wanted.user), "(the bot spoke unasked)", differs=True)


def _lane(name: str, wanted: Text | None, got: str) -> Lane:
    if wanted is None:
        return Lane(name, None, got, differs=False)
    expected = told(wanted, got) or told(wanted) or _NO_WORDS
    return Lane(name, expected, got, differs=not holds(wanted, got))


def _decided(wanted: TurnExpected, got: SeenTurn) -> Lane:
    text = ", ".join(got.decided) or "nothing"
    if got.failures:
        text += f" ({'; '.join(dict.fromkeys(got.failures))})"
    if wanted.decided is None:
        return Lane("decided", None, text, differs=False)
    expected = ", ".join(wanted.decided) or "nothing"
    return Lane("decided", expected, text, differs=wanted.decided != got.decided)


def _response(band: Band, got: SeenTurn) -> Lane:
    ms = got.response_ms
    ok = ms is not None and band.least <= ms <= band.most
    return Lane("response", band.told, "no answer" if ms is None else f"{ms} ms", not ok)


def _only_expected(wanted: TurnExpected) -> list[Lane]:
    texts = {
        "heard": None if wanted.user is None else told(wanted.user),
        "decided": None if wanted.decided is None else ", ".join(wanted.decided),
        "said": None if wanted.bot is None else told(wanted.bot),
    }
    return [Lane(name, text, _NO_MORE, True) for name, text in texts.items() if text] or [
        Lane("turn", "a turn", _NO_MORE, True)
    ]
