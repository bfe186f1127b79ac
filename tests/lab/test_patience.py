"""A tool takes its time, and the model has said nothing before: the caller is asked to wait."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
import yaml
from soaking import usually

from callwright.calls import events as ev
from callwright.engines.phrases import ENGLISH
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.replayed import Replayed

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"

AGENT = """
agent: front
greeting: Hello, this is Robin. Whom do you want to reach?
entities: {{}}
tools:
  look_up: {{python: 'tools:look_up', needs: [], timeout: 30}}
"""

TOOLS = """
import asyncio
async def look_up():
    await asyncio.sleep({seconds})
    return {{"number": 3}}
"""

STACK = """
stack: silent
kind: cascaded
services:
  vad: {{use: silero}}
  turn: {{use: smart_turn_v3}}
  stt: {{use: embedded_stt}}
  llm: {{use: '{model}:Silent'}}
  tts: {{use: embedded_tts{spare}}}
steps: [input, stt, hear_entities, context.user, llm, tts, output, context.bot]
"""

MODEL = """
import asyncio
from pipecat.frames.frames import (
    LLMContextFrame, LLMFullResponseEndFrame, LLMFullResponseStartFrame, LLMTextFrame,
)
from pipecat.services.llm_service import FunctionCallFromLLM, LLMService
from pipecat.services.settings import LLMSettings

class Silent(LLMService):
    Settings = LLMSettings

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        await self.push_frame(LLMFullResponseStartFrame())
        last = frame.context.get_messages()[-1]
        if last["role"] == "tool":
            for piece in "{answer}".split("|"):
                await asyncio.sleep(0.8)
                await self.push_frame(LLMTextFrame(piece))
        else:
            await self.push_frame(LLMTextFrame("{first}"))
            call = FunctionCallFromLLM(
                function_name="look_up", tool_call_id=str(frame.id), arguments={{}},
                context=frame.context,
            )
            await self.run_function_calls([call])
        await self.push_frame(LLMFullResponseEndFrame())
"""


def caller(folder: Path, pause: float) -> Path:
    """Somebody who says one thing, waits for so many seconds, and says it again."""
    folder.mkdir()
    notes = yaml.safe_load((PLAIN / "caller.yaml").read_text())
    notes["turns"] = notes["turns"][:1]
    samples, rate = sf.read(PLAIN / "user.wav", dtype="int16")
    said = samples[: int((notes["turns"][0]["to"] + 0.5) * rate)]
    once = np.pad(said, (3 * rate, int(pause * rate)))
    sf.write(folder / "user.wav", np.concatenate([once, said]), rate)
    (folder / "caller.yaml").write_text(yaml.safe_dump(notes))
    return folder


def called(
    folder: Path,
    seconds: float,
    pause: float = 20.0,
    first: str = "",
    answer: str = "It is number 3.",
    spare: str = "",
) -> Replayed:
    # Modules live as long as the process: another one needs another name.
    module = f"model_{abs(hash((first, answer)))}"
    texts = {
        "agent.yaml": AGENT.format(),
        "tools.py": TOOLS.format(seconds=seconds),
        "stack.yaml": STACK.format(model=module, spare=spare),
        f"{module}.py": MODEL.format(first=first, answer=answer),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    options = ReplayOptions(
        agent=str(folder / "agent.yaml"),
        stack=str(folder / "stack.yaml"),
        out=folder / "calls",
        caller="timeline",
    )
    return replay(caller(folder / "caller", pause), options)


TOOLS_TAKE = [(2.0, 0), (4.0, 1), (5.0, 1), (12.0, 2)]


@pytest.mark.parametrize(
    ("seconds", "asked"), usually(TOOLS_TAKE, [(4.0, 1), (12.0, 2)].__contains__)
)
def test_a_caller_is_asked_for_patience_while_a_tool_runs(
    seconds: float, asked: int, tmp_path: Path
) -> None:
    call = called(tmp_path, seconds)
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    held = ["One moment, please."] * asked
    assert said[1 : asked + 2] == [*held, "It is number 3."]
    assert call.violations == []
    returned = next(event for event in call.result.events if isinstance(event, ev.ToolReturned))
    assert returned.error is None
    # A model would take the words for the beginning of its own answer.
    assert not any("One moment" in str(one.get("content")) for one in call.result.context)


@pytest.mark.parametrize("seconds", usually([4.0, 9.0], (9.0).__eq__))
def test_a_tool_behind_the_first_words_keeps_nobody_in_silence(
    seconds: float, tmp_path: Path
) -> None:
    call = called(tmp_path, seconds, first="Let me see.")
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    held = ["One moment, please."] * (seconds > 5)
    assert said[1 : len(held) + 3] == ["Let me see.", *held, "It is number 3."]


def test_one_word_behind_the_words_of_patience_is_an_answer(tmp_path: Path) -> None:
    call = called(tmp_path, 5.0, answer="Yes.")
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    assert said[1:3] == ["One moment, please.", "Yes."]
    assert ENGLISH.trouble not in said


def test_words_of_patience_in_a_sentence_that_has_begun_are_no_voice_that_broke_off(
    tmp_path: Path,
) -> None:
    answer = "Your number in the list of people who wait |for a call back today is 3."
    call = called(tmp_path, 3.3, answer=answer, spare=", else: [{use: embedded_tts}]")
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    assert said[1:3] == ["One moment, please.", answer.replace("|", "")]
    assert [one for one in call.result.events if isinstance(one, ev.SwitchedOver)] == []


def test_words_of_patience_that_are_broken_into_are_on_record_as_far_as_they_came(
    tmp_path: Path,
) -> None:
    call = called(tmp_path, 12.0, pause=2.6)
    said = [event.text for event in call.result.events if isinstance(event, ev.Said)]
    assert said[1] in ("One", "One moment,")
    assert call.violations == []
