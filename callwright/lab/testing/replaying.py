"""The other end of `worker`: starts the process, gives it jobs, ends it.

Knows no Pipecat and is cheap to import.
"""

import queue
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from callwright.lab.testing.jobs import Answer, Job

# Of what a process complains about before it dies.
_LAST_LINES = 40


class Replaying:
    """A process that replays calls, started with the first job and again after it died.

    Args:
        timeout: Real seconds that one call may take.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._errors: deque[str] = deque(maxlen=_LAST_LINES)
        self._readers: list[threading.Thread] = []

    def run(self, job: Job) -> Answer:
        """Have a call made; a process that died or hung is an answer, too."""
        # Not before there is a call: pytest imports this in every project.
        from callwright.lab.expectations.telling import again
        from callwright.lab.testing.unfinished import folders, last_turn, record_of, report_of

        before = folders(Path(job.out))
        answer = self._answer(job)
        if answer.report or answer.bad_input:
            return answer
        record = record_of(job, before)
        why, *more = answer.failed
        return Answer(
            failed=[why, *(last_turn(record) if record else ()), *more],
            again=answer.again or again(job.source, job.stack or "", job.seed),
            report=report_of(job, record),
        )

    def _answer(self, job: Job) -> Answer:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write(job.line() + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=self._timeout)
        except queue.Empty:
            return self._gave_up(f"the call did not end within {self._timeout:g} s of real time")
        except OSError:
            line = ""
        if not line:
            code = process.wait()
            return self._gave_up(f"the process that replays calls ended with exit code {code}")
        return Answer.from_line(line)

    def close(self) -> None:
        """End the process; it has nothing to do any more."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            try:
                process.stdin.close()
                process.wait(timeout=10)
            except (OSError, subprocess.TimeoutExpired):
                process.kill()
                process.wait()
            for reader in self._readers:
                reader.join(timeout=1)

    def _started(self) -> subprocess.Popen[str]:
        if self._process is not None:
            return self._process
        self._errors = deque(maxlen=_LAST_LINES)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "callwright.lab.testing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._answers = queue.Queue()
        self._readers = [
            threading.Thread(target=_answers, args=(self._process, self._answers), daemon=True),
            threading.Thread(target=_errors, args=(self._process, self._errors), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        return self._process

    def _gave_up(self, why: str) -> Answer:
        if self._process is not None:
            self._process.kill()
        self.close()
        return Answer(failed=[why, *self._errors])


def _answers(process: subprocess.Popen[str], answers: "queue.Queue[str]") -> None:
    """Pass answers on; an empty one is the end."""
    assert process.stdout is not None
    with process.stdout as stdout:
        for line in stdout:
            answers.put(line)
    answers.put("")


def _errors(process: subprocess.Popen[str], last: "deque[str]") -> None:
    """Keep the last lines of what a process complains about."""
    assert process.stderr is not None
    with process.stderr as stderr:
        last.extend(line.rstrip("\n") for line in stderr)
