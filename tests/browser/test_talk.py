"""`callwright talk` with a real agent on the embedded stack: a browser holds a conversation."""

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
import yaml
from microphone import compose
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "recordings" / "reception-plain"
# What the agent says before each turn of the recording takes up to this long on this voice.
PAUSE = 11.0

PLAYED = """() => {
  const voice = document.getElementById("voice");
  window.loudest = 0;
  const context = new AudioContext();
  const meter = context.createAnalyser();
  const samples = new Float32Array(meter.fftSize);
  context.createMediaStreamSource(voice.srcObject).connect(meter);
  window.listening = setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    window.loudest = Math.max(window.loudest, Math.sqrt(energy));
  }, 20);
}"""


def turns():
    return yaml.safe_load((RECORDING / "caller.yaml").read_text(encoding="utf-8"))["turns"]


@pytest.fixture
def recorded_caller(tmp_path):
    sound, rate = soundfile.read(RECORDING / "user.wav", dtype="float32")
    parts = [
        (PAUSE, sound[int(turn["from"] * rate) : int(turn["to"] * rate)], rate) for turn in turns()
    ]
    return compose(tmp_path / "caller.wav", parts)


@pytest.mark.timeout(240)
def test_a_recorded_caller_and_an_agent_talk_in_the_browser(
    serve, open_page, recorded_caller, tmp_path
):
    server = serve("talk_server.py", "talk", "--port", "0", "--agent", "reception")
    page = open_page(server.url, recorded_caller, viewport={"width": 1280, "height": 860})
    expect(page.locator("#stack")).to_have_text("on the embedded stack")
    page.get_by_role("button", name="Start call").click()
    expect(page.locator("body")).to_have_attribute("data-phase", "live")
    for _ in range(100):  # what is waited for in the page is evaluated there, which it forbids
        if page.evaluate("document.getElementById('voice').srcObject !== null"):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("no sound came to the page")
    page.evaluate(PLAYED)
    expect(page.locator("#log .agent .words").first).to_contain_text("Lakeside Clinic")
    page.screenshot(path=tmp_path / "talking.png")
    expect(page.locator("body")).to_have_attribute("data-phase", "ended", timeout=180_000)
    page.screenshot(path=tmp_path / "ended.png")
    assert page.evaluate("window.loudest") > 0.02

    speakers = page.evaluate("[...document.querySelectorAll('#log li')].map((e) => e.className)")
    assert speakers.count("caller") == len(turns()) >= 3
    assert all(
        after == "agent" for before, after in pairwise([*speakers, "agent"]) if before == "caller"
    )
    assert speakers[-1] == "agent"
    heard = page.locator("#log .caller .words").all_inner_texts()
    for turn, words in zip(turns(), heard, strict=True):
        assert _share(turn["says"], words) > 0.5, (turn["says"], words)
    answers = page.locator("#log .agent .sentence").all_inner_texts()
    assert all(first != second for first, second in pairwise(answers))

    expect(page.locator("#outcome")).to_have_text("Call completed")
    folder = Path(page.locator("#folder").inner_text())
    assert folder.parent == tmp_path / "calls"
    record = yaml.safe_load((folder / "call.yaml").read_text(encoding="utf-8"))
    assert record["line"] == "webrtc"
    assert record["outcome"] == "completed"
    assert soundfile.info(folder / "bot.wav").duration > 10


def _share(said, heard):
    words = said.lower().replace(",", " ").replace(".", " ").split()
    return sum(word in heard.lower().split() for word in words) / len(words)


def test_ctrl_c_in_a_call_leaves_a_whole_record(serve, open_page, three_turns, tmp_path):
    server = serve("talk_server.py", "talk", "--port", "0")
    page = open_page(server.url, three_turns)
    page.get_by_role("button", name="Start call").click()
    expect(page.locator("#log li")).to_have_count(1)
    assert server.stop(signal.SIGINT) == 130
    expect(page.get_by_role("alert")).to_contain_text("The server was stopped")
    (folder,) = (tmp_path / "calls").iterdir()
    record = yaml.safe_load((folder / "call.yaml").read_text(encoding="utf-8"))
    assert record["state"] == "ended"


def _talk(*args, cwd):
    return subprocess.run(
        [sys.executable, "-m", "callwright", "talk", *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_bad_input_is_answered_with_a_remedy(serve, tmp_path):
    port = serve("scripted_server.py", 1).url.rsplit(":", 1)[1]
    for args, sentence in [
        (("--port", port), "in use"),
        (("--host", "203.0.113.7"), "cannot listen"),
        (("--stun", "stun.example.org"), "stun:HOST:PORT"),
        (("--port", "70000"), "65535"),
        (("--agent", "nobody"), "nobody"),
    ]:
        done = _talk(*args, cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
