"""What we send against what was sent: what counts, what does not, and how it is shown."""

from typing import Any

import pytest

from callwright.wire.comparing import Ids, said_differences
from callwright.wire.entries import Said


def shown(recorded: Any, sent: Any, ids: Ids | None = None) -> list[str]:
    pair = (Said(json=recorded), Said(json=sent))
    return [str(one) for one in said_differences("body", *pair, ids or Ids())]


@pytest.mark.parametrize(
    ("recorded", "sent"),
    [
        ({"event_id": "a", "type": "x"}, {"event_id": "b", "type": "x"}),
        ({"audio_end_ms": 1200}, {"audio_end_ms": 1310}),
        ({"audio": {"$sound": 640}}, {"audio": {"$sound": 1280}}),
        ({"voice": {"id": "${CARTESIA_VOICE}"}}, {"voice": {"id": "${DEEPGRAM_API_KEY}"}}),
        ({"text": "born on ••• in Leeds"}, {"text": "born on March 3rd in Leeds"}),
        ({"value": "•••0123456789abcdef0123456789abcdef!"}, {"value": "1985-03-03!"}),
    ],
)
def test_ids_times_sound_and_what_was_taken_out_do_not_count(recorded: Any, sent: Any) -> None:
    assert shown(recorded, sent) == []


@pytest.mark.parametrize(
    ("recorded", "sent", "told"),
    [
        ({"model": "a"}, {"model": "b"}, "body.model: was 'a', is 'b'"),
        ({"model_id": "a"}, {"model_id": "b"}, "body.model_id: was 'a', is 'b'"),
        ({"max_tokens": 1}, {"max_tokens": 2}, "body.max_tokens: was 1, is 2"),
        ({"a": [1, 2]}, {"a": [1]}, "body.a[1]: was 2, is nothing"),
        ({}, {"stop": True}, "body.stop: was nothing, is True"),
        ({"text": "born in Leeds •••"}, {"text": "born in York 1985"}, "body.text: was"),
    ],
)
def test_everything_else_counts(recorded: Any, sent: Any, told: str) -> None:
    (difference,) = shown(recorded, sent)
    assert difference.startswith(told)


def test_of_a_long_text_the_line_is_shown_that_parts() -> None:
    prompt = [f"Rule {number}: be brief." for number in range(50)]
    then, now = "\n".join(prompt), "\n".join([*prompt[:20], "Rule 20: be long.", *prompt[21:]])
    assert shown({"system": then}, {"system": now}) == [
        "body.system: was 'Rule 20: be brief.', is 'Rule 20: be long.'"
    ]


def test_answers_are_told_in_our_ids() -> None:
    ids = Ids()
    assert shown({"context_id": "then", "t": "hi"}, {"context_id": "now", "t": "hi"}, ids) == []
    answer = {"type": "chunk", "context_id": "then", "words": ["then"]}
    assert ids.in_ours(answer)["context_id"] == "now"
    # A reference to it is no difference either.
    assert shown({"refers": "then"}, {"refers": "now"}, ids) == []
