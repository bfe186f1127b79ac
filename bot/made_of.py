"""What a call was made of, as plain data for its record: what to look at when two calls differ."""

from typing import Any

from bot.prompt import system_prompt
from callwright.declarations.load import Declared


def made_of(declared: Declared, by_rule: bool) -> dict[str, Any]:
    """Services, path, languages and, where a model words the replies, what it is told.

    Values are as they were declared: `${NAME}` stays `${NAME}`, so nothing of the environment
    gets into a record.
    """
    stack = declared.stack
    made: dict[str, Any] = {
        "languages": list(declared.agent.languages),
        "services": {
            role: service.model_dump(by_alias=True, exclude_defaults=True)
            for role, service in stack.services.items()
        },
        "steps": [step.step for step in stack.steps],
        "turns": stack.turns,
    }
    return made if by_rule else made | {"prompt": system_prompt(declared.agent)}
