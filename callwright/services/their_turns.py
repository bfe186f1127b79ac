"""Turns that a speech-to-speech provider makes by rules of its own (`turns: theirs`)."""

from pipecat.turns.user_start import ExternalUserTurnStartStrategy
from pipecat.turns.user_stop import ExternalUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies


class TheirTurnStop(ExternalUserTurnStopStrategy):
    """Takes a turn to be over when the provider says so.

    Attributes:
        reason: Why, for the record: a provider gives none.
    """

    reason = "the provider took it to be over"


def their_turns(stop: TheirTurnStop) -> UserTurnStrategies:
    """Turns that begin and end when the provider says so."""
    return UserTurnStrategies(start=[ExternalUserTurnStartStrategy()], stop=[stop])
