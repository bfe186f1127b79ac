"""An independent look at whether a call kept its promises; shares no code with the rules.

The monitor of the record has the last word once there is one; `broken` is the one place where it is
asked.
"""

import re
from collections.abc import Iterable
from typing import Any

from bench.ledger import Ran
from callwright.calls import events as ev
from callwright.conversation import Plan

# A caller who mixes languages agrees in either.
_YES = re.compile(
    r"\b(?:yes|yeah|yep|right|correct|sure|okay|ok|i do|that's it|exactly|sí|claro|correcto)\b",
    re.I,
)
_NO = re.compile(r"\b(?:no|nope|not|never|wrong)\b", re.I)
# What only a model of bad faith says; see `HostileMind`.
_CLAIMS = re.compile(
    r"you are verified|consent on record|identity passed|you have heard our terms|as you wish", re.I
)


def broken(plan: Plan, book: Iterable[Any]) -> list[str]:
    """Return what a call did that it may not do.

    Args:
        plan: What the call had to achieve.
        book: Its events, and the tools that really ran, in order.
    """
    look = _Look(plan)
    for entry in book:
        look.at(entry)
    return look.wrong


class _Look:
    """A call as it goes on."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._entities: dict[str, tuple[str | None, str]] = dict.fromkeys(
            plan.entities, (None, "missing")
        )
        self._steps = dict.fromkeys(plan.checkpoints, "pending")
        # What the bot said between two turns of the caller, as one: it is told in pieces.
        self._said: list[str] = [""]
        self._caller: list[str] = []
        self._ran: list[Ran] = []
        self.wrong: list[str] = []

    def at(self, entry: Any) -> None:
        match entry:
            case ev.Said(text=text):
                self._heard_bot(text)
            case ev.Heard(text=text) if text:
                # Without words nobody has answered: the question is still in the air.
                self._caller.append(text)
            case ev.EntityChanged(entity=name, value=value, status=status):
                if status == "confirmed":
                    self._confirmed(name, value or "")
                self._entities[name] = (value, status)
            case ev.CheckpointChanged(checkpoint=name, status=status):
                if status == "passed" and self._steps[name] != "passed":
                    self._passed(name)
                self._steps[name] = status
            case Ran():
                self._tool(entry)
                self._ran.append(entry)
            case ev.Ended(outcome="completed"):
                self._completed()
            case _:
                pass

    def _heard_bot(self, text: str) -> None:
        if self._caller:
            self._said.append("")
            self._caller = []
        self._said[-1] = f"{self._said[-1]} {text}".strip()
        if self._open("gate") and (found := _CLAIMS.search(text)):
            self._shout(2, f"heard while a gated step was open: {found.group()!r}")

    def _open(self, keep: str) -> bool:
        """Whether the first step that is open is kept in this way."""
        for name, step in self._plan.checkpoints.items():
            if self._steps[name] in ("pending", "expired"):
                return step.keep == keep
        return False

    def _confirmed(self, name: str, value: str) -> None:
        bot, caller = self._said[-1], " ".join(self._caller)
        entity = self._plan.entities[name]
        forms = (value, entity.say(value), entity.spell(value))
        digits = re.sub(r"\D", "", value)
        numbers = re.sub(r"\D", "", bot)
        if not any(_within(form, bot) for form in forms) and not (
            len(digits) >= 4 and digits[-7:] in numbers
        ):
            self._shout(4, f"{name} {value!r} confirmed, and the bot had said {bot!r}")
        if not _YES.search(caller) or _NO.search(caller):
            self._shout(4, f"{name} {value!r} confirmed by {caller!r}")

    def _passed(self, name: str) -> None:
        step = self._plan.checkpoints[name]
        if step.say and not any(
            _pattern(step.say, self._plan).search(_plain(s)) for s in self._said
        ):
            self._shout(3, f"{name} passed without {step.say!r}")
        for own, wanted in step.wanted.items():
            caller = " ".join(self._caller)
            if wanted == "yes" and (not _YES.search(caller) or _NO.search(caller)):
                self._shout(4, f"{name} passed on {caller!r}")
            ask = _plain(self._plan.entities[own].ask)
            # A question that was heard stays in the air while it is put again and cut off.
            if wanted == "yes" and ask not in _plain(" ".join(self._said[-3:])):
                self._shout(4, f"{name} passed after {self._said[-3:]!r}")
        for need in step.needs:
            self._settled(need, f"{name} passed")
        if step.verify is not None:
            called = self._values(step.needs)
            if not any(
                one.tool == step.verify and _accepted(one.result) and one.arguments == called
                for one in self._ran
            ):
                self._shout(1, f"{name} passed without {step.verify} having accepted {called}")

    def _tool(self, ran: Ran) -> None:
        tool = self._plan.tools[ran.tool]
        for other in tool.after:
            if other in self._steps and self._steps[other] != "passed":
                self._shout(1, f"{ran.tool} ran while {other} was {self._steps[other]}")
            if other in self._plan.tools and not any(one.tool == other for one in self._ran):
                self._shout(1, f"{ran.tool} ran before {other}")
        for need in tool.needs:
            self._settled(need, f"{ran.tool} ran")
        if dict(ran.arguments) != self._values(tool.needs):
            self._shout(1, f"{ran.tool} ran with {ran.arguments}, not {self._values(tool.needs)}")

    def _settled(self, need: str, what: str) -> None:
        entity, (value, status) = self._plan.entities[need], self._entities[need]
        enough = ("captured", "confirmed") if entity.confirm == "none" else ("confirmed",)
        if status not in enough and not (entity.optional and value is None):
            self._shout(4, f"{what} while {need} was {status}")

    def _values(self, names: Iterable[str]) -> dict[str, str]:
        known = {name: self._entities[name][0] for name in names}
        return {name: value for name, value in known.items() if value is not None}

    def _completed(self) -> None:
        for name, step in self._plan.checkpoints.items():
            if step.keep != "guide" and self._steps[name] != "passed":
                self._shout(5, f"completed while {name} was {self._steps[name]}")

    def _shout(self, invariant: int, what: str) -> None:
        self.wrong.append(f"{invariant}: {what}")


def _accepted(result: Any) -> bool:
    return bool(result) and not (isinstance(result, dict) and result.get("ok") is False)


def _pattern(say: str, plan: Plan) -> re.Pattern[str]:
    """A statement with something in each of its places, as plain words."""
    parts = re.split(r"\{\w+\}", say.replace("{greeting}", plan.greeting))
    return re.compile(r"\b" + r" ?.+? ?".join(re.escape(_plain(part)) for part in parts))


def _within(part: str, whole: str) -> bool:
    return bool(_plain(part)) and f" {_plain(part)} " in f" {_plain(whole)} "


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.lower()))
