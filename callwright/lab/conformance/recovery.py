"""Features of a call in trouble: connections break and answers fail, and the call goes on."""

from callwright.calls import events as ev
from callwright.lab.conformance.calls import Held
from callwright.lab.conformance.story import graceful_end, plain, said_by_caller
from callwright.lab.conformance.verdict import Verdict, verdict

_CONNECTED = ("stt", "ears", "tts", "s2s")


def resumes(held: Held) -> Verdict:
    """Each websocket was opened again, and the call came to its end with the right facts."""
    problems: list[str] = []
    for role in sorted(role for role in held.call.scenes if role in _CONNECTED):
        opened = held.call.scenes[role].opened
        if opened < 2:
            problems.append(f"{role} was connected {opened} times")
    heard = [word for turn in held.turns for word in plain(turn.user)]
    if heard != [word for said in said_by_caller(held) for word in plain(said)]:
        problems.append(f"heard {' '.join(heard)!r}")
    facts = held.call.result.conversation.entities
    problems += [
        f"{name} is {fact.status}"
        for name, fact in facts.items()
        if fact.status not in ("captured", "confirmed")
    ]
    return verdict(problems + [graceful_end(held).why] * (graceful_end(held).outcome == "broken"))


def answers_after_error(held: Held) -> Verdict:
    """The error is on record, and every turn was answered within the limit."""
    problems = [violation.what for violation in held.call.violations]
    if not held.of(ev.Trouble) and not held.of(ev.SwitchedOver):
        problems.append("nothing failed")
    if held.call.result.outcome != "completed":
        problems.append(f"{held.call.result.outcome}: {held.call.result.reason}")
    return verdict(problems)
