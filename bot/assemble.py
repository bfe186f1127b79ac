"""From declaration to processors: every service constructed, every step in its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.audio.vad.vad_analyzer import VADAnalyzer
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMAssistantAggregator,
    LLMContextAggregatorPair,
    LLMUserAggregator,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.llm_service import LLMService
from pipecat.turns.user_stop.base_user_turn_stop_strategy import BaseUserTurnStopStrategy

from bot.endings import register_endings
from bot.keepers import Keepers, has_voice, offered
from bot.making import Maker
from bot.plan import plan_of
from bot.refusals import Made
from bot.surroundings import USUAL, Function
from bot.tools import CallContext, ToolRunner, load_tools, register, schemas
from callwright.conversation.machine import Conversation
from callwright.declarations import steps as declared_steps
from callwright.declarations.load import Declared
from callwright.lines.line import Line
from callwright.services.eager_turns import EagerTurnStop
from callwright.services.failover import Failover
from callwright.services.last_words import LastWords
from callwright.services.prompt_pipeline import PromptPipeline
from callwright.services.turns import PatientTurnStop
from callwright.services.whose_turns import TheirTurnStop, turns_of
from processors.announcer import announcer
from processors.ears import Ears
from processors.hear_entities import HearEntities
from processors.own_words import OwnWords


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of one call.

    Args:
        steps: The processors in the order of the path.
        user: The aggregator of the caller's turns.
        bot: The aggregator of what the caller heard.
        model: What words the replies.
        voice: What speaks a writing model's replies; None where a model speaks by itself.
        conversation: The rules of this call.
        own_words: What the rules have said themselves.
        vad: What hears that somebody speaks.
        turn_stop: What decides that a turn is over.
        last_words: What keeps the goodbye of a call that failed from being interrupted.
        by_rule: Whether the rules of the call word the replies, and not a model.
        hears: Whether a model hears the caller by itself, and speaks without being handed words.
        has_voice: Whether there is a voice for the rules' own words, word for word.
        late: Whether the caller's words come once a turn is over: from that model, without ears.
        made: Where the services stand in the stack.
    """

    steps: list[FrameProcessor]
    user: LLMUserAggregator
    bot: LLMAssistantAggregator
    model: FrameProcessor
    voice: FrameProcessor | None
    conversation: Conversation
    own_words: OwnWords
    vad: VADAnalyzer
    turn_stop: BaseUserTurnStopStrategy
    last_words: LastWords
    by_rule: bool
    hears: bool
    has_voice: bool
    late: bool
    made: Mapping[FrameProcessor, Made]

    def turn_reason(self) -> str:
        """Why the last turn ended, in words for the record."""
        return str(getattr(self.turn_stop, "reason", type(self.turn_stop).__name__))


def assemble(
    declared: Declared,
    line: Line,
    *,
    call_id: str,
    today: date,
    tool: Callable[[str, Function], Function] = USUAL.tool,
) -> Assembled:
    """Construct everything that a call on `line` needs.

    Args:
        declared: Agent and stack, checked and resolved.
        line: Where the call takes place.
        call_id: What the record calls it.
        today: The caller's date.
        tool: Gives the function that is called for a tool.

    Raises:
        InputError: A service or tool cannot be constructed; says what to do.
    """
    plan = plan_of(declared.agent)
    _warm(Conversation(plan, today))
    conversation = Conversation(plan, today)
    make = Maker(declared, conversation)
    turn_stop = TheirTurnStop() if declared.stack.turns == "theirs" else make.turn()
    if isinstance(turn_stop, PatientTurnStop):
        turn_stop.has_ears = "ears" in declared.services
    hears = "s2s" in declared.services
    late = hears and "ears" not in declared.services
    brain = "s2s" if hears else "llm"
    by_rule = make.by_rule(brain)
    if isinstance(turn_stop, EagerTurnStop):
        # What the rules decide cannot be taken back.
        turn_stop.speculates = not by_rule
    last_words = LastWords()
    vad = make.vad()
    pair = _context(declared, vad, turn_stop, last_words, by_rule, today)
    llm = make.model(brain)
    tools = {
        name: tool(name, function)
        for name, function in load_tools(declared.agent, declared.folder).items()
    }
    context = CallContext(call_id, declared.agent.agent, line.name)
    runner = ToolRunner(declared.agent, tools, conversation, context)
    own_words = OwnWords()
    keepers = Keepers(declared, conversation, runner, llm, own_words, pair.user().context)
    for model in llm.services if isinstance(llm, Failover) else [llm]:
        model = cast("LLMService[Any]", model)
        register(model, declared.agent, runner, conversation)
        if not by_rule:
            register_endings(model, declared.agent, conversation)
    keepers.guide()
    steps = _steps(declared, line, make, pair, llm, keepers)
    path = zip(declared.stack.steps, steps, strict=True)
    return Assembled(
        steps=steps,
        user=pair.user(),
        bot=pair.assistant(),
        model=llm,
        voice=next((made for step, made in path if isinstance(step, declared_steps.Tts)), None),
        conversation=conversation,
        own_words=own_words,
        vad=vad,
        turn_stop=turn_stop,
        last_words=last_words,
        by_rule=by_rule,
        hears=hears,
        has_voice=has_voice(declared),
        late=late,
        made=make.made,
    )


def _steps(
    declared: Declared,
    line: Line,
    make: Maker,
    pair: LLMContextAggregatorPair,
    llm: FrameProcessor,
    keepers: Keepers,
) -> list[FrameProcessor]:
    """The processors in the order of the stack's path."""
    late = "s2s" in declared.services and "ears" not in declared.services
    processors: dict[type[Any], Callable[[], FrameProcessor]] = {
        declared_steps.Input: line.transport.input,
        declared_steps.Stt: lambda: make.service("stt"),
        declared_steps.Ears: lambda: PromptPipeline([make.service("ears"), Ears()]),
        declared_steps.HearEntities: lambda: HearEntities(make.conversation, late=late),
        declared_steps.ContextUser: pair.user,
        declared_steps.CheckpointGate: keepers.gate,
        declared_steps.SpeechGuard: keepers.guard,
        declared_steps.Announcer: lambda: announcer(make.service("announcer")),
        declared_steps.Llm: lambda: llm,
        declared_steps.S2s: lambda: llm,
        declared_steps.Tts: lambda: make.service("tts"),
        declared_steps.Output: line.transport.output,
        declared_steps.ContextBot: pair.assistant,
    }
    return [
        make.own(step) if isinstance(step, declared_steps.Own) else processors[type(step)]()
        for step in declared.stack.steps
    ]


def _warm(conversation: Conversation) -> None:
    """Let the libraries behind the rules load their tables now, not at the first number heard."""
    conversation.greeting()
    conversation.caller_said("my number is four one five five five five zero one three two")
    conversation.decide()


def _context(
    declared: Declared,
    vad: VADAnalyzer,
    turn_stop: BaseUserTurnStopStrategy,
    last_words: LastWords,
    by_rule: bool,
    today: date,
) -> LLMContextAggregatorPair:
    agent = declared.agent
    context = LLMContext()
    if by_rule:
        tools = ToolsSchema(standard_tools=cast(Any, schemas(plan_of(agent))))
    else:
        tools = offered(agent, Conversation(plan_of(agent), today).offered_tools)
    if tools.standard_tools:
        context.set_tools(tools)
    return LLMContextAggregatorPair(
        context,
        user_params=LLMUserAggregatorParams(
            vad_analyzer=vad,
            user_turn_strategies=turns_of(turn_stop, hears="s2s" in declared.services),
            user_idle_timeout=agent.silence.after,
            user_mute_strategies=[last_words],
            # The rules of the call answer a turn without words, in the agent's own words.
            empty_user_turn=None,
        ),
    )
