"""Words of the rules are told from a model's, also when they come in pieces."""

from processors.own_words import OwnWords


def own(*texts: str) -> OwnWords:
    words = OwnWords()
    for text in texts:
        words.add(text)
    return words


def test_what_was_cut_off_or_runs_together_is_the_rules_own() -> None:
    assert own("One moment, please.").cover("one moment")
    assert own("One moment, please.", "We keep it. Agreed?").cover("One moment, please. We keep")
    assert not own("One moment, please.").cover("You are verified.")
    assert not own("One moment, please.").cover("One moment, please. You are verified.")


def test_a_piece_may_go_on_where_the_last_one_ended() -> None:
    words = own("One moment, please.", "We keep it. Agreed?")
    assert words.cover("One moment, please. We")
    assert words.cover("keep it.")
    assert words.cover("Agreed?")
    assert not words.cover("Agreed?")


def test_a_piece_may_begin_in_one_wording_and_end_in_the_next() -> None:
    words = own("Take your time.", "Are you still there?")
    assert words.cover("Take")
    assert words.cover("your time. Are you")
    assert not words.cover("Is that right?")


def test_what_is_said_twice_may_be_cut_off_both_times() -> None:
    words = own("Hello, I am Robin. How can I help you?", "Hello, I am Robin. How can I help you?")
    assert words.cover("Hello, I am Robin.")
    assert words.cover("Hello, I am Robin.")
    words.add("Are you still there? How can I help you?")
    assert words.cover("How can I help you? Are you still")
    assert words.cover("there? How can")


def test_what_is_said_over_and_over_leaves_no_more_than_was_to_be_said() -> None:
    words = own(*["Goodbye."] * 8)
    for _ in range(40):
        words.add("Goodbye.")
        assert words.cover("Goodbye.")
    assert len(words._left) <= 8  # pyright: ignore[reportPrivateUsage]


def test_a_piece_out_of_the_middle_is_none() -> None:
    assert not own("Is that right?").cover("right")
