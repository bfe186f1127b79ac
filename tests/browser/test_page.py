"""Our page in a real browser, with an agent behind it that speaks from a script."""

import signal

import pytest
from playwright.sync_api import expect
from script import GREETING, SCRIPT

# The agent's voice as the browser plays it: the loudest of many short stretches, 0 to 1.
pytestmark = pytest.mark.xdist_group("browser")

LOUDEST = """async () => {
  const context = new AudioContext();
  const meter = context.createAnalyser();
  const samples = new Float32Array(meter.fftSize);
  const voice = document.getElementById("voice").srcObject;
  context.createMediaStreamSource(voice).connect(meter);
  let loudest = 0;
  for (let i = 0; i < 40; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    meter.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, Math.sqrt(samples.reduce((s, x) => s + x * x, 0) / samples.length));
  }
  await context.close();
  return loudest;
}"""


def phase(page, name, timeout=20_000):
    expect(page.locator("body")).to_have_attribute("data-phase", name, timeout=timeout)


def begin(page):
    page.get_by_role("button", name="Start call").click()
    phase(page, "live")


def said(page):
    return page.locator("#log li .words").all_text_contents()


def test_three_turns_are_heard_shown_and_summed_up(serve, open_page, three_turns, tmp_path):
    server = serve("scripted_server.py", 2)
    page = open_page(server.url, three_turns, viewport={"width": 1280, "height": 860})
    expect(page).to_have_title("Front desk · Callwright")
    page.screenshot(path=tmp_path / "idle-light.png")
    begin(page)
    body = page.locator("body")
    expect(body).to_have_attribute("data-speaking", "agent")
    expect(page.locator("#speaker")).to_have_text("Front desk is speaking")
    assert page.evaluate(LOUDEST) > 0.01
    expect(page.locator("#partial")).to_be_visible()
    expect(body).to_have_attribute("data-speaking", "caller")
    page.screenshot(path=tmp_path / "speaking-light.png")
    expect(page.locator("#log li")).to_have_count(3)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=tmp_path / "talking-dark.png")
    phase(page, "ended", timeout=60_000)
    expected = [GREETING]
    for heard, answer in SCRIPT:
        expected += [heard, answer]
    assert said(page) == expected
    expect(page.get_by_role("heading", name="Call completed")).to_be_visible()
    expect(page.locator("#turns")).to_have_text("3")
    expect(page.locator("#folder")).to_have_text("calls/scripted-call")
    expect(page.get_by_role("button", name="Call again")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=tmp_path / "ended-dark-narrow.png", full_page=True)
    assert all(url.startswith((server.url, "data:")) for url in page.requested)
    assert page.troubles == []


def test_hanging_up_frees_the_line_and_one_can_call_again(serve, open_page, three_turns):
    page = open_page(serve("scripted_server.py", 1).url, three_turns)
    begin(page)
    page.get_by_role("button", name="Hang up").click()
    phase(page, "ended")
    expect(page.get_by_role("heading", name="Ended early")).to_be_visible()
    assert page.evaluate("document.getElementById('voice').srcObject.active") is False
    page.get_by_role("button", name="Call again").click()
    phase(page, "live")
    expect(page.locator("#log li")).to_have_count(1)
    expect(page.locator("#summary")).to_be_hidden()


def test_two_pages_talk_at_once_and_a_third_is_told_to_wait(serve, open_page, three_turns):
    url = serve("scripted_server.py", 2).url
    first, second, third = (open_page(url, three_turns) for _ in range(3))
    begin(first)
    begin(second)
    for page in (first, second):
        expect(page.locator("#log li .words").first).to_have_text(GREETING)
    third.get_by_role("button", name="Start call").click()
    phase(third, "failed")
    expect(third.get_by_role("alert")).to_contain_text("All lines are busy")
    expect(third.get_by_role("alert")).to_contain_text("2 calls at a time")
    first.close()  # as one closes a tab
    expect(second.locator("body")).to_have_attribute("data-phase", "live")
    third.wait_for_timeout(1000)
    third.get_by_role("button", name="Try again").click()
    phase(third, "live")


def test_the_keyboard_is_enough(serve, open_page, three_turns):
    page = open_page(serve("scripted_server.py", 1).url, three_turns)
    start = page.get_by_role("button", name="Start call")
    expect(start).to_be_enabled()
    page.keyboard.press("Tab")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    phase(page, "live")
    mute = page.locator("#mute")
    expect(mute).to_be_focused()
    page.keyboard.press("Space")
    expect(mute).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("m")
    expect(mute).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    phase(page, "ended")
    expect(page.get_by_role("button", name="Call again")).to_be_focused()


def test_a_muted_caller_is_not_heard(serve, open_page, three_turns):
    page = open_page(serve("scripted_server.py", 1).url, three_turns)
    begin(page)
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("status")).to_have_text("Connected, muted")
    expect(page.locator("#speaker")).to_have_text("You are muted: Front desk cannot hear you")
    # Well past the first turn on the microphone, which begins at 6 s.
    expect(page.locator("#timer")).to_have_text("0:11")
    assert said(page) == [GREETING]
    page.get_by_role("button", name="Unmute").click()
    expect(page.locator("#log li")).to_have_count(3)


@pytest.mark.parametrize(
    ("microphone", "sentence"),
    [("blocked", "The microphone is blocked"), ("missing", "No microphone found")],
)
def test_without_a_microphone_the_page_says_what_to_do(
    serve, open_page, microphone, sentence, tmp_path
):
    page = open_page(serve("scripted_server.py", 1).url, microphone)
    page.get_by_role("button", name="Start call").click()
    phase(page, "failed")
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_role("alert")).to_contain_text("try again")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert not any("/api/calls" in url for url in page.requested)
    page.screenshot(path=tmp_path / "problem.png")


def test_a_server_that_dies_is_noticed(serve, open_page, three_turns):
    server = serve("scripted_server.py", 1)
    page = open_page(server.url, three_turns)
    begin(page)
    server.stop(signal.SIGKILL)
    phase(page, "failed")
    expect(page.get_by_role("alert")).to_contain_text("The server is gone")
    page.get_by_role("button", name="Try again").click()
    phase(page, "failed")
    expect(page.get_by_role("alert")).to_contain_text("callwright talk")


def test_a_server_that_is_stopped_says_goodbye(serve, open_page, three_turns):
    server = serve("scripted_server.py", 1)
    page = open_page(server.url, three_turns)
    begin(page)
    assert server.stop(signal.SIGINT) == 130
    phase(page, "failed")
    expect(page.get_by_role("alert")).to_contain_text("The server was stopped")


def test_a_screen_reader_finds_its_way(serve, open_page, three_turns):
    page = open_page(serve("scripted_server.py", 1).url, three_turns, reduced_motion="reduce")
    begin(page)
    expect(page.locator("#log li")).to_have_count(1)
    for role in ("banner", "main"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Front desk")
    expect(page.get_by_role("log", name="What was said")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("status")).to_have_text("Connected")
    expect(page.get_by_role("timer", name="Length of the call")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, [role=group], [role=log], section")]
          .filter((e) => !e.hidden && !e.textContent.trim() && !e.ariaLabel
            && !e.getAttribute("aria-labelledby")).map((e) => e.outerHTML)"""
    )
    assert unnamed == []
    loose = page.evaluate(
        """() => [...document.querySelectorAll("[aria-labelledby]")]
          .filter((e) => !document.getElementById(e.getAttribute("aria-labelledby")))
          .map((e) => e.outerHTML)"""
    )
    assert loose == []
    assert page.locator("svg:not([aria-hidden])").count() == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids))
    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0
