"""A caller made of a goal and a persona: hears the bot's words, answers in words; no sound here.

By rule: the question in the air is found by its wording, a read-back is compared with what the
caller has in mind, and whatever is left is answered with the next thing the caller came to say.
"""

import random
import re
from datetime import date

from rapidfuzz import fuzz

from callwright.conversation import Plan
from callwright.conversation.entities import YesNo
from callwright.lab.goals import Wish, goal, in_letters, is_heard, wish
from callwright.lab.otherwise_said import in_spanish
from callwright.lab.personas import Persona

# From here up, out of 100, a question is one of the agent's own.
_ALIKE = 75.0
# So many turns, or so often the same question, are enough for anybody.
MOST_TURNS = 40
_MOST_OFTEN = 6
_MOST_WAITS = 3

_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_CONFIRMS = re.compile(r"\b(?:right|correct|confirm|is that)\b", re.I)
_HUMAN = re.compile(r"\b(?:a person|a human|somebody|someone)\b", re.I)
_STOPS = re.compile(r"\bend the call\b", re.I)
_PARTING = re.compile(r"\b(?:goodbye|good bye)\b", re.I)

_MUMBLES = ("well you know", "hmm let me think", "it is a bit complicated", "what was that")


class SimulatedCaller:
    """One caller's mind.

    Args:
        plan: What the agent asks for; the caller has a wish for each of it.
        today: The caller's date.
        persona: How the caller behaves.
        seed: Decides everything that is open.
    """

    def __init__(self, plan: Plan, today: date, persona: Persona, seed: int) -> None:
        self._plan, self._today, self.persona = plan, today, persona
        self._draw = random.Random(f"caller {persona.name} {seed}")
        self.goal = goal(plan, today, self._draw, persona.knows)
        if persona.spells:
            self.goal = {
                name: in_letters(one, plan.entities[name], plan, today)
                for name, one in self.goal.items()
            }
        # What the caller has in mind at first, where that is not the goal.
        self._slips: dict[str, Wish] = {}
        for name, entity in plan.entities.items():
            if self._draw.random() < persona.corrects and not isinstance(entity, YesNo):
                value = self.goal[name].value
                self._slips[name] = wish(entity, plan, today, self._draw, other_than=value)
        self._given: set[str] = set()
        self._asked: dict[str, int] = {}
        self._waits = 0
        self.leaves = False
        """Whether the caller has said, or heard, goodbye."""
        self.turns = 0
        self.language = plan.language
        """Of the last answer (ISO 639)."""

    def answer(self, heard: str) -> str | None:
        """Answer the bot's words.

        Args:
            heard: All that the bot said since the caller's last turn, as it was heard.

        Returns:
            The caller's words; empty for saying nothing; None for hanging up.
        """
        self.turns += 1
        self.language = self._plan.language
        words = self._answer(heard)
        return self._in_other_words(words) if words else words

    def _answer(self, heard: str) -> str | None:
        draw, who = self._draw, self.persona
        if self.leaves or self.turns > MOST_TURNS:
            return None
        if _PARTING.search(heard) and "?" not in heard:
            self.leaves = True
            return ""
        if who.silent and draw.random() < who.silent:
            return self._wait()
        if who.says and draw.random() < who.wild:
            return draw.choice(who.says)
        if who.other_language and draw.random() < who.wild:
            self.language = who.other_language.language
            return draw.choice(who.other_language.asks)
        if who.mumbles and draw.random() < who.mumbles:
            return draw.choice(_MUMBLES)
        if who.changes and self._changeable() and draw.random() < who.changes:
            return self._change()
        asked = [one.strip() for one in _SENTENCE.findall(heard) if one.strip().endswith("?")]
        if not asked:
            return self._wait()
        self._waits = 0
        self._asked[asked[-1]] = self._asked.get(asked[-1], 0) + 1
        if self._asked[asked[-1]] > _MOST_OFTEN:
            self.leaves = True
            return "goodbye"
        return self._reply(asked[-1], heard)

    def interrupts(self) -> bool:
        """Whether the caller speaks into what the bot says now."""
        return bool(self.persona.interrupts) and self._draw.random() < self.persona.interrupts

    def interjection(self) -> str:
        """What the caller says into the bot's words."""
        return self._volunteer() if self._draw.random() < 0.5 else "wait a second"

    def pause(self) -> float:
        """How long the caller lets the bot's last word stand, seconds."""
        return self._draw.uniform(*self.persona.pause)

    def _in_other_words(self, words: str) -> str:
        """The same answer, in another language where the caller falls into it."""
        other = self.persona.other_language
        if other is None or self.language == other.language:
            return words
        if self._draw.random() >= other.share:
            return words
        self.language = other.language
        return in_spanish(words)

    def _wait(self) -> str | None:
        """Say nothing, for a while; then speak up, in the end give up."""
        self._waits += 1
        if self._waits <= _MOST_WAITS:
            return "" if self.persona.silent or self._waits > 1 else "okay"
        self.leaves = True
        return "goodbye"

    def _reply(self, question: str, heard: str) -> str:
        name = self._about(question)
        if name is None and _CONFIRMS.search(question):
            return self._judge(heard)
        if name is None and _HUMAN.search(question):
            return "no thank you"
        if name is None and _STOPS.search(question):
            return "no"
        if name is None:
            return self._volunteer()
        if isinstance(self._plan.entities[name], YesNo):
            return "no" if self.persona.refuses else self.goal[name].spoken
        return self._give(name)

    def _about(self, question: str) -> str | None:
        """The entity that a question is about; None when it is none of the agent's own."""
        alike = {
            name: fuzz.ratio(question.lower(), entity.ask.lower())
            for name, entity in self._plan.entities.items()
        }
        best = max(alike, key=lambda name: alike[name], default=None)
        return best if best is not None and alike[best] >= _ALIKE else None

    def _judge(self, heard: str) -> str:
        """Answer a read-back by what the caller has in mind."""
        for name, entity in self._plan.entities.items():
            slip, right = self._slips.get(name), self.goal[name]
            if right.value is not None and is_heard(heard, entity, right.value):
                return self._draw.choice(("yes", "yes that's right", "yes it is"))
            if slip is not None and slip.value is not None and is_heard(heard, entity, slip.value):
                del self._slips[name]
                return f"no it's {right.spoken}"
        return self._draw.choice(("no", "no that's not right"))

    def _give(self, name: str) -> str:
        """The asked value; those in a hurry add what else they know."""
        self._given.add(name)
        said = [self._slips.get(name, self.goal[name]).spoken]
        others = [one for one in self._facts() if one not in self._given]
        for other in others[: self.persona.at_once - 1]:
            said.append(self._told(other))
        return " and ".join(said)

    def _volunteer(self) -> str:
        left = [name for name in self._facts() if name not in self._given]
        if not left:
            return "yes please go on"
        return self._told(left[0])

    def _told(self, name: str) -> str:
        self._given.add(name)
        spoken = self._slips.get(name, self.goal[name]).spoken
        return f"my {name.replace('_', ' ')} is {spoken}"

    def _change(self) -> str:
        """Take back a value that was given."""
        name = self._draw.choice(self._changeable())
        entity, known = self._plan.entities[name], self.goal[name].value
        self.goal[name] = wish(entity, self._plan, self._today, self._draw, other_than=known)
        self._slips.pop(name, None)
        return f"sorry my {name.replace('_', ' ')} is {self.goal[name].spoken}"

    def _changeable(self) -> list[str]:
        """What has been given and may be taken back: nobody changes what is so."""
        return sorted(self._given - self.persona.knows.keys())

    def _facts(self) -> list[str]:
        own = self._plan.own
        return [
            name
            for name, entity in self._plan.entities.items()
            if name not in own and not isinstance(entity, YesNo)
        ]
