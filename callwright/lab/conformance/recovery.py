"""Features of a call in trouble: connections break and answers fail, and the call goes on."""

from callwright.calls import events as ev
from callwright.lab.conformance.calls import Held
from callwright.lab.conformance.story import conversation, graceful_end
from callwright.lab.conformance.verdict import Verdict, verdict

_CONNECTED = ("stt", "ears", "tts", "s2s")


def resumes(held: Held) -> Verdict:
    """Each websocket was opened again, and the call came to its end with the right facts."""
    problems: list[str] = []
    for role in sorted(role for role in held.call.scenes if role in _CONNECTED):
        opened = held.call.scenes[role].opened
        if opened < 2:
            problems.append(f"{role} was connected {opened} times")
    problems += [
        look(held).why for look in (conversation, graceful_end) if look(held).outcome == "broken"
    ]
    return verdict(problems)


def answers_after_error(held: Held) -> Verdict:
    """The error is on record, and every turn was answered within the limit."""
    problems = [violation.what for violation in held.call.violations]
    if not held.of(ev.Trouble) and not held.of(ev.SwitchedOver):
        problems.append("nothing failed")
    if held.call.result.outcome != "completed":
        problems.append(f"{held.call.result.outcome}: {held.call.result.reason}")
    return verdict(problems)
