import asyncio
import os
import signal
import sys
import threading
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).parents[1] / "lines"))

from daily_fakes import KEY, FakeCallClient, RestStandIn, install

from callwright.cli import live
from callwright.cli.run import LATER, run
from callwright.lines.line import Line
from callwright.lines.trouble import LineLost

APP = typer.Typer()
APP.command()(run)


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("callwright.cli.run.set_log", lambda verbose: None)
    for name in ("DAILY_API_KEY", "DAILY_API_URL", "DAILY_ROOM_URL", "DAILY_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments):
        return CliRunner().invoke(APP, list(arguments))

    return call


@pytest.fixture
def rest():
    """Daily's REST API, on a loop and a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def make():
        return await RestStandIn().__aenter__()

    api = wait(make())
    yield api
    wait(api.__aexit__())
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class TestChoosing:
    @pytest.mark.parametrize("transport", LATER)
    def test_lines_of_later_versions_are_named_as_such(self, invoke, transport):
        result = invoke("-t", transport)

        assert result.exit_code == 2
        assert f"{transport} lines are not in this version yet" in result.stderr
        assert "use -t local, daily or webrtc" in result.stderr

    def test_an_unknown_line_is_answered_with_the_nearest(self, invoke):
        result = invoke("-t", "dialy")

        assert result.exit_code == 2
        assert "there is no line 'dialy'; did you mean 'daily'?" in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("-t", "local", "--room", "https://a.daily.co/b"), "--room means nothing to -t local"),
            (("-t", "daily", "--microphone", "x"), "use -t local"),
            (("-t", "daily", "--port", "7860"), "use -t webrtc"),
            (("-t", "webrtc", "--open"), "use -t daily"),
        ],
    )
    def test_an_option_that_would_be_ignored_is_refused(self, invoke, arguments, says):
        result = invoke(*arguments)

        assert result.exit_code == 2
        assert says in result.stderr

    def test_webrtc_is_talk(self, invoke, monkeypatch):
        calls = []
        monkeypatch.setattr(
            "callwright.cli.talk.talk", lambda *args, **more: calls.append((args, more))
        )

        asked = ("-t", "webrtc", "--agent", "reception", "--port", "7000", "-v")
        assert invoke(*asked).exit_code == 0
        told = {"host": "127.0.0.1", "port": 7000, "record_wire": False, "verbose": True}
        assert calls == [(("reception", None), told)]

    def test_an_unknown_agent_is_refused(self, invoke):
        result = invoke("-t", "local", "--agent", "receptoin")

        assert result.exit_code == 2
        assert "receptoin" in result.stderr


class TestDaily:
    def test_without_a_key_or_a_room(self, invoke):
        result = invoke("-t", "daily")

        assert result.exit_code == 2
        assert "DAILY_API_KEY" in result.stderr

    def test_a_room_cannot_be_given_and_be_public(self, invoke):
        result = invoke("-t", "daily", "--room", "https://a.daily.co/b", "--public")

        assert result.exit_code == 2
        assert "--public is for a room made here" in result.stderr

    @pytest.mark.parametrize(
        ("status", "says"), [(401, "DAILY_API_KEY"), (429, "wait a minute"), (500, "try again")]
    )
    def test_refusals_of_the_api(self, invoke, rest, monkeypatch, status, says):
        monkeypatch.setenv("DAILY_API_KEY", KEY)
        monkeypatch.setenv("DAILY_API_URL", rest.url)
        rest.faults["POST /rooms"] = status

        result = invoke("-t", "daily")

        assert result.exit_code == 2
        assert says in result.stderr
        assert KEY not in result.output

    def test_a_room_is_announced_without_its_tokens_and_deleted(self, invoke, rest, monkeypatch):
        install(monkeypatch)
        monkeypatch.setattr(FakeCallClient, "join_error", "the room is full")
        monkeypatch.setenv("DAILY_API_KEY", KEY)
        monkeypatch.setenv("DAILY_API_URL", rest.url)
        opened = []
        monkeypatch.setattr("webbrowser.open", lambda url: opened.append(Path(url[7:]).read_text()))

        result = invoke("-t", "daily", "--open")

        assert result.exit_code == 2
        assert "room: https://stand-in.daily.co/" in result.stdout
        assert "cannot be joined (the room is full)" in result.stderr
        assert len(rest.tokens) == 2
        assert [token for token in rest.tokens if token in result.output] == []
        assert "https://stand-in.daily.co/" in opened[0]
        assert rest.rooms == {}


class TestHolding:
    declared = SimpleNamespace()

    def hold(self, monkeypatch, run_call, capsys, line=None):
        monkeypatch.setitem(sys.modules, "bot.session", SimpleNamespace(run_call=run_call))

        @asynccontextmanager
        async def opened():
            yield Line("local", SimpleNamespace())

        return live.hold(self.declared, (line or opened)()), capsys.readouterr()

    @pytest.mark.parametrize(
        ("outcome", "refused", "code"),
        [
            ("completed", "", 0),
            ("abandoned", "", 0),
            ("failed", "", 1),
            ("failed", "stack.yaml:1:1: no\n", 2),
            ("completed", "stack.yaml:1:1: no\n", 0),
        ],
    )
    def test_the_outcome_and_the_record_are_printed(
        self, monkeypatch, capsys, outcome, refused, code
    ):
        async def run_call(declared, line, *, keep, record_wire):
            return SimpleNamespace(
                outcome=outcome,
                reason="so",
                seconds=61.4,
                folder="calls/x",
                refused=refused.strip(),
                notice="nothing was recorded",
            )

        exit_code, printed = self.hold(monkeypatch, run_call, capsys)

        assert exit_code == code
        assert printed.out == f"{outcome} (so) after 61 s\nrecord: calls/x\n"
        assert printed.err == f"nothing was recorded\n{refused}"

    def test_a_lost_line_is_a_message_and_exit_1(self, monkeypatch, capsys):
        async def run_call(declared, line, *, keep, record_wire):
            return SimpleNamespace(outcome="abandoned", reason="", seconds=1.0, folder="calls/x")

        @asynccontextmanager
        async def lost():
            yield Line("local", SimpleNamespace())
            raise LineLost("the microphone 'x' has stopped answering", "plug it in")

        exit_code, printed = self.hold(monkeypatch, run_call, capsys, lost)

        assert exit_code == 1
        assert printed.err == "the microphone 'x' has stopped answering; plug it in\n"

    @pytest.mark.parametrize("polite", [True, False])
    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
    def test_a_signal_ends_the_call_and_closes_the_line(
        self, monkeypatch, capsys, number, code, polite
    ):
        closed = []

        async def run_call(declared, line, *, keep, record_wire):
            asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
            try:
                await asyncio.sleep(20)
            except asyncio.CancelledError:
                if not polite:
                    raise
            return SimpleNamespace(outcome="abandoned", reason="", seconds=1.0, folder="calls/x")

        @asynccontextmanager
        async def line():
            try:
                yield Line("local", SimpleNamespace())
            finally:
                closed.append(True)

        exit_code, printed = self.hold(monkeypatch, run_call, capsys, line)

        assert exit_code == code
        assert "the call's record is kept" in printed.err
        assert closed == [True]
