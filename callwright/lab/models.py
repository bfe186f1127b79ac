"""Who thinks for the stand-ins of models: the dialogue rules, or somebody who goes against them."""

from datetime import date
from typing import Literal

from callwright.conversation import Plan
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.hostile_mind import HostileMind
from callwright.emulators.parts import Mind

Model = Literal["scripted", "hostile"]
MODELS: tuple[Model, ...] = ("scripted", "hostile")


def mind_of(model: str, plan: Plan, today: date, seed: int) -> Mind:
    """Return the mind of a model.

    Args:
        model: One of `MODELS`: ``scripted`` answers by the dialogue rules, ``hostile`` against
            them.
        plan: What the call has to achieve.
        today: The caller's date.
        seed: Decides what a hostile one does.
    """
    return HostileMind(plan, today, seed) if model == "hostile" else DialogueMind(plan, today)
