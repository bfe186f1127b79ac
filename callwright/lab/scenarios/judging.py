"""A scenario's judge, asked from the virtual clock: it lives in real time, on a thread of its own.

While it thinks, the call stands still: its answer costs no virtual time.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from pipecat.classifiers.base_classifier import ClassifierError
from pipecat.evals.judge import EvalJudge, JudgeVerdict

from callwright.declarations.errors import InputError

T = TypeVar("T")

# Where Pipecat looks for Ollama, its usual judge.
_OLLAMA = "http://localhost:11434/v1"


class JudgeError(InputError):
    """A judge that does not answer: there is no verdict, neither yes nor no."""


class OutsideJudge:
    """Pipecat's judge, on an event loop outside the simulation.

    Args:
        config: The scenario's ``judge.eval`` block.

    Raises:
        InputError: There is no such judge.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="judge", daemon=True)
        self._thread.start()
        self._who = who(config)
        try:
            self._judge = self._ask(_made(config))
        except Exception as error:
            self._end()
            what = f"judge.eval: {type(error).__name__}: {error}"
            raise InputError(what, "mend it, or delete it: then nothing is judged") from error

    def add_user_message(self, text: str | None) -> None:
        """What the caller said."""
        self._judge.add_user_message(text)

    def add_assistant_message(self, text: str | None) -> None:
        """What the bot said."""
        self._judge.add_assistant_message(text)

    async def evaluate(self, criterion: str) -> JudgeVerdict:
        """Whether the bot's latest reply is as it should be.

        Raises:
            JudgeError: The judge does not answer.
        """
        return self._verdict(self._judge.evaluate(criterion))

    async def evaluate_call(
        self, name: str, args: dict[str, Any] | None, criterion: str
    ) -> JudgeVerdict:
        """Whether a function call is as it should be.

        Raises:
            JudgeError: The judge does not answer.
        """
        return self._verdict(self._judge.evaluate_call(name, args, criterion))

    async def close(self) -> None:
        """Let it go."""
        try:
            self._ask(self._judge.close())
        finally:
            self._end()

    def _verdict(self, question: Coroutine[Any, Any, JudgeVerdict]) -> JudgeVerdict:
        try:
            verdict, problem = self._ask(question), self._judge.problem
        except Exception as error:
            verdict, problem = None, f"{type(error).__name__}: {error}"
        if verdict is None or problem:
            what = f"judge.eval: {self._who} could not be asked: {problem}"
            raise JudgeError(what, "see to it, or delete the block: then nothing is judged")
        return verdict

    def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        # Waits without the call's own loop: time must not move on meanwhile.
        return asyncio.run_coroutine_threadsafe(question, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Judge(EvalJudge):
    """Pipecat's judge, whose no to a question that failed is told from one that it means."""

    problem = ""
    """Why the latest question was not answered; empty when it was."""

    async def _ask(self, state: Any, ask: Callable[[], Awaitable[T]]) -> T | None:
        async def asking() -> T:
            self.problem = ""
            try:
                return await ask()
            except ClassifierError as error:
                self.problem = str(error).rstrip(".")
                raise

        return await super()._ask(state, asking)


async def _made(config: dict[str, Any]) -> _Judge:
    judge = _Judge.from_config(config)
    assert isinstance(judge, _Judge)
    return judge


def who(config: dict[str, Any]) -> str:
    """A judge as a user knows it: service, model and address, as far as the block names them."""
    if factory := config.get("factory"):
        return str(factory)
    service = str(config.get("service") or "ollama")
    model = f" ({config['model']})" if config.get("model") else ""
    address = config.get("endpoint") or (_OLLAMA if service.lower() == "ollama" else "")
    return f"{service}{model}{f' at {address}' if address else ''}"
