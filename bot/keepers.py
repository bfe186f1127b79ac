"""What keeps an agent's steps on a stack: the gate before its model and the guard behind it."""

from functools import partial
from typing import Any, cast

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import EndWorkerFrame, LLMMessagesAppendFrame, TTSSpeakFrame
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from bot.endings import ending_schemas
from bot.plan import plan_of
from bot.prompt import words_request
from bot.tools import ToolRunner, schemas
from callwright.conversation.machine import Conversation
from callwright.declarations.agent import Agent
from callwright.declarations.load import Declared
from callwright.declarations.steps import SpeechGuard as SpeechGuardStep
from callwright.services.failover import Failover
from callwright.services.failover_s2s import S2SFailover
from callwright.services.realtime_guided import GuidedSession
from processors.audio_guard import AudioGuard
from processors.by_rule import ByRule, Push
from processors.checkpoint_gate import CheckpointGate
from processors.own_words import OwnWords
from processors.speech_guard import SpeechGuard
from processors.state_message import StateMessage
from processors.turn_gate import TurnGate


def has_voice(declared: Declared) -> bool:
    """Whether a stack has a voice that says what it is told to, word for word."""
    return "tts" in declared.services or "announcer" in declared.services


def offered(agent: Agent, names: tuple[str, ...]) -> ToolsSchema:
    """The tools that a model may know of now, and those that end the call."""
    known = [schema for schema in schemas(plan_of(agent)) if schema.name in names]
    return ToolsSchema(standard_tools=cast(Any, [*known, *ending_schemas(agent)]))


class Keepers:
    """Makes gate and guard as the architecture of a stack wants them.

    Args:
        declared: Agent and stack.
        conversation: The rules of the call.
        runner: Runs the agent's tools.
        model: What words the replies.
        own_words: Where the rules' wordings are remembered.
        context: The model's.
    """

    def __init__(
        self,
        declared: Declared,
        conversation: Conversation,
        runner: ToolRunner,
        model: FrameProcessor,
        own_words: OwnWords,
        context: LLMContext,
    ) -> None:
        self._conversation = conversation
        self._model = model
        self._own_words = own_words
        self._context = context
        self._kind = declared.stack.kind
        self._guards = any(isinstance(step, SpeechGuardStep) for step in declared.stack.steps)
        self._has_voice = has_voice(declared)
        self._rules = ByRule(
            conversation,
            runner.run,
            speak=_by_voice if self._has_voice else self._by_model,
            end=_at_once if self._has_voice else self._when_said,
            own_words=own_words,
        )
        self._state = StateMessage(conversation, context, partial(offered, declared.agent))

    def gate(self) -> FrameProcessor:
        """What stands before the model."""
        gate = CheckpointGate if self._kind == "cascaded" else TurnGate
        return gate(self._conversation, self._rules, self._state)

    def guard(self) -> FrameProcessor:
        """What stands behind the model."""
        if self._kind == "s2s":
            asked = None if self._has_voice else self._own_words
            return AudioGuard(self._conversation, self._rules, self._state, asked)
        hears = self._kind != "cascaded"
        return SpeechGuard(self._conversation, self._rules, self._state, hears=hears)

    def guide(self) -> None:
        """Let models that keep the conversation themselves be led by the rules."""
        models = self._model.services if isinstance(self._model, Failover) else [self._model]
        for index, model in enumerate(models):
            if not isinstance(model, GuidedSession):
                continue
            if self._has_voice and index == 0:
                # Whoever takes over is told the conversation when it is its turn.
                model.know(self._context)
            if self._kind == "s2s" and self._guards:
                model.heed(lambda: self._conversation.guarded)
        if self._has_voice and isinstance(self._model, S2SFailover):
            self._model.know(self._context)

    async def _by_model(self, text: str, push: Push) -> None:
        message: Any = {"role": "developer", "content": words_request(text)}
        asking = LLMMessagesAppendFrame([message], run_llm=True)
        await self._model.queue_frame(asking)

    async def _when_said(self, push: Push) -> None:
        self._own_words.final = True


async def _by_voice(text: str, push: Push) -> None:
    await push(TTSSpeakFrame(text, append_to_context=True), FrameDirection.DOWNSTREAM)


async def _at_once(push: Push) -> None:
    # What is on its way to the voice is spoken first.
    await push(EndWorkerFrame(), FrameDirection.UPSTREAM)
