"""What a model's reply says, whoever passes it on."""

from collections.abc import Iterable

from pipecat.frames.frames import AggregatedTextFrame, Frame, LLMTextFrame


def reply_text(reply: Iterable[Frame]) -> str:
    """The words of a reply; models that stand in for each other pass them on in sentences."""
    texts: list[str] = []
    for frame in reply:
        if isinstance(frame, LLMTextFrame):
            texts.append(frame.text)
        elif type(frame) is AggregatedTextFrame:  # what a voice says word by word is one, too
            texts.append(f" {frame.text.strip()}" if texts else frame.text.strip())
    return "".join(texts)
