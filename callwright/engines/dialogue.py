"""The wording of decisions: short spoken sentences, the same every time, never the same twice.

Rules decide *what* is said; this decides *how*. Everything ends in a sentence mark, so that a
voice can start with the first sentence while the next is being written.
"""

import re
from dataclasses import dataclass, replace

from callwright.conversation import Conversation, Decision, Plan
from callwright.conversation.entities import EntityBase, PersonName
from callwright.engines.phrases import ENGLISH, LANGUAGES, Phrases


@dataclass(frozen=True, slots=True)
class _Voice:
    """What every sentence is made from: the plan, the facts, the language."""

    plan: Plan
    conversation: Conversation
    say: Phrases


def word(decision: Decision, plan: Plan, conversation: Conversation) -> str:
    """Return the words for a decision; empty only for a tool that follows another.

    Args:
        decision: What to say.
        plan: The call's plan.
        conversation: The call, for the values of its entities and the results of its tools.
    """
    voice = _Voice(plan, conversation, phrases_of(plan))
    return " ".join(part for part in _parts(decision, voice) if part)


def phrases_of(plan: Plan) -> Phrases:
    """Return the stock of sentences in the language of a plan."""
    return LANGUAGES.get(plan.language, ENGLISH)


def _parts(decision: Decision, voice: _Voice) -> list[str]:
    thanks = [_thanks(decision, voice)] if decision.acknowledge else []
    say = voice.say
    match decision.kind:
        case "state":
            then = _parts(decision.then, voice) if decision.then is not None else []
            step = voice.plan.checkpoints[decision.checkpoint or ""]
            return [*thanks, *_told(decision, voice), _sentence(_filled(step.say, voice)), *then]
        case "greet":
            return [_filled(voice.plan.greeting, voice), *_asked(decision, voice)]
        case "ask" if decision.topic == "in_short":
            return [*thanks, _turned(say.in_short, decision.attempt)]
        case "ask":
            before = [*_told(decision, voice), _before_asking(decision, voice)]
            return [*thanks, *before, *_asked(decision, voice)]
        case "read_back":
            return [*thanks, *_told(decision, voice), *_read_back(decision, voice)]
        case "offer":
            return [say.offer]
        case "wait":
            return [say.working if decision.topic == "working" else say.take_your_time]
        case "call_tool":
            # Who was asked for patience a moment ago is not asked again.
            working = [say.working] if decision.answered is None else []
            return [*thanks, *_told(decision, voice), *working]
        case "hand_off":
            failed = [say.tool_failed] if decision.topic == "failed" else []
            own = voice.plan.handoff.say if voice.plan.handoff is not None else ""
            return [*failed, _sentence(_filled(own, voice)) or say.hand_off]
        case "close":
            return [*thanks, *_closed(decision, voice)]
        case "clarify" | "repeat" | "silence" | "answer":
            return [*thanks, *_aside(decision, voice)]


def _aside(decision: Decision, voice: _Voice) -> list[str]:
    """Word what is said before a question, then the question as if for the first time."""
    say = voice.say
    if decision.kind == "repeat":
        opening = say.slower if decision.topic == "slower" else say.sure
        return [opening, *_once_more(decision, voice)]
    then = _parts(replace(decision.then, attempt=1), voice) if decision.then is not None else []
    if decision.kind == "silence":
        return [_turned(say.silence, decision.attempt), *then]
    if decision.kind == "clarify":
        return [*_clarified(decision, voice), *then]
    return [*_answered(decision, voice), *then]


def _turned(sentences: tuple[str, ...], attempt: int) -> str:
    return sentences[(attempt - 1) % len(sentences)]


def _sentence(text: str) -> str:
    """Return text that ends in a sentence mark."""
    text = text.strip()
    return text if not text or text[-1] in ".?!…" else f"{text}."


def _thanks(decision: Decision, voice: _Voice) -> str:
    """Thank by first name when the name was among what was just heard."""
    for name in decision.acknowledge:
        value = voice.conversation.entities[name].value
        if isinstance(voice.plan.entities[name], PersonName) and value:
            return voice.say.thanks_name.format(name=value.split()[0])
    return voice.say.thanks


def _before_asking(decision: Decision, voice: _Voice) -> str:
    if decision.problem:
        return voice.say.problem.format(problem=decision.problem)
    if decision.topic == "misheard":
        return _turned(voice.say.rejected, decision.attempt)
    if decision.topic == "not_verified":
        return _refusal(decision, voice)
    return _turned(voice.say.again, decision.attempt - 1) if decision.attempt > 1 else ""


def _asked(decision: Decision, voice: _Voice) -> list[str]:
    if decision.entity is None:
        return []
    return [_sentence(voice.plan.entities[decision.entity].ask)]


def _read_back(decision: Decision, voice: _Voice) -> list[str]:
    if decision.entity is None or decision.value is None:
        return []
    entity = voice.plan.entities[decision.entity]
    said = entity.say(decision.value, voice.plan.language)
    if entity.confirm == "spell" and entity.spell(decision.value, voice.plan.language) != said:
        said = f"{said}, {entity.spell(decision.value, voice.plan.language)}"
    have = _turned(voice.say.have, decision.attempt).format(value=said)
    return [have, voice.say.right]


def _clarified(decision: Decision, voice: _Voice) -> list[str]:
    if decision.choices and decision.entity is not None:
        entity = voice.plan.entities[decision.entity]
        return [voice.say.which.format(choices=_either(decision.choices, entity, voice))]
    if decision.topic == "misheard":
        return [_turned(voice.say.misheard, decision.attempt)]
    return [voice.say.stop if decision.topic == "stop" else voice.say.go_on]


def _either(values: tuple[str, ...], entity: EntityBase, voice: _Voice) -> str:
    said = [entity.say(value, voice.plan.language) for value in values[:4]]
    separator = "; " if any("," in one for one in said) else ", "
    return (
        f"{separator.join(said[:-1])}{', ' if ';' in separator else ' '}{voice.say.or_} {said[-1]}"
    )


def _once_more(decision: Decision, voice: _Voice) -> list[str]:
    """Say the last thing again: the substance, without thanks or apology."""
    last = decision.then
    if last is None:
        return []
    if last.kind in ("silence", "answer") and last.then is not None:
        last = last.then
    return _parts(replace(last, acknowledge=(), attempt=1, problem=None), voice)


def _answered(decision: Decision, voice: _Voice) -> list[str]:
    say = voice.say
    match decision.topic:
        case "robot":
            return [say.robot]
        case "who":
            return [_introduced(voice)]
        case "hello":
            return [say.hello]
        case "thanks":
            return [say.you_are_welcome]
        case "no_human":
            return [say.no_human]
        case "failed":
            return [_failure(decision, voice)]
        case _:
            handed = voice.conversation.outcome == "handed_off"
            return [say.stay if handed else say.farewell]


_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_HELLO = re.compile(r"^\s*(?:hello|hi|good \w+|hola|buen[oa]s \w+)\s*[,.!]\s*", re.I)


def _introduced(voice: _Voice) -> str:
    """Say who is speaking, in the greeting's own words when they admit to being a machine."""
    for sentence in _SENTENCE.findall(_HELLO.sub("", _filled(voice.plan.greeting, voice))):
        if "?" not in sentence and re.search(r"automat|assistant|asistente|robot", sentence, re.I):
            own = sentence.strip()
            return _sentence(own[:1].upper() + own[1:])
    return voice.say.who


def _failure(decision: Decision, voice: _Voice) -> str:
    tool = voice.plan.tools.get(decision.answered or "")
    return _sentence(_filled(tool.on_failure, voice) if tool else "") or voice.say.tool_failed


def _refusal(decision: Decision, voice: _Voice) -> str:
    tool = voice.plan.tools.get(decision.answered or "")
    return _sentence(_filled(tool.on_refusal, voice) if tool else "") or voice.say.not_verified


def _told(decision: Decision, voice: _Voice) -> list[str]:
    """Return the words of the tool that has just returned."""
    if decision.topic == "not_verified":
        return []  # It said no: what it says after a yes is not for now.
    tool = voice.plan.tools.get(decision.answered or "")
    return [_sentence(_filled(tool.say, voice))] if tool is not None else []


def _closed(decision: Decision, voice: _Voice) -> list[str]:
    say = voice.say
    closing = _sentence(_filled(voice.plan.closing, voice)) or say.farewell
    match decision.topic:
        case "goodbye":
            return [say.goodbye, say.farewell]
        case "incomplete":
            return [say.incomplete, say.farewell]
        case "away":
            return [say.away, say.farewell]
        case "failed":
            return [_failure(decision, voice), say.farewell]
        case "refused":
            return [say.refused, say.farewell]
        case _:
            return [*_told(decision, voice), closing]


def _filled(text: str, voice: _Voice) -> str:
    return voice.conversation.filled(text)
