"""What goes between pytest and the process that replays calls: plain data, a line each way.

Imported on both sides, so it knows neither pytest nor Pipecat.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One call to make.

    Args:
        kind: What the source is, by the name of its kind (`callwright.lab.testing.kinds`).
        source: A path, as the user would write it.
        stack: By name or path; the agent's own when None.
        seed: Decides everything random.
        out: Where the call's folder goes.
        part: Which of the source's, where it holds several; from 0.
    """

    kind: str
    source: str
    stack: str | None
    seed: int
    out: str = ""
    part: int = 0

    def line(self) -> str:
        """The job as one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> "Job":
        """The job of such a line."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job.

    Args:
        failed: What did not hold, line by line for people; empty when all did.
        bad_input: Lines about input that cannot be used; there was no call then.
        notices: What there is to know beside.
        again: The command that makes this call once more.
        report: The call as `callwright replay --json` prints it; empty without a call that ended.
    """

    failed: list[str] = field(default_factory=list[str])
    bad_input: list[str] = field(default_factory=list[str])
    notices: list[str] = field(default_factory=list[str])
    again: str = ""
    report: dict[str, Any] = field(default_factory=dict[str, Any])

    def line(self) -> str:
        """The answer as one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> "Answer":
        """The answer of such a line."""
        return cls(**json.loads(line))
