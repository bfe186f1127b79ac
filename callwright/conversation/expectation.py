"""What the conversation is waiting to hear: the question in the air, told to whoever listens.

An ear that knows what is being asked hears better (a grammar or a language model here, keyterms
elsewhere), and a turn detector that knows it waits for the rest of a half-spoken number.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing the caller may be about to say.

    Args:
        name: The entity's name in the declaration, or the question's own name (``confirmation``).
        type: An entity type of the contract (``phone``, ``person_name``, ``yes_no`` …).
        values: The allowed values, for a choice.
        examples: Phrases a caller may answer with, from the declaration.
    """

    name: str
    type: str
    values: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
