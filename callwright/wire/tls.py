"""Listening where TLS ends: what a live call's clients write and read, before and after the cipher.

Every asyncio client has its TLS done by the standard library over memory, whoever drives it:
asyncio for websockets and aiohttp, anyio for httpx. All of them ask their `SSLContext` for the
object that ciphers, and `SSLContext.sslobject_class` is the documented place to say of which class
that is. Ours adds nothing but ears, and none where nobody listens.
"""

import ssl
from typing import Any

from callwright.clock.overhearing import Overheard, overheard


class OverheardTLS(ssl.SSLObject):
    """An `ssl.SSLObject` whose plain text is listened to."""

    _ears: Overheard | None = None
    _shook_hands = False

    def do_handshake(self) -> None:
        # It takes several calls, the first of them where the connection is made.
        if not self._shook_hands:
            self._shook_hands = True
            self._ears = overheard(self.server_hostname) if self.server_hostname else None
        super().do_handshake()

    def write(self, data: Any) -> int:
        written = super().write(data)
        if self._ears is not None:
            self._ears.sent(memoryview(data)[:written])
        return written

    def read(self, len: int = 1024, buffer: Any = None) -> Any:
        try:
            got: Any = super().read(len) if buffer is None else super().read(len, buffer)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._over(ours=False)
            raise
        if not got:
            self._over(ours=False)
        elif self._ears is not None:
            self._ears.received(got if buffer is None else memoryview(buffer)[:got])
        return got

    def unwrap(self) -> None:
        self._over(ours=True)
        super().unwrap()

    def _over(self, *, ours: bool) -> None:
        if self._ears is not None:
            self._ears.ended(ours=ours)


def listen_to_tls() -> None:
    """Let TLS connections that are opened from now on be listened to. Idempotent.

    It stays: calls overlap and end in any order, and with nobody listening it changes nothing.
    """
    ssl.SSLContext.sslobject_class = OverheardTLS
