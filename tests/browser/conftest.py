import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from microphone import compose, spoken
from script import SCRIPT

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)


def chromium_path():
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@dataclass
class Server:
    """A server in a process of its own."""

    process: subprocess.Popen
    url: str

    def stop(self, sign=signal.SIGINT):
        """Send a signal; return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(timeout=30)


@pytest.fixture
def serve(tmp_path):
    """Start `SCRIPT ARGS…`; returns when it listens."""
    servers = []

    def start(script, *args):
        log = (tmp_path / f"server-{len(servers)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, str(HERE / script), *map(str, args)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{HERE.parents[1]}{os.pathsep}{HERE}"},
        )
        log.close()
        line = process.stdout.readline()
        if "http" not in line:
            process.wait(timeout=30)
            pytest.fail(f"{script} did not start: {Path(log.name).read_text()[-2000:]}")
        server = Server(process, line.split(" at ")[1].strip())
        servers.append(server)
        return server

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.wait(timeout=30)
        server.process.stdout.close()


@pytest.fixture(scope="session")
def playwright():
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium, or set CHROMIUM)")
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=20_000)
    with sync_api.sync_playwright() as started:
        yield started


@pytest.fixture
def open_page(playwright):
    """Open a page in a browser of its own, which says a WAV into its microphone.

    `microphone` is a WAV's path, `blocked` or `missing`.
    """
    browsers = []

    def open_one(url, microphone, **context):
        flags = {
            "blocked": ("--use-fake-device-for-media-stream",),
            "missing": ("--use-fake-ui-for-media-stream",),
        }.get(
            microphone,
            (
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
            ),
        )
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *flags])
        browsers.append(browser)
        page = browser.new_context(**context).new_page()
        page.set_default_timeout(20_000)
        page.requested, page.troubles = [], []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on(
            "console",
            lambda note: page.troubles.append(note.text) if note.type == "error" else None,
        )
        page.goto(url)
        return page

    yield open_one
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def three_turns(tmp_path_factory):
    """A microphone that speaks three times, with time for the scripted agent in between."""
    path = tmp_path_factory.mktemp("microphone") / "three-turns.wav"
    return compose(path, [(6.0, *spoken(text)) for text, _ in SCRIPT])
