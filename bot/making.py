"""Constructs the services of a stack as it declares them."""

import importlib
import inspect
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pipecat.audio.vad.vad_analyzer import VADAnalyzer, VADParams
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.transcriptions.language import Language
from pipecat.turns.user_stop.base_user_turn_stop_strategy import BaseUserTurnStopStrategy

from bot.plan import language_request
from bot.prompt import system_prompt
from bot.realtime import realtime_settings
from bot.refusals import Made
from callwright.conversation.machine import Conversation
from callwright.declarations import steps as declared_steps
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.errors import InputError, shown
from callwright.declarations.importing import importing_from
from callwright.declarations.load import Declared
from callwright.engines.language import LanguageRequest, Models, build
from callwright.services.failover_llm import LLMFailover
from callwright.services.failover_s2s import S2SFailover
from callwright.services.failover_stt import EarsFailover, STTFailover
from callwright.services.failover_tts import TTSFailover

FAILOVERS = {
    failover.ROLE: failover
    for failover in (STTFailover, EarsFailover, LLMFailover, S2SFailover, TTSFailover)
}


# What hears and what speaks is told the agent's language, where it is not everybody's usual one.
_LANGUAGE_ROLES = ("stt", "ears", "tts", "announcer")


class Maker:
    """Constructs services; our own ask for the conversation or its language models by name.

    Args:
        declared: Agent and stack.
        conversation: The rules of the call.

    Attributes:
        made: Where each service stands in the stack.
    """

    def __init__(self, declared: Declared, conversation: Conversation) -> None:
        self._declared = declared
        self.conversation = conversation
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
        expected = self.conversation.expected
        return expected[0].name if expected else None

    def _ours(self, cls: type[Any]) -> dict[str, Any]:
        offers: dict[str, Callable[[], Any]] = {
            "conversation": lambda: self.conversation,
            "plan": lambda: self.conversation.plan,
            "question": lambda: self._question,
            "models": lambda: _models(language_request(self._declared.agent)),
        }
        wanted = inspect.signature(cls.__init__).parameters
        return {name: offer() for name, offer in offers.items() if name in wanted}


@cache
def _models(request: LanguageRequest) -> Models:
    """Language models of an agent: built once a process, shared by its calls."""
    return build(request)
