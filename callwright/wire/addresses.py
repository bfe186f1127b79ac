"""Where a service is found: a host, a port, and whether TLS is spoken there."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}
_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Address:
    """One place of the network.

    Args:
        host: Its name, in small letters; this machine goes by ``localhost``.
        port: Its port.
        tls: Whether TLS is spoken there.
    """

    host: str
    port: int = 443
    tls: bool = True


def host_of(name: str) -> str:
    """A host as an `Address` has it, whatever it is called."""
    name = name.lower().rstrip(".")
    return "localhost" if name in _HERE else name


def address_in(text: str, *, bare: bool = False) -> Address | None:
    """The address that a text is; None where it is none.

    Args:
        text: A URL of http or websockets.
        bare: Whether a host without a scheme is one, too; TLS is spoken there.
    """
    if bare and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    tls = parts.scheme in ("https", "wss")
    return Address(host_of(host), _PORTS[parts.scheme] if port is None else port, tls)
