"""From declaration to processors: every service constructed, every step in its place."""

import importlib
import inspect
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMAssistantAggregator,
    LLMContextAggregatorPair,
    LLMUserAggregator,
    LLMUserAggregatorParams,
)
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.llm_service import LLMService
from pipecat.transcriptions.language import Language
from pipecat.turns.user_stop.base_user_turn_stop_strategy import BaseUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies

from bot.endings import register_endings
from bot.keepers import Keepers, has_voice, offered
from bot.plan import language_request, plan_of
from bot.prompt import system_prompt
from bot.realtime import realtime_settings
from bot.refusals import Made
from bot.tools import CallContext, ToolRunner, load_tools, register, schemas
from callwright.conversation.machine import Conversation
from callwright.declarations import steps as declared_steps
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.errors import InputError, shown
from callwright.declarations.importing import importing_from
from callwright.declarations.load import Declared
from callwright.engines.language import LanguageRequest, Models, build
from callwright.lines.line import Line
from callwright.services.eager_turns import EagerTurnStop
from callwright.services.failover import Failover
from callwright.services.failover_llm import LLMFailover
from callwright.services.failover_s2s import S2SFailover
from callwright.services.failover_stt import EarsFailover, STTFailover
from callwright.services.failover_tts import TTSFailover
from callwright.services.prompt_pipeline import PromptPipeline
from callwright.services.realtime_guided import GuidedSession
from callwright.services.their_turns import TheirTurnStop, their_turns
from callwright.services.turns import PatientTurnStop
from processors.announcer import announcer
from processors.ears import Ears
from processors.hear_entities import HearEntities
from processors.own_words import OwnWords

FAILOVERS = {
    failover.ROLE: failover
    for failover in (STTFailover, EarsFailover, LLMFailover, S2SFailover, TTSFailover)
}


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parts of one call.

    Args:
        steps: The processors in the order of the path.
        user: The aggregator of the caller's turns.
        bot: The aggregator of what the caller heard.
        model: What words the replies.
        conversation: The rules of this call.
        own_words: What the rules have said themselves.
        turn_stop: What decides that a turn is over.
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
    conversation: Conversation
    own_words: OwnWords
    turn_stop: BaseUserTurnStopStrategy
    by_rule: bool
    hears: bool
    has_voice: bool
    late: bool
    made: Mapping[FrameProcessor, Made]

    def turn_reason(self) -> str:
        """Why the last turn ended, in words for the record."""
        return str(getattr(self.turn_stop, "reason", type(self.turn_stop).__name__))


def assemble(declared: Declared, line: Line, *, call_id: str, today: date) -> Assembled:
    """Construct everything that a call on `line` needs.

    Args:
        declared: Agent and stack, checked and resolved.
        line: Where the call takes place.
        call_id: What the record calls it.
        today: The caller's date.

    Raises:
        InputError: A service or tool cannot be constructed; says what to do.
    """
    plan = plan_of(declared.agent)
    _warm(Conversation(plan, today))
    conversation = Conversation(plan, today)
    make = _Maker(declared, conversation)
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
    pair = _context(declared, make, turn_stop, by_rule, today)
    llm = make.model(brain)
    tools = load_tools(declared.agent, declared.folder)
    context = CallContext(call_id, declared.agent.agent, line.name)
    runner = ToolRunner(declared.agent, tools, conversation, context)
    own_words = OwnWords()
    keepers = Keepers(declared, conversation, runner, llm, own_words, pair.user().context)
    for model in llm.services if isinstance(llm, Failover) else [llm]:
        model = cast("LLMService[Any]", model)
        register(model, declared.agent, runner, conversation)
        if not by_rule:
            register_endings(model, declared.agent, conversation)
        if isinstance(model, GuidedSession):
            keepers.guide(model)
    processors: dict[type[Any], Callable[[], FrameProcessor]] = {
        declared_steps.Input: line.transport.input,
        declared_steps.Stt: lambda: make.service("stt"),
        declared_steps.Ears: lambda: PromptPipeline([make.service("ears"), Ears()]),
        declared_steps.HearEntities: lambda: HearEntities(conversation, late=late),
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
    steps = [
        make.own(step) if isinstance(step, declared_steps.Own) else processors[type(step)]()
        for step in declared.stack.steps
    ]
    return Assembled(
        steps=steps,
        user=pair.user(),
        bot=pair.assistant(),
        model=llm,
        conversation=conversation,
        own_words=own_words,
        turn_stop=turn_stop,
        by_rule=by_rule,
        hears=hears,
        has_voice=has_voice(declared),
        late=late,
        made=make.made,
    )


def _warm(conversation: Conversation) -> None:
    """Let the libraries behind the rules load their tables now, not at the first number heard."""
    conversation.greeting()
    conversation.caller_said("my number is four one five five five five zero one three two")
    conversation.decide()


def _context(
    declared: Declared,
    make: "_Maker",
    turn_stop: BaseUserTurnStopStrategy,
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
            vad_analyzer=make.vad(),
            user_turn_strategies=their_turns(turn_stop)
            if isinstance(turn_stop, TheirTurnStop)
            else UserTurnStrategies(stop=[turn_stop]),
            user_idle_timeout=agent.silence.after,
            # The rules of the call answer a turn without words, in the agent's own words.
            empty_user_turn=None,
        ),
    )


# What hears and what speaks is told the agent's language, where it is not everybody's usual one.
_LANGUAGE_ROLES = ("stt", "ears", "tts", "announcer")


class _Maker:
    """Constructs services; our own ask for the conversation or its language models by name."""

    def __init__(self, declared: Declared, conversation: Conversation) -> None:
        self._declared = declared
        self._conversation = conversation
        self.made: dict[FrameProcessor, Made] = {}

    def service(self, role: str, **settings: Any) -> FrameProcessor:
        """The service of a role, with those that take over when it fails."""
        first = self._declared.services[role]
        everyone = [first, *first.otherwise]
        with self._named(role):
            made = [self._constructed(one, settings) for one in everyone]
        for index, one in enumerate(made):
            at = ("services", role, *(("else", index - 1) if index else ()))
            self.made[one] = Made(self._declared.stack_path, at, everyone[index])
        if not first.otherwise:
            return made[0]
        return FAILOVERS[role](made, [one.use for one in everyone], first.within)

    def _constructed(self, resolved: ResolvedService, told: dict[str, Any]) -> FrameProcessor:
        cls = self._class(resolved.module, resolved.cls_name)
        self._refuse_language(resolved, cls)
        arguments = self._arguments(resolved, cls)
        by_rule = "conversation" in arguments
        if resolved.role in _LANGUAGE_ROLES and self._language != "en":
            told = told | {"language": Language(self._language)}
        if resolved.role == "s2s":
            told = told | realtime_settings(self._declared.stack, cls)
        if settings := resolved.settings if by_rule else told | resolved.settings:
            arguments["settings"] = cls.Settings(**settings)
        return cls(**arguments)

    @property
    def _language(self) -> str:
        return self._declared.agent.languages[0]

    def _refuse_language(self, resolved: ResolvedService, cls: type[Any]) -> None:
        """Refuse a service that says which languages it knows, when the agent's is none of them."""
        if self._language not in getattr(cls, "languages", (self._language,)):
            raise InputError(
                f"{shown(self._declared.agent_path)}: {resolved.role} {resolved.use!r} does not "
                f"know the agent's language, {self._language!r}",
                "choose another stack, such as --stack cascaded",
            )

    def model(self, role: str) -> FrameProcessor:
        """A service that words the replies; a model is told what the agent declares."""
        if self.by_rule(role):
            return self.service(role)
        return self.service(role, system_instruction=system_prompt(self._declared.agent))

    def by_rule(self, role: str) -> bool:
        """Whether a service is driven by the rules of the call instead of a model."""
        with self._named(role):
            return "conversation" in inspect.signature(self._found(role)[1].__init__).parameters

    def vad(self) -> VADAnalyzer:
        with self._named("vad"):
            resolved, cls = self._found("vad")
            return cls(params=VADParams(**resolved.settings), **self._arguments(resolved, cls))

    def turn(self) -> BaseUserTurnStopStrategy:
        with self._named("turn"):
            resolved, cls = self._found("turn")
            return cls(**resolved.settings, **self._arguments(resolved, cls))

    def own(self, step: declared_steps.Own) -> FrameProcessor:
        with self._named(step.step):
            return self._class(*step.step.split(":"))(**step.settings)

    @contextmanager
    def _named(self, what: str) -> Generator[None]:
        """Say which part of the stack could not be constructed, and why."""
        try:
            yield
        except InputError:
            raise
        except Exception as error:
            raise InputError(
                f"{shown(self._declared.stack_path)}: {what} cannot be set up "
                f"({type(error).__name__}: {error})",
                "mend its settings, or install what it needs (`callwright services`)",
            ) from error

    def _found(self, role: str) -> tuple[ResolvedService, type[Any]]:
        resolved = self._declared.services[role]
        return resolved, self._class(resolved.module, resolved.cls_name)

    def _class(self, module: str, name: str) -> type[Any]:
        with importing_from(self._declared.stack_path.parent, Path.cwd()):
            return getattr(importlib.import_module(module), name)

    def _arguments(self, resolved: ResolvedService, cls: type[Any]) -> dict[str, Any]:
        return {**resolved.arguments(self._declared.env), **self._ours(cls)}

    def _question(self) -> str | None:
        """The question in the air, by its name."""
        expected = self._conversation.expected
        return expected[0].name if expected else None

    def _ours(self, cls: type[Any]) -> dict[str, Any]:
        offers: dict[str, Callable[[], Any]] = {
            "conversation": lambda: self._conversation,
            "plan": lambda: self._conversation.plan,
            "question": lambda: self._question,
            "models": lambda: _models(language_request(self._declared.agent)),
        }
        wanted = inspect.signature(cls.__init__).parameters
        return {name: offer() for name, offer in offers.items() if name in wanted}


@cache
def _models(request: LanguageRequest) -> Models:
    """Language models of an agent: built once a process, shared by its calls."""
    return build(request)
