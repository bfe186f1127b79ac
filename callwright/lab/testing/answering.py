"""A replay as the answer to a job. Imported only where calls are made: it knows Pipecat."""

from callwright.lab.outcome import broken_lines
from callwright.lab.replayed import Replayed
from callwright.lab.report import report
from callwright.lab.testing.jobs import Answer


def answer_of(replayed: Replayed, again: str) -> Answer:
    """What came of a call that was made; `again` is the command that makes it once more."""
    return Answer(
        failed=list(broken_lines(replayed)),
        notices=[replayed.notice] if replayed.notice else [],
        again=again,
        report=report(replayed),
    )
