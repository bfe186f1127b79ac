"""TLS on the simulated network: asked for, reported, paid for with a round trip, and left out.

Both ends are ours, so nothing is encrypted and no certificate is looked at. A server that was
given no TLS answers under a production `https://` address as well.
"""

import importlib
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from callwright.clock.wire import End


class StrippedTLS:
    """What libraries ask of an `ssl.SSLObject` once the handshake is over."""

    session = None
    session_reused = False

    def __init__(
        self, context: ssl.SSLContext | bool, *, server_side: bool, server_hostname: str | None
    ) -> None:
        # A bare context where the caller left it to asyncio: nobody verifies anything with it.
        self.context = (
            context
            if isinstance(context, ssl.SSLContext)
            else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        self.server_side = server_side
        self.server_hostname = server_hostname

    def version(self) -> str:
        return "TLSv1.3"

    def cipher(self) -> tuple[str, str, int]:
        return ("TLS_AES_256_GCM_SHA384", "TLSv1.3", 256)

    def shared_ciphers(self) -> None:
        return None

    def compression(self) -> None:
        return None

    def selected_alpn_protocol(self) -> None:
        """None, so that HTTP clients speak HTTP/1.1."""
        return None

    def getpeercert(self, binary_form: bool = False) -> Any:
        return b"" if binary_form else {}

    def get_channel_binding(self, _kind: str = "tls-unique") -> None:
        return None

    def pending(self) -> int:
        return 0

    def extra_info(self) -> dict[str, Any]:
        """What a transport with TLS answers to `get_extra_info`."""
        return {
            "ssl_object": self,
            "sslcontext": self.context,
            "cipher": self.cipher(),
            "compression": None,
            "peercert": {},
        }


@contextmanager
def left_out_of_anyio() -> Generator[None]:
    """Let anyio hand back its plain stream where TLS was asked for, while the block runs.

    httpx and the clients on it do TLS above the event loop, in `anyio.streams.tls`, out of the
    loop's sight. Only streams of the simulated network are touched; others keep their TLS.
    """
    try:
        stream = importlib.import_module("anyio.streams.tls").TLSStream
        raw_socket = importlib.import_module("anyio.abc").SocketAttribute.raw_socket
    except ModuleNotFoundError:
        yield
        return
    original: Any = stream.__dict__["wrap"]

    async def wrap(cls: Any, transport_stream: Any, **options: Any) -> Any:
        end = transport_stream.extra(raw_socket, None)
        if not isinstance(end, End):
            return await original.__func__(cls, transport_stream, **options)
        await end.connection.round_trip()
        return transport_stream

    stream.wrap = classmethod(wrap)
    try:
        yield
    finally:
        stream.wrap = original
