"""Who says when a turn begins and ends: this project, or a speech-to-speech provider.

A stack chooses with `turns: ours|theirs`.
"""

from pipecat.frames.frames import BotStartedSpeakingFrame, BotStoppedSpeakingFrame, Frame
from pipecat.turns.types import ProcessFrameResult
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
from processors.frames import EarsFrame


class EarsTurnStart(BaseUserTurnStartStrategy):
    """Begins a turn at words that the ears hear and the VAD does not, while nobody else speaks.

    A word may be too short for the VAD; the caller would wait for an answer until asked whether
    anybody is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self._bot_speaks = False

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """Follow who speaks; may begin a turn."""
        match frame:
            case BotStartedSpeakingFrame():
                self._bot_speaks = True
            case BotStoppedSpeakingFrame():
                self._bot_speaks = False
            case EarsFrame() if not self._bot_speaks:
                await self.trigger_user_turn_started()
                return ProcessFrameResult.STOP
            case _:
                pass
        return ProcessFrameResult.CONTINUE


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
            that it neither begins a turn nor is waited for at its end; what ears hear does both.
    """
    if isinstance(stop, TheirTurnStop):
        return _their_turns(stop)
    if hears and isinstance(stop, PatientTurnStop):
        stop.wait_for_transcript = False
    start: list[BaseUserTurnStartStrategy] = (
        [VADUserTurnStartStrategy(), EarsTurnStart()]
        if hears
        else default_user_turn_start_strategies()
    )
    return UserTurnStrategies(start=start, stop=[stop])


def _their_turns(stop: TheirTurnStop) -> UserTurnStrategies:
    """Turns that begin and end when the provider says so."""
    return UserTurnStrategies(start=[ExternalUserTurnStartStrategy()], stop=[stop])
