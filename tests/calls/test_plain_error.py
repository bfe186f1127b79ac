"""An error is on record without what differs from call to call."""

from deepgram.core.api_error import ApiError

from callwright.calls.plain_error import plain_error


def test_headers_are_left_out() -> None:
    error = ApiError(
        headers={"x-deepgram-session-id": "addc7a75", "x": "{brace}, status"},
        status_code=403,
        body="no access",
    )
    assert plain_error(f"Deepgram rejected the connection: {error}") == (
        "Deepgram rejected the connection: status_code: 403, body: no access"
    )


def test_a_service_is_not_told_by_its_number() -> None:
    told = plain_error("CartesiaInOrderService#4 reconnection attempt 1 failed: order #4")
    assert told == "CartesiaInOrderService reconnection attempt 1 failed: order #4"


def test_other_words_stay() -> None:
    for words in ("", "timed out", "headers: {'a': 1} were odd"):
        assert plain_error(words) == words
