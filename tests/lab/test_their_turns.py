"""`turns: theirs`: the provider alone says when a turn begins and ends."""

from pathlib import Path

import pytest
from soaking import usually

from callwright.calls import events as ev
from callwright.declarations.finding import BUNDLED
from callwright.lab.conformance.barge_in import keeps_what_was_heard
from callwright.lab.conformance.calls import CALL, Held
from callwright.lab.options import ReplayOptions
from callwright.lab.replay import replay

RECORDINGS = BUNDLED.parent / "recordings"


@pytest.mark.parametrize("stack", usually(["s2s-openai", "s2s-azure"], "s2s-openai".__eq__))
def test_a_call_whose_turns_the_provider_makes(stack: str, tmp_path: Path) -> None:
    ours = (BUNDLED / "stacks" / f"{stack}.yaml").read_text()
    theirs = tmp_path / f"{stack}.yaml"
    theirs.write_text(ours.replace("turns: ours", "turns: theirs"))
    options = ReplayOptions(stack=str(theirs), out=tmp_path)
    call = replay(RECORDINGS / "reception-barge-in", options)
    held = Held(CALL, call)
    assert call.result.outcome == "completed"
    assert call.violations == []
    assert {event.reason for event in held.of(ev.TurnEnded)} == {"the provider took it to be over"}
    assert len(held.of(ev.Interrupted)) == 2
    assert keeps_what_was_heard(held).outcome == "limited"
    sent = [one.get("type") for one in held.received("s2s")]
    # The provider stops its answer itself; it cannot know how much of it was heard. The greeting is
    # an announcer's where there is one: then it is told the words that were heard.
    announced = "announcer" in call.declared.services
    assert sent.count("conversation.item.truncate") == (1 if announced else 2)
    assert ("conversation.item.create" in sent) or not announced
    assert "input_audio_buffer.commit" not in sent
