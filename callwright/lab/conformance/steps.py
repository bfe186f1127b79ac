"""Features of a call with required steps: what was kept, what was heard, who took over."""

from callwright.calls import events as ev
from callwright.calls.folder import CALL_YAML, EVENTS
from callwright.lab.conformance.calls import Held
from callwright.lab.conformance.story import plain
from callwright.lab.conformance.verdict import Verdict, verdict

# What the caller of the clinic says, canonical.
_FACTS = {
    "full_name": "Anna Bell",
    "date_of_birth": "1985-03-03",
    "visit": "blood test",
    "appointment": "2026-01-06T15:00",
    "agreed": "yes",
}
# The sensitive one in every form in which it was said or written.
_SECRET = ("1985-03-03", "march third", "nineteen eighty")


def taken(held: Held) -> Verdict:
    """All steps passed, in the order in which they are declared, and every tool behind its own."""
    problems = [violation.what for violation in held.call.violations]
    declared = list(held.call.declared.agent.checkpoints)
    passed = [one.checkpoint for one in held.of(ev.CheckpointChanged) if one.status == "passed"]
    if passed != declared:
        problems.append(f"passed {passed}")
    ran = [event.tool for event in held.of(ev.ToolStarted)]
    if ran != list(held.call.declared.agent.tools):
        problems.append(f"ran {ran}")
    if held.call.result.outcome != "completed":
        problems.append(f"{held.call.result.outcome}: {held.call.result.reason}")
    return verdict(problems)


def facts(held: Held) -> Verdict:
    """The values that the caller gave; those that have to be, confirmed."""
    known = held.call.result.conversation.entities
    found = {name: known[name].value for name in _FACTS}
    problems = [f"{name} is {found[name]!r}" for name in _FACTS if found[name] != _FACTS[name]]
    for name, entity in held.call.result.conversation.plan.entities.items():
        if entity.confirm != "none" and known[name].status != "confirmed":
            problems.append(f"{name} is {known[name].status}")
    return verdict(problems)


def masked(held: Held) -> Verdict:
    """Nothing of the birth date in the folder's texts, and both sides' sound of it listed."""
    folder = held.call.result.folder
    written = " ".join((folder / name).read_text().lower() for name in (CALL_YAML, EVENTS))
    problems = [f"{form!r} stands in the record" for form in _SECRET if form in written]
    sides = {event.side for event in held.of(ev.SensitiveSound)}
    if sides != {"user", "bot"}:
        problems.append(f"sound is listed of {sorted(sides)}")
    return verdict(problems)


def handed_over(held: Held) -> Verdict:
    """Declared words last, and the outcome that goes with them."""
    problems = [violation.what for violation in held.call.violations]
    handoff = held.call.declared.agent.handoff
    wanted = plain((handoff.say if handoff is not None else None) or "")
    last = held.of(ev.Said)[-1].text
    if not wanted or plain(last)[-len(wanted) :] != wanted:
        problems.append(f"the last words were {last!r}")
    if held.call.result.outcome != "handed_off":
        problems.append(f"{held.call.result.outcome}: {held.call.result.reason}")
    return verdict(problems)
