"""A scenario's judge, asked from the virtual clock: it lives in real time, on a thread of its own.

While it thinks, the call stands still: its answer costs no virtual time.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from pipecat.evals.judge import EvalJudge, JudgeVerdict

from callwright.declarations.errors import InputError

T = TypeVar("T")


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
        """Whether the bot's latest reply is as it should be."""
        return self._ask(self._judge.evaluate(criterion))

    async def evaluate_call(
        self, name: str, args: dict[str, Any] | None, criterion: str
    ) -> JudgeVerdict:
        """Whether a function call is as it should be."""
        return self._ask(self._judge.evaluate_call(name, args, criterion))

    async def close(self) -> None:
        """Let it go."""
        try:
            self._ask(self._judge.close())
        finally:
            self._end()

    def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        # Waits without the call's own loop: time must not move on meanwhile.
        return asyncio.run_coroutine_threadsafe(question, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _made(config: dict[str, Any]) -> EvalJudge:
    return EvalJudge.from_config(config)
