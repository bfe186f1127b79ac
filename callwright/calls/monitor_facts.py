"""Invariant 4: a confirmed value was read back, and the caller's own words agreed. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callwright.calls import events as ev
from callwright.calls.masks import MASK, is_hashed
from callwright.calls.monitor_words import holds
from callwright.calls.promises import Promises
from callwright.calls.violation import Violation
from callwright.conversation.entities import yes_and_no
from callwright.conversation.listening import Heard

# So many digits are a telephone number without its codes.
_LOCAL = 7


@dataclass(frozen=True, slots=True)
class _Given:
    """A value, and at which event of the record it was given last."""

    value: str | None
    at: int


def facts_confirmed(promised: Promises, events: Sequence[ev.Event]) -> Iterator[Violation]:
    """Yield every confirmation that the record does not prove."""
    given: dict[str, _Given] = {}
    earlier: dict[str, _Given] = {}
    in_turn = False
    for index, event in enumerate(events):
        if isinstance(event, ev.Heard):
            if not in_turn:
                # Words of one turn are understood anew with every piece of it: what was known when
                # it began may be taken back, and come back, with nothing having changed.
                earlier = dict(given)
            in_turn = True
        elif isinstance(event, ev.TurnStarted | ev.TurnEnded):
            in_turn = False
        if not isinstance(event, ev.EntityChanged):
            continue
        known = given.get(event.entity, _Given(None, index))
        if event.value != known.value:
            before_turn = earlier.get(event.entity) if in_turn else None
            returns = before_turn is not None and before_turn.value == event.value
            known = before_turn if returns and before_turn else _Given(event.value, index)
            given[event.entity] = known
        if event.status != "confirmed":
            continue
        if why := _unproved(promised, event, events[known.at : index]):
            yield Violation(4, event.at, f"{event.entity} counts as confirmed, and {why}")


def _unproved(
    promised: Promises,
    confirmed: ev.EntityChanged,
    before: Sequence[ev.Event],
) -> str:
    """Return what the record does not prove of a confirmation; empty when it proves all.

    Args:
        promised: What the call has promised.
        confirmed: The confirmation.
        before: Everything between the value and its confirmation.
    """
    name, value = confirmed.entity, confirmed.value
    if value is None:
        return "it has no value"
    told = any(
        isinstance(one, ev.ReadBack) and (one.entity, one.value) == (name, value) for one in before
    )
    if not told:
        return "that value was never read back since it was given"
    said = [at for at, one in enumerate(before) if isinstance(one, ev.Said)]
    if not any(_reads(promised, name, value, before[at]) for at in said):
        return "no words of the bot hold that value"
    answer = " ".join(one.text for one in before[said[-1] :] if isinstance(one, ev.Heard))
    return _no_yes(promised, value, answer)


def _reads(promised: Promises, name: str, value: str, said: ev.Event) -> bool:
    if not isinstance(said, ev.Said):
        return False
    if MASK in said.text or is_hashed(value):
        # What the mask hides was compared by the rules: the read-back's hash stands for it.
        return MASK in said.text
    entity = promised.entity(name)
    if entity is None:
        return True  # a type of others: nobody here knows how it is said
    if any(holds(said.text, form) for form in (value, entity.say(value), entity.spell(value))):
        return True
    digits = _digits(value)
    return len(digits) >= _LOCAL and digits[-_LOCAL:] in _digits(said.text)


def _no_yes(promised: Promises, value: str, answer: str) -> str:
    judged = any(
        one.get("type") == "yes_no" and one.get("sensitive") for one in promised.entities.values()
    )
    if judged and MASK in answer:
        return ""  # a yes is a secret in this call
    said = {word for word, _ in yes_and_no(answer)}
    if "yes" not in said:
        return f"the caller did not say yes: {answer!r}"
    heard = Heard(words=answer)
    if "no" in said or heard.hesitant:
        return f"the caller took it back: {answer!r}"
    if not is_hashed(value) and heard.contradicts(value):
        return f"the caller said another value: {answer!r}"
    return ""


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdecimal())
