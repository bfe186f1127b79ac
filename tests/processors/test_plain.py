import pytest

from processors.plain import plain_words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hi, I have a question about my bill.", "hi i have a question about my bill"),
        ("My name is Anna Bell.", "my name is Anna Bell"),
        ("Yes, that's right. I'm sure!", "yes that's right i'm sure"),
        ("It's 415-555-0132.", "it's 415-555-0132"),
        ("I paid $2.50, on 3.4.", "i paid $2.50 on 3.4"),
        ("hi i have a question", "hi i have a question"),
        ("Anna Bell", "Anna Bell"),
        ("", ""),
    ],
)
def test_only_typography_goes(written: str, said: str) -> None:
    assert plain_words(written) == said
