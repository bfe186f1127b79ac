"""A call that never came to its end, as far as its record goes: it was written as the call ran.

Whoever made the call hung or died and can tell nothing any more. Knows no Pipecat.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callwright.calls.folder import CallFolderError, CallRecord, read_call
from callwright.calls.timeline import turns
from callwright.lab.expectations.seen import seen_turns
from callwright.lab.expectations.telling import clock
from callwright.lab.testing.call_folders import recording_name
from callwright.lab.testing.jobs import Job


def folders(out: Path) -> set[Path]:
    """What is in a folder of calls."""
    return set(out.iterdir()) if out.is_dir() else set()


def record_of(job: Job, before: set[Path]) -> CallRecord | None:
    """The record of a job's call; None where it had not begun to keep one.

    Args:
        job: The job.
        before: What was in its `out` before it. Other processes keep calls there, too, so of what
            has come since, the one that is most like the job's is its own.
    """
    found: list[tuple[int, float, CallRecord]] = []
    for folder in folders(Path(job.out)) - before:
        try:
            record = read_call(folder)
            found.append((_likeness(record.meta, job), folder.stat().st_mtime, record))
        except (CallFolderError, OSError):
            continue
    ours = [one for one in found if one[2].meta.get("seed") == job.seed]
    return max(ours, key=lambda one: one[:2])[2] if ours else None


def _likeness(meta: dict[str, Any], job: Job) -> int:
    same_caller = meta.get("recording") == recording_name(Path(job.source))
    return same_caller + (_stack(meta) == Path(job.stack or "").stem)


def _stack(meta: dict[str, Any]) -> str:
    return str((meta.get("stack") or {}).get("name", ""))


def last_turn(record: CallRecord) -> Iterator[str]:
    """Lines about the last turn that is on record."""
    told = seen_turns(turns(record.events), record.events)
    if not told:
        yield "nothing was said by then"
        return
    last = told[-1]
    yield f"last on record is turn {len(told)}, at {clock(last.start)}"
    decided = ", ".join(last.decided)
    for name, text in (("heard", last.user), ("decided", decided), ("said", last.bot)):
        if text:
            yield f"  {name:<9} {text}"


def report_of(job: Job, record: CallRecord | None) -> dict[str, Any]:
    """What is known of such a call, as a report of a whole one has it."""
    meta = record.meta if record else {}
    return {
        "call_id": str(meta.get("call_id", "")),
        "agent": str((meta.get("agent") or {}).get("name", "")),
        "stack": _stack(meta) or job.stack,
        "seed": job.seed,
        "outcome": "unfinished",
        "call_seconds": round(record.events[-1].at, 3) if record and record.events else 0.0,
        "folder": str(record.path) if record else None,
    }
