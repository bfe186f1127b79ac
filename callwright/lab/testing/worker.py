"""The process that replays calls for pytest: a job a line comes in, an answer a line goes out.

The clock has to come before Pipecat and the providers' clients, and pytest has imported who knows
what by then; so calls are made here, in a process that begins with the clock.
"""

# ruff: noqa: E402

from callwright.clock import install
from callwright.quiet import quiet

install()
quiet()

import os
import sys
import traceback

from dotenv import find_dotenv, load_dotenv

from callwright.lab.testing.jobs import Answer, Job
from callwright.lab.testing.kinds import kind_named


def main() -> None:
    """Answer jobs until there are no more."""
    load_dotenv(find_dotenv(usecwd=True), override=False)
    # What libraries or tools print must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        answers.write(answer(Job.from_line(line)).line() + "\n")
        answers.flush()


def answer(job: Job) -> Answer:
    """What comes of a job, an error of ours included."""
    try:
        return kind_named(job.kind).run(job)
    except Exception:
        return Answer(failed=traceback.format_exc().splitlines())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
