"""A conversation as a new session is told it."""

from callwright.services.realtime_items import (
    before_last_answer,
    items_of,
    open_calls,
    said_last,
    text_item,
)

CALL = {"id": "c1", "function": {"name": "take_message", "arguments": "{}"}, "type": "function"}
TOLD = [
    {"role": "developer", "content": "Greet them."},
    {"role": "assistant", "content": "How can I  help you?"},
    {"role": "user", "content": [{"type": "text", "text": "my bill"}]},
    {"role": "assistant", "tool_calls": [CALL]},
    {"role": "tool", "content": '{"reference": "1"}', "tool_call_id": "c1"},
    {"role": "assistant", "content": "Done."},
]


def test_every_message_is_an_item_of_its_kind() -> None:
    items = items_of(TOLD)
    assert [(item.type, item.role) for item in items] == [
        ("message", "system"),
        ("message", "assistant"),
        ("message", "user"),
        ("function_call", None),
        ("function_call_output", None),
        ("message", "assistant"),
    ]
    spoken = items[2].content
    assert spoken is not None
    assert (spoken[0].type, spoken[0].text) == ("input_text", "my bill")
    assert (items[3].call_id, items[4].output) == ("c1", '{"reference": "1"}')


def test_a_tool_that_still_runs_has_no_output_yet() -> None:
    running = [*TOLD[:4], {"role": "tool", "content": "IN_PROGRESS", "tool_call_id": "c1"}]
    assert [item.type for item in items_of(running)][-1] == "function_call"
    assert open_calls(running) == {"c1"}
    assert open_calls(TOLD) == set()


def test_an_answer_that_is_due_again_is_not_told() -> None:
    assert before_last_answer(TOLD) == TOLD[:-1]
    assert before_last_answer(TOLD[:5]) == TOLD[:5]


def test_the_last_words_are_evenly_spaced() -> None:
    assert said_last(TOLD[:3]) == "How can I help you?"
    assert said_last([]) == ""


def test_what_only_one_provider_understands_is_left_out() -> None:
    assert items_of([object(), {"role": "user", "content": ""}]) == []
    content = text_item("assistant", "Thanks, John.").content
    assert content is not None
    assert content[0].type == "output_text"
