"""Agents whose steps are kept in one way, whichever is wanted: the desk and the kiosk."""

import shutil
import tempfile
from pathlib import Path

from bot.plan import plan_of
from callwright.conversation import Plan
from callwright.conversation.plan import Keep
from callwright.declarations.load import load

KEEPS: tuple[Keep, ...] = ("gate", "override", "guide")
_AGENTS = Path(__file__).parent / "agents"


def guarded(name: str, folder: Path, keep: Keep) -> Path:
    """Write an agent into a folder, all of its steps kept in one way; gives the path.

    Each has a folder of its own name, since that is what its tools are known by.
    """
    own = folder / f"{name}-{keep}"
    if own.exists():
        return own / "agent.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder))
    text = (_AGENTS / name / "agent.yaml").read_text()
    text = text.replace("keep: gate", f"keep: {keep}").replace(
        f"agent: {name}", f"agent: {own.name}"
    )
    (made / "agent.yaml").write_text(text)
    shutil.copy(_AGENTS / name / "tools.py", made)
    try:
        made.rename(own)
    except OSError:
        shutil.rmtree(made)  # another process was quicker, and may be reading it already
    return own / "agent.yaml"


def guarded_plan(path: Path) -> Plan:
    """The plan of such an agent."""
    return plan_of(load(str(path), "embedded", need_keys=False).agent)
