"""A call on the terminal: who said what when, how fast, and why each turn ended."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from callwright.calls.timeline import Turn
from callwright.declarations.errors import printable
from callwright.lab.expectations.telling import failure_lines
from callwright.lab.outcome import missed_lines
from callwright.lab.replayed import Replayed
from callwright.lab.report import report


def show(replayed: Replayed, console: Console) -> None:
    """Print a replayed call; reads at 80 columns and in a pipe."""
    data = report(replayed)
    how = f"{data['clock']} clock, seed {data['seed']}"
    console.print(Text(f"{data['agent']} on {data['stack']} ({data['kind']}), {how}", style="bold"))
    console.print()
    console.print(conversation(replayed.turns))
    console.print()
    for line in _facts(data, replayed.result.reason):
        console.print(line, highlight=False, soft_wrap=True)
    for line in _expected(data["expectations"]):
        console.print(line, highlight=False, soft_wrap=True)
    for violation in data["violations"]:
        what = f"violation of invariant {violation['invariant']}: {violation['what']}"
        console.print(Text(f"{_clock(violation['at'])}  {what}", style="red"), soft_wrap=True)
    if replayed.verdict is not None:
        for line in failure_lines(replayed.verdict):
            console.print(Text(line, style="red"), soft_wrap=True)


def conversation(turns: Sequence[Turn]) -> Table:
    """The turns as a table: time, speaker, words, and what there is to know of them."""
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for turn in turns:
        if turn.user_spoke:
            words = Text(printable(turn.user) or "(not understood)")
            table.add_row(_clock(turn.start), Text("caller", style="cyan"), words)
            table.add_row("", "", Text(f"turn over: {turn.ended_by}", style="dim italic"))
        if turn.bot or turn.answered_at is not None:
            at = _clock(turn.answered_at) if turn.answered_at is not None else ""
            table.add_row(at, Text("agent", style="green"), Text(printable(turn.bot)))
            if note := _note(turn):
                table.add_row("", "", Text(note, style="dim italic"))
        elif turn.user_spoke:
            table.add_row("", Text("agent", style="green"), Text("(no answer)", style="red"))
    return table


def _note(turn: Turn) -> str:
    parts: list[str] = []
    if turn.response_ms is not None:
        parts.append(f"heard after {turn.response_ms} ms")
    if turn.interrupted:
        parts.append("the caller interrupted")
    return ", ".join(parts)


def _facts(data: dict[str, object], reason: str) -> list[Text]:
    why = f": {reason}" if data["outcome"] == "failed" else ""
    lines = [_fact("outcome", f"{data['outcome']}{why}")]
    for name, fact in _items(data["entities"]):
        status = str(fact["status"])
        value = f"{fact['value']} ({status})" if fact["value"] is not None else status
        lines.append(_fact(name, value))
    for name, step in _items(data["checkpoints"]):
        at = step["at"]
        when = f" at {_clock(at)}" if isinstance(at, float | int) else ""
        lines.append(_fact(name, f"{step['status']}{when}", _STEP_STYLES.get(str(step["status"]))))
    for tool in data["tools"] if isinstance(data["tools"], list) else []:
        style = "" if tool["allowed"] else "yellow"
        lines.append(_fact(str(tool["name"]), _result(tool), style))
    lines += [_fact("response", _response(data)), _fact("replayed", _speed(data))]
    lines.append(_fact("folder", str(data["folder"])))
    return lines


def _expected(found: dict[str, Any]) -> list[Text]:
    """What came of expectations; nothing where there were none."""
    failed, unjudged = found["failed"], found.get("not_judged", ())
    if not (found["passed"] or failed or unjudged):
        return []
    counts = [f"{found['passed']} met"]
    counts += [f"{len(failed)} not met"] if failed else []
    counts += [f"{len(unjudged)} not judged"] if unjudged else []
    counts += [f"{found['not_run']} not reached"] if found.get("not_run") else []
    lines = [_fact("expectations", ", ".join(counts), "red" if failed else "")]
    lines += [Text(line, style="red") for line in missed_lines(found)]
    lines += [Text(f"{at}: nobody judged this", style="yellow") for at in unjudged]
    return lines


_STEP_STYLES = {"failed": "red", "expired": "yellow"}


def _fact(name: str, value: str, style: str | None = None) -> Text:
    return Text.assemble((f"{name:<16} ", "dim"), (printable(value), style or ""))


def _result(tool: dict[str, object]) -> str:
    if not tool["allowed"]:
        return f"refused at {_clock(float(str(tool['at'])))}: {tool['reason']}"
    if tool["reason"]:
        return f"failed: {tool['reason']}"
    result = tool.get("result", "no answer")
    if isinstance(result, dict):
        return ", ".join(f"{key} {value}" for key, value in result.items())
    return str(result)


def _items(value: object) -> list[tuple[str, dict[str, object]]]:
    return list(value.items()) if isinstance(value, dict) else []


def _response(data: dict[str, object]) -> str:
    latency = data["latency"]
    spread = latency["response_ms"] if isinstance(latency, dict) else {}
    if not spread or not spread["n"]:
        return "no turn was answered"
    return f"P50 {spread['p50']} ms, P95 {spread['p95']} ms, longest {spread['max']} ms"


def _speed(data: dict[str, object]) -> str:
    call, wall = float(str(data["call_seconds"])), float(str(data["wall_seconds"]))
    factor = f", {call / wall:.1f} times real time" if wall > 0 else ""
    return f"{call:.1f} s of call in {wall:.1f} s{factor}"


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
