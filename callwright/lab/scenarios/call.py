"""One call in which a scenario's turns are played: Pipecat's own driver beside a call of ours."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from pipecat.evals.client import EvalClient
from pipecat.evals.events import EvalEventStream
from pipecat.evals.judge import EvalJudge
from pipecat.evals.results import EvalAssertionFailure, EvalTrace
from pipecat.evals.script import EvalScriptScenario
from pipecat.evals.script_driver import EvalScriptDriver

from bot.plan import plan_of
from bot.session import CallResult, run_call
from callwright.declarations.errors import InputError
from callwright.declarations.load import Declared
from callwright.emulators.reference import Reference
from callwright.lab.options import ReplayOptions, told_of
from callwright.lab.replayed import Played, replay_key
from callwright.lab.scenarios.caller import ScriptedCaller
from callwright.lab.scenarios.client import LineClient
from callwright.lab.scenarios.judging import OutsideJudge
from callwright.lab.scenarios.reading import Scenario, unheard_keys
from callwright.lab.scenarios.results import as_data, expectations
from callwright.lab.scenarios.telling import (
    USUAL_BUDGET,
    Teller,
    Watch,
    fitting,
    waited_in_vain,
)
from callwright.lab.scenarios.voice import scenario_voice
from callwright.lab.sound import RATE
from callwright.lab.standins import standing_in
from callwright.lab.variation import variation
from callwright.lines.recorded import talking_line

# Seconds for which the caller stays when something did not come in time: it may come late.
LINGERING = 10.0


class ScenarioCall:
    """One scenario's call, and who takes part in it.

    Args:
        scenario: What the caller does, and what is expected.
        declared: Who is called.
        options: How.

    Attributes:
        played: What its services did.
        found: What was met of the expectations, and what was not; empty before the call.

    Raises:
        DeclarationError: There is no such judge.
    """

    def __init__(self, scenario: Scenario, declared: Declared, options: ReplayOptions) -> None:
        self._scenario, self._declared, self._options = scenario, declared, options
        asked = {
            (turn, number)
            for turn, one in enumerate(scenario.script.turns)
            for number, expected in enumerate(one.expect)
            if expected.eval is not None
        }
        self._judge = _judge(scenario) if asked and scenario.judged else None
        self._unjudged = set[tuple[int, int]]() if self._judge else asked
        self.played = Played()
        self.found: dict[str, Any] = {}

    @property
    def notice(self) -> str:
        """What a user should know besides what passed and failed."""
        notices = [str(problem) for problem in unheard_keys(self._scenario)]
        if count := len(self._unjudged):
            what = "1 'eval' was" if count == 1 else f"{count} 'eval's were"
            notices.append(
                f"{self._scenario.path}: {what} not judged: no judge is configured; "
                "add 'judge: {eval: {service: …}}'"
            )
        return "\n".join(notices)

    async def call(self, folder: Path) -> CallResult:
        """Call, play the turns, and hang up."""
        script = _without_eval(self._scenario.script) if self._unjudged else self._scenario.script
        trace = EvalTrace()
        trace.start()
        stream = EvalEventStream(bot_audio=script.bot_audio, trace=trace)
        watch = Watch(stream.elapsed)
        reference = Reference(np.zeros(RATE, np.int16), RATE, [])
        caller = ScriptedCaller()
        language = plan_of(self._declared.agent).language
        options = self._options

        async def messages(message: Any) -> None:
            await client.take(message)

        line, transport = talking_line(caller, messages, rate=RATE, seed=options.seed)
        client = LineClient(
            stream,
            caller,
            scenario_voice(script.user_speech, language),
            reference,
            transport.deliver,
            script,
        )
        connected = asyncio.Event()

        async def connect(*_: object) -> None:
            await client.connect()
            watch.connected = stream.elapsed()
            connected.set()

        transport.add_event_handler("on_client_connected", connect)

        async def lingering(failures: list[EvalAssertionFailure]) -> None:
            await _linger(stream, script, watch, failures)

        driver = EvalScriptDriver(
            scenario=script,
            default_timeout_ms=USUAL_BUDGET,
            client=cast(EvalClient, client),
            stream=stream,
            judge=cast("EvalJudge | None", self._judge),
            trace=trace,
            progress=watch.note,
        )
        facts = told_of(options, self._scenario.name) | {"caller": "scenario"}
        key = replay_key(options.seed)
        vary = variation(options.seed)
        standing = standing_in(self._declared, reference, options.faults, vary=vary)
        async with standing as scenes:
            calling = asyncio.ensure_future(
                run_call(
                    self._declared,
                    line,
                    folder=folder,
                    facts=facts,
                    key=key,
                    record_wire=options.record_wire,
                    keep_values=options.keep_values,
                    sound=not options.lean,
                )
            )
            try:
                await self._drive(driver, client, connected, calling, lingering)
            finally:
                caller.hang_up()
                result = await calling
                await driver.close()
            await self.played.look(scenes, result, options)
        teller = Teller(script.turns, stream.events_seen, watch, result.mask)
        self.found = as_data(expectations(self._scenario, driver.turns, self._unjudged, teller))
        return result

    @staticmethod
    async def _drive(
        driver: EvalScriptDriver,
        client: LineClient,
        connected: asyncio.Event,
        calling: "asyncio.Future[CallResult]",
        lingering: Callable[[list[EvalAssertionFailure]], Awaitable[None]],
    ) -> None:
        """Play the turns; a bot that ends the call before is found out, not waited for."""

        async def play() -> None:
            await connected.wait()
            await client.prepare()
            await lingering(await driver.run())

        playing = asyncio.ensure_future(play())
        await asyncio.wait([playing, calling], return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            if not connected.is_set():
                playing.cancel()
            await client.left()
        with contextlib.suppress(asyncio.CancelledError):
            await playing


def _judge(scenario: Scenario) -> OutsideJudge:
    """A scenario's judge.

    Raises:
        DeclarationError: There is no such judge.
    """
    try:
        return OutsideJudge(scenario.script.judge)
    except InputError as error:
        raise scenario.wrong(error, "judge", "eval") from error


async def _linger(
    stream: EvalEventStream,
    script: EvalScriptScenario,
    watch: Watch,
    failures: list[EvalAssertionFailure],
) -> None:
    """Stay on the line until what was waited for in vain comes after all, or for a while."""
    last = failures[-1] if failures else None
    if last is None or last.expectation_index < 0:
        return
    one = script.turns[last.turn_index].expect[last.expectation_index]
    missed = stream.elapsed()
    if not waited_in_vain(one, watch.sent[last.turn_index], missed):
        return
    while stream.elapsed() < missed + LINGERING and not stream.bot_has_ended:
        if any(event["at"] >= missed and fitting(one, event) for event in stream.events_seen):
            return
        await asyncio.sleep(0.1)


def _without_eval(script: EvalScriptScenario) -> EvalScriptScenario:
    """The same, with nothing left that needs a judge."""
    turns = [
        replace(turn, expect=[replace(one, eval=None) for one in turn.expect])
        for turn in script.turns
    ]
    return replace(script, turns=turns)
