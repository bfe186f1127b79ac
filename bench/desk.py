"""The desk agent, once for each way of keeping its steps."""

import shutil
from pathlib import Path

from bot.plan import plan_of
from callwright.conversation import Plan
from callwright.conversation.plan import Keep
from callwright.declarations.load import load

KEEPS: tuple[Keep, ...] = ("gate", "override", "guide")
_FOLDER = Path(__file__).parent / "agents" / "desk"


def desk(folder: Path, keep: Keep) -> Path:
    """Write the agent into a folder, all of its steps kept in one way; gives the path.

    Each has a folder of its own name, since that is what its tools are known by.
    """
    agent = folder / f"desk-{keep}"
    agent.mkdir(parents=True, exist_ok=True)
    text = (_FOLDER / "agent.yaml").read_text().replace("keep: gate", f"keep: {keep}")
    (agent / "agent.yaml").write_text(text.replace("agent: desk", f"agent: desk-{keep}"))
    shutil.copy(_FOLDER / "tools.py", agent)
    return agent / "agent.yaml"


def desk_plan(folder: Path, keep: Keep) -> Plan:
    """The plan of such an agent."""
    return plan_of(load(str(desk(folder, keep)), "embedded", need_keys=False).agent)
