"""The patient rule with a head start: the model begins when the recogniser foretells the end.

Some recognisers foretell the end of a turn and take it back when the caller goes on. Pipecat runs
the model on what is foretold and holds its answer until the turn has ended; here the turn ends by
the same rule as ever, and nothing is begun on words that cannot be the whole turn.
"""

import asyncio
from typing import Any

from pipecat.frames.frames import EagerEndOfTurnCancelFrame, EagerTranscriptionFrame, Frame
from pipecat.turns.types import ProcessFrameResult, UserTurnSpeculation
from pipecat.turns.user_stop.eager_match_policy import NormalizedMatch

from callwright.conversation.machine import Conversation
from callwright.conversation.turns import looks_complete
from callwright.services.turns import PatientTurnStop

# What is neither confirmed nor taken back by then is thrown away, seconds.
LONGEST_GUESS = 5.0


class EagerTurnStop(PatientTurnStop):
    """Ends turns as `PatientTurnStop` does; lets the model begin before.

    Needs a recogniser that foretells (Deepgram Flux with ``enable_eager_end_of_turn``). A guess is
    thrown away without a trace when the caller goes on, when the words for good are others, and
    when the model wants to run a tool.

    Args:
        conversation: Knows what is being asked.
        silence: Seconds of silence that end a turn whose words look complete.
        patience: Seconds of silence that end any turn.

    Attributes:
        speculates: Whether the model may begin early; the rules of the call may not.
    """

    def __init__(
        self,
        *,
        conversation: Conversation,
        silence: float = 0.5,
        patience: float = 1.6,
        **kwargs: Any,
    ) -> None:
        super().__init__(conversation=conversation, silence=silence, patience=patience, **kwargs)
        self._match = NormalizedMatch()
        self._guess: UserTurnSpeculation | None = None
        self._guess_timer: asyncio.Task[None] | None = None
        self.speculates = True

    async def process_frame(self, frame: Frame) -> ProcessFrameResult:
        """Begin on what is foretold; forget what is taken back."""
        match frame:
            case EagerTranscriptionFrame() if self.speculates:
                await self._foretold(frame.text)
            case EagerEndOfTurnCancelFrame():
                await self._taken_back()
            case _:
                pass
        return await super().process_frame(frame)

    async def trigger_user_turn_stopped(
        self, *, enable_user_speaking_frames: bool | None = None
    ) -> None:
        """End the turn; an answer to the same words is there already."""
        guess = await self._taken_back()
        if guess is None:
            await super().trigger_user_turn_stopped(
                enable_user_speaking_frames=enable_user_speaking_frames
            )
        elif self._match.matches(guess.text, " ".join(self._words)):
            await self.trigger_user_turn_finalized(
                enable_user_speaking_frames=enable_user_speaking_frames, confirms_speculation=True
            )
        else:
            await self.trigger_user_turn_speculation_cancelled()
            await super().trigger_user_turn_stopped(
                enable_user_speaking_frames=enable_user_speaking_frames
            )

    async def handle_user_turn_started(self) -> None:
        """A turn begins: what was guessed of the last one is void."""
        await self._withdraw()
        await super().handle_user_turn_started()

    async def handle_user_turn_stopped(self) -> None:
        """A turn has ended, whoever ended it."""
        await self._withdraw()
        await super().handle_user_turn_stopped()

    async def cleanup(self) -> None:
        """Stop the timer."""
        await self._taken_back()
        await super().cleanup()

    async def _foretold(self, text: str) -> None:
        words = " ".join([*self._words, text])
        expected = self._conversation.expected
        complete = looks_complete(
            words, expected[0] if expected else None, self._limits.region, self._limits.language
        )
        if not complete or self._guess is not None:
            return
        self._guess = UserTurnSpeculation(text=words)
        self._guess_timer = self.task_manager.create_task(
            self._too_long(self._guess), f"{self}::guess_timer"
        )
        await self.trigger_user_turn_inference_triggered(speculation=self._guess)

    async def _too_long(self, guess: UserTurnSpeculation) -> None:
        await asyncio.sleep(LONGEST_GUESS)
        self._guess_timer = None
        if self._guess is guess:
            await self._withdraw()

    async def _withdraw(self) -> None:
        if await self._taken_back() is not None:
            await self.trigger_user_turn_speculation_cancelled()

    async def _taken_back(self) -> UserTurnSpeculation | None:
        """Forget the guess; which it was."""
        guess, self._guess = self._guess, None
        timer, self._guess_timer = self._guess_timer, None
        if timer is not None:
            await self.task_manager.cancel_task(timer)
        return guess
