"""What a call was made of, as plain data for its record: what to look at when two calls differ."""

from typing import Any

from pydantic import BaseModel

from bot.plan import plan_of
from bot.prompt import system_prompt
from bot.tools import schemas
from callwright.declarations.load import Declared


def made_of(declared: Declared, by_rule: bool) -> dict[str, Any]:
    """Services, path, languages, patience, steps, and the rules of the tools and of recognition.

    Where a model words the replies, also what it is told.

    Values are as they were declared: `${NAME}` stays `${NAME}`, so nothing of the environment
    gets into a record.
    """
    agent, stack = declared.agent, declared.stack
    made: dict[str, Any] = {
        "languages": list(agent.languages),
        "services": {
            role: service.model_dump(by_alias=True, exclude_defaults=True)
            for role, service in stack.services.items()
        },
        "steps": [step.step for step in stack.steps],
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
    if by_rule:
        return made
    tools = {tool.name: tool.description for tool in schemas(plan_of(agent))}
    return made | {"prompt": system_prompt(agent), "tools": tools}


def _declared(thing: BaseModel, without: set[str] | None = None) -> dict[str, Any]:
    return thing.model_dump(mode="json", exclude_defaults=True, exclude=without)
