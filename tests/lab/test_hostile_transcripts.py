"""Transcripts of bad faith through whole pipelines: they are answered, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import yaml
from hostile_transcripts import TRANSCRIPTS
from soaking import usually

from callwright.calls import events as ev
from callwright.emulators.parts import TimedWord
from callwright.emulators.reference import ReferenceListener
from callwright.engines.ear import Heard
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay
from callwright.lab.report import report
from callwright.services.embedded_stt import EmbeddedSTTService

PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
NAME, NUMBER, YES = range(1, 4)
TURNS = (NAME, NAME, NAME, YES, NUMBER, YES, YES)
# Which text is heard instead of these words, the first time and after; None: what was said.
INSTEAD = {"my name is anna bell": [0, 1, None], "yes that's right": [2, 3, None]}
# A lone half of a character cannot be sent by any provider.
KINDS = [kind for kind in TRANSCRIPTS if kind != "alone"]
FOURS = [KINDS[at : at + 4] for at in range(0, len(KINDS) - 3, 4)] + [KINDS[-4:]]
WORST = ["long word", "control", "tool call", "orders"]
CALLS = [("cascaded", kinds) for kinds in FOURS] + [("embedded", WORST), ("s2s-openai", WORST)]
# Each is put to the rules without sound; here, the worst of them to a model that hears.
USUAL = [("s2s-openai", WORST)]

AGENT = """
agent: front
greeting: Lakeside Clinic, this is Robin, an automated assistant. How can I help you?
closing: Goodbye.
entities:
  full_name: {type: person_name, ask: 'May I have your full name?'}
  callback_number:
    {type: phone, ask: 'What number can we call you back on?', confirm: read_back}
checkpoints:
  disclosure: {say: '{greeting}'}
  identity: {needs: [full_name, callback_number], keep: override}
tools:
  take_message:
    python: 'tools:take_message'
    needs: [full_name, callback_number]
    after: [disclosure, identity]
"""
TOOLS = "def take_message(full_name, callback_number): return {'reference': '4711'}\n"


class Mishearing:
    """Hands over something else than what was said, turn by turn.

    Args:
        texts: Four of them, in the order in which they are heard.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        # A stack may have two pairs of ears.
        self._left: dict[object, dict[str, list[int | None]]] = {}
        self.handed: dict[object, list[str]] = {}

    def instead_of(self, words: str, ears: object) -> str:
        """What is heard."""
        left = self._left.setdefault(ears, {said: list(these) for said, these in INSTEAD.items()})
        instead = left[words].pop(0) if left.get(words) else None
        if instead is None:
            return words
        self.handed.setdefault(ears, []).append(self._texts[instead])
        return self._texts[instead]


def caller(folder: Path) -> Path:
    """A caller who says some turns of a recording twice."""
    samples, rate = soundfile.read(PLAIN / "user.wav", dtype="int16")
    notes = yaml.safe_load((PLAIN / "caller.yaml").read_text())
    sound, turns, at = [], [], 0.0
    for number in TURNS:
        turn = notes["turns"][number]
        begin, end = round((turn["from"] - 0.3) * rate), round((turn["to"] + 0.3) * rate)
        sound.append(samples[begin:end])
        length = (end - begin) / rate
        turns.append({**turn, "from": at + 0.3, "to": at + length - 0.3})
        at += length
    folder.mkdir()
    soundfile.write(folder / "user.wav", np.concatenate(sound), rate)
    (folder / "caller.yaml").write_text(yaml.safe_dump({**notes, "turns": turns}))
    return folder


def mishear(monkeypatch: pytest.MonkeyPatch, texts: Sequence[str]) -> Mishearing:
    mishearing = Mishearing(texts)
    final: Callable[..., Any] = ReferenceListener._final

    def words(self: ReferenceListener) -> tuple[TimedWord, ...]:
        heard = final(self)
        said = " ".join(word.text for word in heard)
        other = mishearing.instead_of(said, self)
        return heard if other == said else (replace(heard[0], text=other),)

    own: Callable[..., Any] = EmbeddedSTTService._final

    def transcript(self: EmbeddedSTTService, heard: Heard) -> Any:
        return own(self, replace(heard, text=mishearing.instead_of(heard.text, self)))

    monkeypatch.setattr(ReferenceListener, "_final", words)
    monkeypatch.setattr(EmbeddedSTTService, "_final", transcript)
    return mishearing


@pytest.mark.parametrize(("stack", "kinds"), usually(CALLS, USUAL.__contains__))
def test_hostile_transcripts_change_nothing(
    stack: str, kinds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "front"
    folder.mkdir()
    (folder / "tools.py").write_text(TOOLS)
    (folder / "agent.yaml").write_text(AGENT)
    texts = [TRANSCRIPTS[kind] for kind in kinds]
    mishearing = mishear(monkeypatch, texts)
    options = ReplayOptions(agent=str(folder / "agent.yaml"), stack=stack, out=tmp_path / "calls")
    call = replay(caller(tmp_path / "caller"), options)
    assert texts in mishearing.handed.values()
    assert call.violations == []
    assert not [one for one in call.result.events if isinstance(one, ev.Trouble)]
    assert call.result.outcome == "completed"
    assert [tool["reason"] for tool in report(call)["tools"] if tool["name"] == "take_message"] == [
        ""
    ]
    # A word may be taken for a name until another one is given; for a number none is.
    assert call.result.conversation.entities["full_name"].value == "Anna Bell"
    assert [
        (one.value, one.status)
        for one in call.result.events
        if isinstance(one, ev.EntityChanged) and one.entity == "callback_number" and one.value
    ] == [("+14155550132", "captured"), ("+14155550132", "confirmed")]
