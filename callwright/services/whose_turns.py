"""Who says when a turn begins and ends: this project, or a speech-to-speech provider.

A stack chooses with `turns: ours|theirs`.
"""

from pipecat.turns.user_start import (
    BaseUserTurnStartStrategy,
    ExternalUserTurnStartStrategy,
    VADUserTurnStartStrategy,
)
from pipecat.turns.user_stop import BaseUserTurnStopStrategy, ExternalUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import (
    UserTurnStrategies,
    default_user_turn_start_strategies,
)

from callwright.services.turns import PatientTurnStop


class TheirTurnStop(ExternalUserTurnStopStrategy):
    """Takes a turn to be over when the provider says so.

    Attributes:
        reason: Why, for the record: a provider gives none.
    """

    reason = "the provider took it to be over"


def turns_of(stop: BaseUserTurnStopStrategy, *, hears: bool) -> UserTurnStrategies:
    """How the caller's turns begin and end.

    Args:
        stop: Ends a turn.
        hears: The model hears the caller by itself. Its transcript comes when the turn is over, so
            that words neither begin a turn nor are waited for at its end.
    """
    if isinstance(stop, TheirTurnStop):
        return _their_turns(stop)
    if hears and isinstance(stop, PatientTurnStop):
        stop.wait_for_transcript = False
    start: list[BaseUserTurnStartStrategy] = (
        [VADUserTurnStartStrategy()] if hears else default_user_turn_start_strategies()
    )
    return UserTurnStrategies(start=start, stop=[stop])


def _their_turns(stop: TheirTurnStop) -> UserTurnStrategies:
    """Turns that begin and end when the provider says so."""
    return UserTurnStrategies(start=[ExternalUserTurnStartStrategy()], stop=[stop])
