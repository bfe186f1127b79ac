"""What tests of models' stand-ins share: shapes of events, a small pipeline, a tool."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    EndFrame,
    ErrorFrame,
    FunctionCallResultProperties,
    LLMMessagesAppendFrame,
    LLMRunFrame,
    MetricsFrame,
)
from pipecat.metrics.metrics import LLMUsageMetricsData
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.workers.runner import WorkerRunner

from bot.plan import plan_of
from callwright.declarations.load import load
from callwright.emulators.dialogue_mind import DialogueMind
from callwright.emulators.parts import Message, Reply, ToolCall

FIXTURES = Path(__file__).parent / "fixtures"


def example(path: str) -> Any:
    """A published example's shape, with values of our own."""
    return json.loads((FIXTURES / path).read_text())


def lacks(shape: Any, value: Any, where: str = "") -> list[str]:
    """Where a value lacks what its example has, or has another type; null in an example is free."""
    if shape is None:
        return []
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            return [f"{where}: no object"]
        missing = [f"{where}.{key}" for key in shape if key not in value]
        found = [key for key in shape if key in value]
        return missing + [
            fault for key in found for fault in lacks(shape[key], value[key], f"{where}.{key}")
        ]
    if isinstance(shape, list):
        if not isinstance(value, list) or len(value) < len(shape):
            return [f"{where}: no list of at least {len(shape)}"]
        pairs = enumerate(zip(shape, value, strict=False))
        return [fault for at, (a, b) in pairs for fault in lacks(a, b, f"{where}[{at}]")]
    if isinstance(shape, float | int) and isinstance(value, float | int):
        return []
    return (
        [] if type(shape) is type(value) else [f"{where}: {value!r} is no {type(shape).__name__}"]
    )


def weather(messages: list[Message], tools: list[str]) -> Reply:
    """A model that looks the weather up before it speaks of it."""
    results = [message.text for message in messages if message.role == "tool"]
    if results and results[-1] != "IN_PROGRESS":
        return Reply(f"It is {json.loads(results[-1])['sky']} in Oslo.")
    if tools:
        return Reply("Let me look.", [ToolCall("weather", {"city": "Oslo", "days": 2})])
    return Reply("Hello there, caller.")


def reception() -> DialogueMind:
    """A model that knows the receptionist's rules."""
    return DialogueMind(plan_of(load("reception").agent), date(2026, 11, 20))


class _Watch(BaseObserver):
    def __init__(self) -> None:
        super().__init__()
        self.errors: list[str] = []
        self.usage: list[Any] = []
        self._seen: set[int] = set()

    async def on_push_frame(self, data: FramePushed) -> None:
        if data.frame.id in self._seen:
            return
        self._seen.add(data.frame.id)
        if isinstance(data.frame, ErrorFrame):
            self.errors.append(data.frame.error)
        if isinstance(data.frame, MetricsFrame):
            found = [d.value for d in data.frame.data if isinstance(d, LLMUsageMetricsData)]
            self.usage += found


WEATHER = {"weather": {"sky": "clear"}}
MESSAGE = {"take_message": {"reference": "4711"}, "end_call": {"done": True}}

GREETED = {"role": "assistant", "content": "Lakeside Clinic, how can I help you?"}
# What a caller of the receptionist says, the greeting having been said.
CALLER = (
    "I have a question about my bill",
    "my name is anna bell and my number is four one five five five five zero one three two",
    "yes that is right",
)
TAKEN = {
    "full_name": "Anna Bell",
    "reason": "I have a question about my bill",
    "callback_number": "+14155550132",
}


class SmallBot:
    """A model between its aggregators.

    Args:
        llm: Pipecat's service.
        said: Messages before the first answer.
        tools: What the tools return, by name.
    """

    def __init__(
        self, llm: Any, *said: dict[str, Any], tools: Mapping[str, Any] | None = None
    ) -> None:
        self.context = LLMContext(list(said))
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._tools = tools or {}
        self._llm = llm
        if self._tools:
            schemas = [FunctionSchema(name, name, {}, []) for name in self._tools]
            self.context.set_tools(ToolsSchema(standard_tools=schemas))
        for name in self._tools:
            llm.register_function(name, self._run_tool)
        pair = LLMContextAggregatorPair(self.context)
        self._watch = _Watch()
        self.worker = PipelineWorker(
            Pipeline([pair.user(), llm, pair.assistant()]),
            params=PipelineParams(enable_metrics=True, enable_usage_metrics=True),
            observers=[self._watch],
            enable_rtvi=False,
            idle_timeout_secs=None,
        )

    async def _run_tool(self, params: Any) -> None:
        self.asked.append((params.function_name, dict(params.arguments)))
        # Nothing is to be said any more after the last words.
        last = FunctionCallResultProperties(run_llm=params.function_name != "end_call")
        await params.result_callback(self._tools[params.function_name], properties=last)

    @property
    def errors(self) -> list[str]:
        return self._watch.errors

    @property
    def usage(self) -> list[Any]:
        return self._watch.usage

    @property
    def said(self) -> list[str]:
        return [
            str(message["content"])
            for message in self.context.get_messages()
            if message["role"] == "assistant" and message.get("content")
        ]

    async def run(self, until: str = "", turns: Sequence[str] = ()) -> None:
        """Answer, and then each of the turns, until words are said or something fails."""
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self.worker)
        running = asyncio.ensure_future(runner.run(auto_end=True))
        async with asyncio.timeout(15):
            if not turns:
                await self.worker.queue_frame(LLMRunFrame())
            for turn in turns:
                count = len(self.said)
                message = {"role": "user", "content": turn}
                await self.worker.queue_frame(LLMMessagesAppendFrame([message], run_llm=True))
                await self._until(lambda count=count: len(self.said) > count)
            await self._until(lambda: bool(until) and until in " ".join(self.said))
            await self.worker.queue_frame(EndFrame())
            await running
        # Pipecat leaves it to the garbage collector, which may come when the loop has gone.
        await self._llm._client.close()

    async def _until(self, reached: Callable[[], bool]) -> None:
        while not self.errors and not reached():  # noqa: ASYNC110 (the context sets no event)
            await asyncio.sleep(0.005)
