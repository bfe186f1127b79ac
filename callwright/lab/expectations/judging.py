"""Comparing a call with what is expected of it. Pure: no file, no frame, no clock."""

from itertools import zip_longest
from typing import Any

from callwright.lab.expectations.made import made_differences
from callwright.lab.expectations.seen import Seen
from callwright.lab.expectations.shape import Band, Expected, ToolExpected
from callwright.lab.expectations.texts import holds, told
from callwright.lab.expectations.turns import judge_turns
from callwright.lab.expectations.verdict import Failure, Verdict


def judge(expected: Expected, seen: Seen) -> Verdict:
    """What holds and what does not, the turns first: where they part, the rest follows."""
    verdict = Verdict()
    if expected.turns is not None:
        judge_turns(expected.turns, seen.turns, verdict)
    if expected.outcome is not None:
        failure = Failure("outcome", expected.outcome, seen.outcome)
        verdict.expect(expected.outcome == seen.outcome, failure)
    _entities(expected, seen, verdict)
    for name, status in (expected.checkpoints or {}).items():
        got = seen.checkpoints.get(name, "no such step")
        verdict.expect(got == status, Failure(f"checkpoint {name}", status, got))
    _tools(expected, seen, verdict)
    _events(expected, seen, verdict)
    _latency(expected, seen, verdict)
    if expected.made_of is not None:
        checked, failures = made_differences(expected.made_of, seen.made_of)
        verdict.passed += checked
        verdict.failed += failures
    return verdict


def _entities(expected: Expected, seen: Seen, verdict: Verdict) -> None:
    for name, fact in (expected.entities or {}).items():
        got = seen.entities.get(name)
        if got is None:
            failure = Failure(f"entity {name}", fact.status, "the agent has no such entity")
            verdict.expect(False, failure)
            continue
        value, status = got["value"], str(got["status"])
        ok = status == fact.status and (
            fact.value is None or (value is not None and holds(fact.value, str(value)))
        )
        wanted = [] if fact.value is None else [told(fact.value)]
        found = [] if value is None else [str(value)]
        failure = Failure(
            f"entity {name}", ", ".join([*wanted, fact.status]), ", ".join([*found, status])
        )
        verdict.expect(ok, failure)


def _tools(expected: Expected, seen: Seen, verdict: Verdict) -> None:
    if expected.tools is None:
        return
    for number, (tool, got) in enumerate(zip_longest(expected.tools, seen.tools), start=1):
        failure = _tool_failure(number, tool, got)
        if failure is None:
            verdict.passed += 1
        else:
            verdict.failed.append(failure)
            if tool is None or got is None or tool.name != got["name"]:
                return  # what comes behind it is shifted


def _tool_failure(
    number: int, tool: ToolExpected | None, got: dict[str, Any] | None
) -> Failure | None:
    what = f"tool call {number}"
    if tool is None or got is None:
        wanted = "no further call" if tool is None else tool.name
        return Failure(what, wanted, "none" if got is None else _called(got))
    if tool.name != got["name"]:
        return Failure(what, tool.name, _called(got))
    what = f"tool call {number}, {tool.name}"
    if tool.allowed != got["allowed"]:
        wanted = "allowed" if tool.allowed else "refused"
        return Failure(what, wanted, "allowed" if got["allowed"] else "refused")
    if tool.failed != got["failed"]:
        why = f"failed: {got['reason']}"
        return Failure(what, *(("failed", "returned") if tool.failed else ("returned", why)))
    if tool.arguments is None or tool.arguments == got["arguments"]:
        return None
    names = sorted({*tool.arguments, *got["arguments"]})
    differ = [n for n in names if tool.arguments.get(n, _NONE) != got["arguments"].get(n, _NONE)]
    return Failure(what, _given(differ, tool.arguments), _given(differ, got["arguments"]))


_NONE = object()


def _given(names: list[str], arguments: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}={arguments[name]!r}" if name in arguments else f"no argument {name}"
        for name in names
    )


def _called(got: dict[str, Any]) -> str:
    return str(got["name"]) if got["allowed"] else f"{got['name']}, refused"


def _events(expected: Expected, seen: Seen, verdict: Verdict) -> None:
    if expected.events is None:
        return
    for name in expected.events:
        failure = Failure(f"event {name}", "recorded", "not recorded any more")
        verdict.expect(name in seen.events, failure)
    for name in seen.events:
        if name not in expected.events:
            verdict.failed.append(Failure(f"event {name}", "not recorded", "recorded"))


def _latency(expected: Expected, seen: Seen, verdict: Verdict) -> None:
    if expected.latency is None:
        return
    for name in ("p50", "p95", "max"):
        band: Band | None = getattr(expected.latency, name)
        if band is None:
            continue
        got = seen.latency.get(name)
        ok = got is not None and band.least <= got <= band.most
        shown = "no turn was answered" if got is None else f"{got} ms"
        verdict.expect(ok, Failure(f"response latency, {name}", band.told, shown))
