"""asyncio's transport over an end of a simulated connection.

It keeps to what asyncio's own socket transport does: callbacks come through the loop,
`connection_lost` once, writing pauses over a full buffer and reading when it is asked to.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from callwright.clock.tls import StrippedTLS
from callwright.clock.wire import End

# The sizes of asyncio's own transports.
_READ_AT_ONCE = 256 * 1024
_HIGH_WATER = 64 * 1024


class SimulatedTransport(asyncio.Transport):
    """A transport of the simulated network.

    Args:
        loop: The loop it belongs to.
        end: The end of the connection it holds.
        protocol: Who is served.
        tls: What to report of TLS; with it there is no half-close, as in asyncio.
        on_lost: Called with the transport after `connection_lost`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        end: End,
        protocol: asyncio.BaseProtocol,
        *,
        tls: StrippedTLS | None = None,
        on_lost: Callable[["SimulatedTransport"], None] | None = None,
    ) -> None:
        extra = {"socket": end, "sockname": end.getsockname(), "peername": end.getpeername()}
        super().__init__(extra)
        self._facts: dict[str, Any] = extra
        self._loop, self._end, self._on_lost = loop, end, on_lost
        self._buffer = bytearray()
        self._started = self._paused = self._closing = self._lost = False
        self._writing_paused = self._eof_sent = self._eof_seen = self._with_tls = False
        self.set_write_buffer_limits()
        self.set_protocol(protocol)
        if tls is not None:
            self.report_tls(tls)
        loop.call_soon(self._start)

    def report_tls(self, tls: StrippedTLS) -> None:
        """From now on it is a connection with TLS."""
        self._with_tls = True
        self._facts.update(tls.extra_info())

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._facts.get(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol: Any = protocol
        self._takes_buffers = isinstance(protocol, asyncio.BufferedProtocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def _start(self) -> None:
        try:
            self._protocol.connection_made(self)
        finally:
            self._started = True
            self._end.when_readable(self._read_ready)
            self._end.when_writable(self._write_ready)
            self._loop.call_soon(self._read_ready)

    # --- reading ------------------------------------------------------------------------------

    def is_reading(self) -> bool:
        return not self._closing and not self._paused

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        if self._paused and not self._closing:
            self._paused = False
            self._loop.call_soon(self._read_ready)

    def _read_ready(self) -> None:
        if not self._started or self._eof_seen or not self.is_reading():
            return
        try:
            alive = self._read()
        except OSError as error:
            self._lose(error)
        except Exception as error:
            self._fail(error, "a protocol failed over what it received")
        else:
            if alive and self._end.readable():
                self._loop.call_soon(self._read_ready)

    def _read(self) -> bool:
        """Hand over what has arrived; whether there may be more."""
        into: memoryview | None = None
        if self._takes_buffers and self._end.readable():
            into = memoryview(self._protocol.get_buffer(-1))
            if not into:
                raise RuntimeError("get_buffer() returned an empty buffer")
        data = self._end.recv(_READ_AT_ONCE if into is None else len(into))
        if data is None:
            return False
        if not data:
            self._read_end()
            return False
        if into is None:
            self._protocol.data_received(data)
        else:
            into[: len(data)] = data
            self._protocol.buffer_updated(len(data))
        return True

    def _read_end(self) -> None:
        self._eof_seen = True
        keep_open = self._protocol.eof_received()
        if not keep_open or self._with_tls:
            self.close()

    # --- writing ------------------------------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not isinstance(data, (bytes, bytearray, memoryview)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"data has to be bytes, not {type(data).__name__}")
        if self._eof_sent:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._lost or not data:
            return
        sent = 0
        if not self._buffer:
            try:
                sent = self._end.send(data)
            except OSError as error:
                self._lose(error)
                return
        self._buffer += data[sent:]
        self._pause_writing_when_full()

    def _write_ready(self) -> None:
        if self._lost or not self._buffer:
            return
        try:
            sent = self._end.send(self._buffer)
        except OSError as error:
            self._lose(error)
            return
        del self._buffer[:sent]
        if self._writing_paused and len(self._buffer) <= self._low:
            self._writing_paused = False
            self._tell(self._protocol.resume_writing)
        if self._buffer:
            return
        if self._closing:
            self._lose(None)
        elif self._eof_sent:
            self._end.end_sending()

    def _pause_writing_when_full(self) -> None:
        if len(self._buffer) > self._high and not self._writing_paused:
            self._writing_paused = True
            self._tell(self._protocol.pause_writing)

    def _tell(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception as error:
            self._report(error, "a protocol failed over flow control")

    def get_write_buffer_size(self) -> int:
        return len(self._buffer)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return (self._low, self._high)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if high is None:
            high = _HIGH_WATER if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(f"high ({high}) must be >= low ({low}) must be >= 0")
        self._high, self._low = high, low
        if hasattr(self, "_protocol"):
            self._pause_writing_when_full()

    def can_write_eof(self) -> bool:
        return not self._with_tls

    def write_eof(self) -> None:
        if self._with_tls:
            raise NotImplementedError("TLS has no half-close")
        if self._closing or self._eof_sent:
            return
        self._eof_sent = True
        if not self._buffer:
            self._end.end_sending()

    # --- the end ------------------------------------------------------------------------------

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if self._closing:
            return
        self._closing = True
        if not self._buffer:
            self._lose(None)

    def abort(self) -> None:
        self._lose(None)

    def _lose(self, error: Exception | None) -> None:
        if self._lost:
            return
        self._lost = self._closing = True
        self._buffer.clear()
        self._loop.call_soon(self._say_lost, error)

    def _say_lost(self, error: Exception | None) -> None:
        try:
            self._protocol.connection_lost(error)
        finally:
            self._end.close()
            if self._on_lost is not None:
                self._on_lost(self)

    def _fail(self, error: Exception, what: str) -> None:
        self._report(error, what)
        self._lose(error)

    def _report(self, error: Exception, what: str) -> None:
        self._loop.call_exception_handler(
            {"message": what, "exception": error, "transport": self, "protocol": self._protocol}
        )
