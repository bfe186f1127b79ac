"""Features of a call's story: what was said, done and put on record, from beginning to end."""

import itertools
import re

from callwright.calls import events as ev
from callwright.calls.folder import BOT_WAV, USER_WAV
from callwright.lab.conformance.calls import Held
from callwright.lab.conformance.verdict import Verdict, verdict
from callwright.lab.recording import read_recording

_SOON = 2.0
_UNITS = {
    "stt": {"seconds"},
    "ears": {"seconds"},
    "tts": {"characters"},
    "llm": {"input_tokens", "output_tokens", "cached_tokens"},
    "s2s": {"input_tokens", "output_tokens", "cached_tokens"},
}


def plain(text: str) -> list[str]:
    """The words of a text, for comparing."""
    return re.findall(r"[\w']+", text.lower())


def greeting(held: Held) -> Verdict:
    """Declared words, heard first and whole."""
    wanted = held.call.declared.agent.greeting or ""
    first = next((event.text for event in held.of(ev.Said)), "")
    heard_at = next((event.at for event in held.of(ev.BotAudible)), None)
    connected = held.of(ev.Connected)[0].at
    problems: list[str] = []
    if plain(first)[: len(plain(wanted))] != plain(wanted):
        problems.append(f"the first words were {first!r}")
    if heard_at is None or heard_at - connected > _SOON:
        problems.append(f"heard at {heard_at}")
    return verdict(problems)


def conversation(held: Held) -> Verdict:
    """At least three turns of the caller, understood and answered, and what came of them."""
    problems: list[str] = []
    said = said_by_caller(held)
    heard = [turn.user for turn in held.turns if turn.user_spoke]
    if [plain(one) for one in heard] != [plain(one) for one in said]:
        problems.append(f"heard {heard}")
    problems += [
        f"unanswered: {turn.user!r}"
        for turn in held.turns
        if turn.user_spoke and turn.answered_at is None
    ]
    facts = held.call.result.conversation.entities
    problems += [
        f"{name} is {fact.status}"
        for name, fact in facts.items()
        if fact.status not in ("captured", "confirmed")
    ]
    if len(said) < 3 or held.call.violations:
        problems.append(f"{held.call.violations}")
    return verdict(problems)


def tool_call(held: Held) -> Verdict:
    """One run, right arguments, its result in the bot's words."""
    # What the tool received, whatever a model wrote when it asked for it.
    runs = [event for event in held.of(ev.ToolStarted) if event.tool == "take_message"]
    results = [event for event in held.of(ev.ToolReturned) if event.tool == "take_message"]
    if len(runs) != 1 or len(results) != 1 or results[0].error:
        return verdict([f"ran {len(runs)} times: {results}"])
    facts = held.call.result.conversation.entities
    problems: list[str] = []
    wanted = {name: (fact.value or "").lower() for name, fact in facts.items()}
    if {name: str(value).lower() for name, value in runs[0].arguments.items()} != wanted:
        problems.append(f"called with {runs[0].arguments}")
    reference = str(results[0].result["reference"])
    later = [event.text for event in held.of(ev.Said) if event.at >= results[0].at]
    if not any(reference in text for text in later):
        problems.append(f"the caller did not hear {reference}")
    return verdict(problems)


def silence(held: Held) -> Verdict:
    """Asked again, offered a human, told goodbye."""
    into_silence = [event for event in held.of(ev.Decided) if event.kind != "greet"]
    said = [event.text for event in held.of(ev.Said)][1:]
    problems: list[str] = []
    if [event.kind for event in into_silence] != ["silence", "silence", "close"]:
        problems.append(f"decided {[event.kind for event in into_silence]}")
    if len(said) != 3:
        return verdict([*problems, f"said {said}"])
    offered = any(word in plain(said[1]) for word in ("somebody", "someone", "human", "person"))
    if "?" not in said[0] or not offered or "goodbye" not in plain(said[2]):
        problems.append(f"said {said}")
    if held.call.result.reason != "the agent ended the call":
        problems.append(held.call.result.reason)
    return verdict(problems)


def graceful_end(held: Held) -> Verdict:
    """Last words in full, nothing left behind."""
    result = held.call.result
    problems = [*held.call.leftovers]
    if (result.outcome, result.reason) != ("completed", "the agent ended the call"):
        problems.append(f"{result.outcome}: {result.reason}")
    closing = (held.call.declared.agent.closing or "").format(
        **{name: fact.value for name, fact in result.conversation.entities.items()}
    )
    last = held.of(ev.Said)[-1].text
    if plain(last)[-len(plain(closing)) :] != plain(closing):
        problems.append(f"the last words were {last!r}")
    whole = held.pieces[-1]
    if whole.whole_words() != len(whole.words):
        problems.append(f"{whole.text!r} was cut off")
    return verdict(problems)


def usage(held: Held) -> Verdict:
    """A line on record for each service that is paid for something."""
    services = held.call.declared.services
    problems: list[str] = []
    amounts = held.of(ev.Used)
    for role, units in _UNITS.items():
        if role not in services or not services[role].env_names:
            continue
        stage = held.stage(role)
        metered = [event.amounts for event in amounts if event.stage == stage]
        if not any(units <= set(one) and any(one.values()) for one in metered):
            problems.append(f"{role}: {metered[:1]}")
    return verdict(problems)


def transcript(held: Held) -> Verdict:
    """What the context holds stands on record, and the sound of both sides beside it."""
    problems: list[str] = []
    turns = [(turn.user, turn.bot) for turn in held.turns if turn.user_spoke]
    problems += [f"turn {number} lacks words" for number, one in enumerate(turns) if not all(one)]
    kept = {
        role: plain(" ".join(text for one, text in held.context if one == role))
        for role in ("user", "assistant")
    }
    if kept["user"] != plain(" ".join(turn.user for turn in held.turns)):
        problems.append("the context has other words of the caller than the record")
    if kept["assistant"] != plain(" ".join(turn.bot for turn in held.turns)):
        problems.append("the context has other words of the bot than the record")
    if not _alternate([role for role, _ in held.context]):
        problems.append("the context is out of order")
    files = [held.call.result.folder / name for name in (USER_WAV, BOT_WAV)]
    problems += [f"no {path.name}" for path in files if path.stat().st_size < 100_000]
    return verdict(problems)


def _alternate(roles: list[str]) -> bool:
    """Whether nobody's turn stands twice in a row; the bot may go on after a tool."""
    return all(one != "user" or two == "assistant" for one, two in itertools.pairwise(roles))


def said_by_caller(held: Held) -> list[str]:
    """The caller's words, turn by turn, as they were recorded."""
    if held.scenario.recording is None:
        return []
    return [turn.says for turn in read_recording(held.recording).turns if turn.says]
