"""CPU of hearing and deciding on one final transcript, for an agent of ten entities."""

import statistics
import time
from datetime import date

from callwright.conversation import Conversation
from callwright.conversation.entities import EntityBase
from callwright.conversation.entities.parameters import TYPES, entity_of
from callwright.conversation.plan import Plan

TODAY = date(2026, 11, 20)
TURNS_A_MINUTE = 6
"""Of the caller in a busy conversation."""

_ENTITIES: dict[str, tuple[str, dict[str, str]]] = {
    "full_name": ("person_name", {}),
    "birth_date": ("date", {"past": "true"}),
    "callback": ("phone", {}),
    "mail": ("email", {}),
    "address": ("postal_address", {}),
    "policy": ("code", {"pattern": "[A-Z]{2}[0-9]{6}"}),
    "appointment": ("datetime", {}),
    "guests": ("number", {"min": "1", "max": "20"}),
    "service": ("choice", {"values": "towing|lockout|flat tire|jump start"}),
    "reason": ("text", {}),
}
_TURNS = (
    "hi my name is anna bell and i'm calling because my car does not start",
    "march third nineteen eighty five, no, fourth",
    "it's four one five, five five five, oh one three two",
    "anna dot bell at gmail dot com",
    "seven forty two evergreen terrace springfield",
    "a b as in boy one two three four five six",
    "next tuesday at half past three in the afternoon",
    "there will be four of us",
    "i think i need a tow or maybe a jump start",
    "yes that's right",
    "no sorry could you say that again please",
    "in two weeks at noon would be better for me i guess",
)
_ROUNDS = 25


def _plan() -> Plan:
    entities: dict[str, EntityBase] = {}
    for name, (kind, params) in _ENTITIES.items():
        made = entity_of(TYPES[kind], params)
        question = f"What is your {name.replace('_', ' ')}?"
        entities[name] = made.model_copy(update={"ask": question, "confirm": "read_back"})
    return Plan(greeting="Hello.", entities=entities)


def measure() -> list[str]:
    """Measure every turn of a call many times; the figures are of one final transcript each."""
    spent: list[float] = []
    for _ in range(_ROUNDS):
        call = Conversation(_plan(), TODAY)
        call.greeting()
        for number, words in enumerate(_TURNS):
            before = time.process_time()
            call.turn_started()
            # The same words never come twice, so nothing may be remembered of them.
            call.caller_said(f"{words} {'please ' * (len(spent) % 7)}{number}x")
            call.decide()
            spent.append(time.process_time() - before)
    ordered = sorted(spent)
    median, worst = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    core = statistics.mean(ordered) * TURNS_A_MINUTE / 60
    return [
        f"one final transcript, 10 entities: {median * 1000:.2f} ms of CPU at the median, "
        f"{worst * 1000:.2f} ms at P95 (goal: under 5 ms at the median)",
        f"at {TURNS_A_MINUTE} turns a minute: {core * 100:.3f} % of a core for each call",
    ]
