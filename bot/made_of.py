"""What a call was made of, as plain data for its record: what to look at when two calls differ."""

from typing import Any

from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.ai_service import AIService
from pydantic import BaseModel

from bot.assemble import Assembled
from bot.endings import ending_schemas
from bot.plan import plan_of
from bot.prompt import greeting_request, silence_request
from bot.tools import schemas
from callwright.declarations.load import Declared
from callwright.declarations.steps import Input, Output
from callwright.services.failover import Failover
from callwright.services.turns import PatientTurnStop


def made_of(declared: Declared, parts: Assembled) -> dict[str, Any]:
    """Services, path, languages, patience, steps, and the rules of the tools and of recognition.

    Where a model words the replies, also what it is told: before the call, of its tools, of where
    the call stands, and when it is to say what the rules say.

    Values are as they were declared: `${NAME}` stays `${NAME}`, so nothing of the environment
    gets into a record. What a declaration leaves out, or code does not heed (VAD, turns,
    languages), and what does the work, is told by the parts that were made of it.

    Args:
        declared: Agent and stack.
        parts: What was made of them.
    """
    agent, stack = declared.agent, declared.stack
    made: dict[str, Any] = {
        "languages": list(agent.languages),
        "services": _services(declared, parts),
        "steps": [step.step for step in stack.steps],
        "processors": _processors(declared, parts),
        "turns": stack.turns,
        "silence": agent.silence.model_dump(),
        "handoff": agent.handoff.model_dump()["when"] if agent.handoff else [],
        "checkpoints": {name: _declared(step) for name, step in agent.checkpoints.items()},
        # What the model is told of a tool is below, and where its code stands changes no call.
        "tool_rules": {
            name: _declared(tool, {"python", "description"}) for name, tool in agent.tools.items()
        },
        "vocabulary": list(agent.vocabulary),
    }
    if parts.by_rule:
        return made
    tools = {
        tool.name: {"description": tool.description, "arguments": _arguments(tool.properties)}
        for tool in schemas(plan_of(agent))
    }
    endings = {one.name: {"description": one.description} for one in ending_schemas(agent)}
    told: dict[str, Any] = {"state": parts.conversation.summary()}
    if parts.hears and not parts.has_voice:
        told |= {"greeting": greeting_request("…"), "silence": silence_request("…")}
    return made | {"prompt": _prompt(parts.model), "tools": tools | endings, "told": told}


def _processors(declared: Declared, parts: Assembled) -> dict[str, str]:
    """The class that does each step, and those that hear speech begin and end."""
    steps = zip(declared.stack.steps, parts.steps, strict=True)
    # The two ends are the line's.
    inner = {step.step: one for step, one in steps if not isinstance(step, Input | Output)}
    everything = {"vad": parts.vad, "turn": parts.turn_stop, **inner}
    return {name: type(one).__name__ for name, one in everything.items()}


def _services(declared: Declared, parts: Assembled) -> dict[str, Any]:
    """Each role as it was declared, with how it listens, waits and speaks if that was not."""
    services: dict[str, Any] = {
        role: service.model_dump(by_alias=True, exclude_defaults=True)
        for role, service in declared.stack.services.items()
    }
    _complete(services["vad"], parts.vad.params.model_dump())
    if isinstance(parts.turn_stop, PatientTurnStop):
        limits = parts.turn_stop.limits
        _complete(services["turn"], {"silence": limits.silence, "patience": limits.patience})
    for processor, one in parts.made.items():
        at: Any = services
        for key in one.at[1:]:
            at = at[key]
        language = _setting(processor, "language")
        if language:
            _complete(at, {"language": language})
    return services


def _complete(service: dict[str, Any], settings: dict[str, Any]) -> None:
    """Tell what is in use: also where nobody has declared it, or where code does not heed that."""
    declared = service.get("settings", {})
    taken = {name for name, value in declared.items() if str(value).startswith("${")}
    in_use = {name: value for name, value in settings.items() if name not in taken}
    service["settings"] = {**settings, **declared, **in_use}


def _prompt(model: FrameProcessor) -> str:
    """What the model is told before the call; of several, the first."""
    first = model.services[0] if isinstance(model, Failover) else model
    return _setting(first, "system_instruction")


def _setting(service: FrameProcessor, name: str) -> str:
    """A setting of a service; empty where it has none, or one that is not text."""
    value = getattr(service.settings, name, None) if isinstance(service, AIService) else None
    return str(value) if isinstance(value, str) else ""


def _arguments(properties: dict[str, Any]) -> dict[str, str]:
    return {name: str(one.get("description", "")) for name, one in properties.items()}


def _declared(thing: BaseModel, without: set[str] | None = None) -> dict[str, Any]:
    return thing.model_dump(mode="json", exclude_defaults=True, exclude=without)
