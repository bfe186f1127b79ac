"""The guide to steps tells what happens: its agent is checked, and its call is held."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from bot.plan import plan_of
from callwright.conversation import Conversation
from callwright.declarations.load import load
from callwright.engines.dialogue import word

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "steps.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def lines() -> list[tuple[str, str]]:
    """Caller and agent, line by line, of the table of what happens."""
    rows = re.findall(r"^\| (.*?) ?\| (.*?) \|$", GUIDE, re.MULTILINE)
    return [(caller.strip(), agent) for caller, agent in rows if agent != "the agent"]


def test_the_agent_of_the_guide_holds_the_call_of_the_guide(tmp_path: Path) -> None:
    path = tmp_path / "agent.yaml"
    path.write_text(blocks("yaml")[0])
    (code,) = blocks("python")
    tmp_path.joinpath("tools.py").write_text(code)
    tools: dict[str, Any] = {}
    exec(code, tools)
    rules = Conversation(plan_of(load(path).agent), date(2026, 11, 20))
    rules.greeting()
    rules.bot_said(rules.plan.greeting)
    assert len(lines()) == 8
    for caller, agent in lines():
        if caller:
            rules.turn_started()
            rules.caller_said(caller)
        decision = rules.decide()
        said = word(decision, rules.plan, rules)
        assert said == agent
        rules.bot_said(said)
        if decision.tool is not None:
            arguments = rules.arguments(decision.tool)
            rules.tool_started(decision.tool, arguments)
            rules.tool_returned(decision.tool, tools[decision.tool](**arguments))
    assert rules.outcome == "completed"


def test_the_other_step_of_the_guide_is_a_step() -> None:
    from callwright.declarations.checkpoints import Checkpoint

    (line,) = [line for line in blocks("yaml")[1].splitlines() if line]
    import yaml

    step = yaml.load(line, yaml.CSafeLoader)["identity"]
    assert Checkpoint.model_validate(step).attempts == 3
