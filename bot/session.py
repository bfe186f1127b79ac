"""One call from the first frame to the last, with its folder."""

import asyncio
import importlib.metadata
import platform
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loguru import logger
from pipecat.pipeline.worker import PipelineParams
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.workers.runner import WorkerRunner

from bot.assemble import Assembled, assemble
from bot.host import Host
from bot.made_of import made_of
from bot.rtvi import TellingReplies
from bot.surroundings import USUAL, Surroundings
from bot.wiretap import WireTap
from callwright.calls import promises
from callwright.calls.events import Event
from callwright.calls.folder import make_folder
from callwright.calls.redaction import Redactor
from callwright.clock.real import real_seconds
from callwright.conversation.machine import Conversation
from callwright.declarations.load import Declared
from callwright.lines.line import Line
from callwright.recorder.attending import RecordedWorker
from callwright.recorder.hash_key import hash_key
from callwright.recorder.masked_log import masked_log
from callwright.recorder.observer import CallRecorder
from callwright.recorder.record import OpenRecord
from callwright.services.prompt_pipeline import PromptPipeline


@dataclass(frozen=True, slots=True)
class CallResult:
    """A call that is over.

    Args:
        call_id: The name of its folder.
        folder: Where its record is.
        outcome: completed, handed_off, incomplete, abandoned or failed.
        reason: Why it ended.
        seconds: How long it took.
        cpu_seconds: CPU time of this process from the first frame to the last.
        wall_seconds: Real time from the first frame to the last, whatever clock the call runs on.
        real_began: When the first frame went, by `real_seconds`.
        conversation: The rules of the call as they stood at the end.
        context: What the model was told and said, as its context held it at the end.
        steps: The processors of the call, for whoever wants to look into them.
        events: What happened, in order.
        refused: What a provider did not accept, where, and the fix; empty when all is well.
        lost: What the disk did not take of the record, by file.
        notice: What is missing in the cassette, and why; empty when nothing is.
        mask: Masks in any words what the record has masked.
    """

    call_id: str
    folder: Path
    outcome: str
    reason: str
    seconds: float
    cpu_seconds: float
    wall_seconds: float
    real_began: float
    conversation: Conversation
    context: list[Any] = field(default_factory=list[Any])
    steps: list[FrameProcessor] = field(default_factory=list[FrameProcessor])
    events: list[Event] = field(default_factory=list[Event])
    refused: str = ""
    lost: dict[str, str] = field(default_factory=dict[str, str])
    notice: str = ""
    mask: Callable[[str], str] = str


async def run_call(
    declared: Declared,
    line: Line,
    *,
    folder: Path | None = None,
    facts: dict[str, Any] | None = None,
    keep: Callable[[Event], None] | None = None,
    overhear: Callable[[Event], None] | None = None,
    key: bytes | None = None,
    record_wire: bool = False,
    keep_values: bool = False,
    sound: bool = True,
    around: Surroundings = USUAL,
) -> CallResult:
    """Run one call until either side ends it.

    Args:
        declared: Agent and stack.
        line: Where the caller is.
        folder: An existing, empty folder for the record; a new one under ``calls/`` otherwise.
        facts: More lines for ``call.yaml`` (clock, seed …).
        keep: Called with every event as it happens, sensitive values masked.
        overhear: Called with every event, nothing masked: for a caller who is made up, and hears
            what is said.
        key: Of the hashes that stand for sensitive values; the installation's own when None.
        record_wire: Whether to keep what the services say and are told, in ``wire/``.
        keep_values: Whether to keep sensitive values there, too: for a caller who is made up.
        sound: Whether to keep both sides' sound.
        around: What the call stands on: its tools' functions, and the disk.

    Raises:
        InputError: The call cannot start; says what to do.
        asyncio.CancelledError: The program was interrupted; the record says so.
    """
    # Models are loaded and files opened here, which must not hold up other callers.
    prepared = await asyncio.to_thread(_prepare, declared, line, folder, facts or {}, sound, around)
    redactor = await asyncio.to_thread(_redactor, prepared[0].conversation, key)
    with ExitStack() as during:
        during.enter_context(masked_log(redactor.text if redactor else None))
        tap = WireTap(declared, None if keep_values else redactor) if record_wire else None
        if tap is not None:
            during.enter_context(tap.listening())
        return await _Call(line, *prepared, keep, overhear, redactor, tap).run()


def _redactor(conversation: Conversation, key: bytes | None) -> Redactor | None:
    """What masks a call's sensitive values; None where it has none."""
    plan = conversation.plan
    if not any(entity.sensitive for entity in plan.entities.values()):
        return None

    def asked() -> list[str]:
        return [expected.name for expected in conversation.expected[:1]]

    return Redactor(plan, hash_key() if key is None else key, conversation.today, asked)


def _prepare(
    declared: Declared,
    line: Line,
    folder: Path | None,
    facts: dict[str, Any],
    sound: bool,
    around: Surroundings,
) -> tuple[Assembled, OpenRecord]:
    now = datetime.fromtimestamp(time.time(), UTC)
    folder = folder or _new_folder(f"{now:%Y%m%d-%H%M%S}-{declared.agent.agent}")
    try:
        parts = assemble(declared, line, call_id=folder.name, today=now.date(), tool=around.tool)
    except BaseException:
        folder.rmdir()  # nothing is in it: the call could not even be put together
        raise
    meta = _meta(declared, line, folder, now) | facts
    meta["made_of"] = made_of(declared, parts)
    meta["promises"] = promises.written(parts.conversation.plan)
    rates = {"user_rate": line.audio_in_rate, "bot_rate": line.audio_out_rate}
    return parts, OpenRecord(folder, meta, **rates, sound=sound, open_file=around.open_file)


def _new_folder(name: str) -> Path:
    try:
        return make_folder(Path("calls"), name)
    except OSError as error:
        # The call comes first: a disk that cannot be written keeps nobody from being answered.
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        logger.error(f"calls: no folder can be made here ({error}); the record is in {folder}")
        return folder


class _Call:
    """The moving parts of one call; what it opens dies with it."""

    def __init__(
        self,
        line: Line,
        parts: Assembled,
        record: OpenRecord,
        keep: Callable[[Event], None] | None,
        overhear: Callable[[Event], None] | None,
        redactor: Redactor | None,
        tap: WireTap | None,
    ) -> None:
        self._tap = tap
        self._redactor = redactor
        self._parts = parts
        self._line = line
        self._record = record
        self._events: list[Event] = []
        self._listeners = [self._events.append, *([keep] if keep else [])]
        self._recorder = CallRecorder(
            record.writer,
            parts.turn_reason,
            self._keep,
            ears=parts.hears and not parts.late,
            redact=redactor.redact if redactor else None,
            overhear=overhear,
        )
        client = line.greets_on == "client_ready"
        self._worker = RecordedWorker(
            PromptPipeline(parts.steps),
            self._recorder,
            params=PipelineParams(
                audio_in_sample_rate=line.audio_in_rate,
                audio_out_sample_rate=line.audio_out_rate,
                enable_metrics=True,
                enable_usage_metrics=True,
            ),
            enable_rtvi=client,
            rtvi_processor=TellingReplies() if client else None,
            enable_turn_tracking=False,
        )
        self._host = Host(parts, self._worker, self._recorder)

    async def run(self) -> CallResult:
        self._host.attend(self._line)
        cpu, began = time.process_time(), real_seconds()
        failure = ""
        try:
            await self._drive()
        except asyncio.CancelledError:
            failure = "interrupted"
            raise
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
            logger.opt(exception=error).error("the call failed")
        finally:
            self._host.leave()
            cpu, wall = time.process_time() - cpu, real_seconds() - began
            outcome, reason = self._how_it_ended(failure)
            seconds = self._recorder.finish(outcome, reason)
            if self._tap is not None:
                started = str(self._record.meta["started"])
                await asyncio.to_thread(self._tap.write, self._record.folder, started)
            await asyncio.to_thread(self._record.close, seconds, outcome, reason)
        return CallResult(
            call_id=self._record.folder.name,
            folder=self._record.folder,
            outcome=outcome,
            reason=reason,
            seconds=seconds,
            cpu_seconds=cpu,
            wall_seconds=wall,
            real_began=began,
            conversation=self._parts.conversation,
            context=list(self._parts.bot.context.get_messages()),
            steps=self._parts.steps,
            events=self._events,
            refused=self._host.refused,
            lost=self._record.lost,
            notice=self._tap.notice if self._tap is not None else "",
            mask=self._redactor.text if self._redactor else str,
        )

    async def _drive(self) -> None:
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(self._worker)
        await runner.run()
        # The runner ends the pipeline when it is cancelled, and keeps the cancellation to itself.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError

    def _how_it_ended(self, failure: str) -> tuple[str, str]:
        conversation = self._parts.conversation
        if failure == "interrupted":
            conversation.hung_up()
            return conversation.outcome, "the program was interrupted"
        if failure or self._host.broken:
            return "failed", failure or self._host.broken
        if self._host.hung_up:
            # A line that broke says so; otherwise it was the caller who left.
            problem = getattr(self._line.transport, "problem", None)
            return conversation.outcome, str(problem or "the caller hung up")
        return conversation.outcome, "the agent ended the call"

    def _keep(self, event: Event) -> None:
        self._host.notice(event)
        for listener in self._listeners:
            listener(event)


def _meta(declared: Declared, line: Line, folder: Path, now: datetime) -> dict[str, Any]:
    return {
        "call_id": folder.name,
        "agent": {"name": declared.agent.agent, "digest": declared.agent_digest},
        "stack": {
            "name": declared.stack.stack,
            "kind": declared.stack.kind,
            "digest": declared.stack_digest,
        },
        "line": line.name,
        "started": now.isoformat(timespec="seconds"),
        "versions": {
            "callwright": importlib.metadata.version("callwright"),
            "pipecat-ai": importlib.metadata.version("pipecat-ai"),
            "python": platform.python_version(),
        },
        "clock": "real",
    }
