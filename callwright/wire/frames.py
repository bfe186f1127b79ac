"""One direction of a websocket, from its bytes to its messages; compressed ones are inflated."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    PerMessageDeflate,
)
from websockets.frames import Close, Frame, Opcode
from websockets.headers import parse_extension
from websockets.streams import StreamReader


@dataclass(frozen=True, slots=True)
class Closing:
    """A side says that it closes.

    Args:
        code: 1005 where it gives none.
        reason: In its words.
    """

    code: int
    reason: str


class FrameReader:
    """Puts frames together to messages.

    Args:
        masked: Whether the frames are a client's.
        inflate: Undoes the compression that both sides have agreed on.
        message: Called with each message.
        closing: Called when the side says that it closes.
    """

    def __init__(
        self,
        *,
        masked: bool,
        inflate: PerMessageDeflate | None,
        message: Callable[[str | bytes], None],
        closing: Callable[[Closing], None],
    ) -> None:
        self._masked, self._message, self._closing = masked, message, closing
        self._extensions = [inflate] if inflate else []
        self._stream = StreamReader()
        self._begun: list[bytes] = []
        self._is_text = False
        self._reading = self._frames()
        next(self._reading)

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._stream.feed_data(data)
        next(self._reading)

    def _frames(self) -> Generator[None]:
        while True:
            frame = yield from Frame.parse(
                self._stream.read_exact, mask=self._masked, extensions=self._extensions
            )
            self._frame(frame)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            close = Close.parse(frame.data)
            self._closing(Closing(int(close.code), close.reason))
        elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            if frame.opcode is not Opcode.CONT:
                self._begun, self._is_text = [], frame.opcode is Opcode.TEXT
            self._begun.append(bytes(frame.data))
            if frame.fin:
                whole, self._begun = b"".join(self._begun), []
                self._message(whole.decode() if self._is_text else whole)


def deflated(header: str) -> tuple[PerMessageDeflate | None, PerMessageDeflate | None]:
    """What inflates a client's messages and a server's, by the server's header."""
    for name, parameters in parse_extension(header) if header else []:
        if name != PerMessageDeflate.name:
            raise ValueError(f"a websocket with the extension {name!r}")
        agreed = ClientPerMessageDeflateFactory().process_response_params(parameters, [])
        as_server = PerMessageDeflate(
            remote_no_context_takeover=agreed.local_no_context_takeover,
            local_no_context_takeover=agreed.remote_no_context_takeover,
            remote_max_window_bits=agreed.local_max_window_bits,
            local_max_window_bits=max(9, agreed.remote_max_window_bits),
        )
        return as_server, agreed
    return None, None
