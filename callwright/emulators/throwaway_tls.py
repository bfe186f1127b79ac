"""A certificate authority for one run of a stand-in; nobody keeps its key."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from tempfile import TemporaryDirectory

import trustme

_NAMES = ("localhost", "127.0.0.1", "::1")


@contextmanager
def throwaway_tls() -> Generator[tuple[SSLContext, Path]]:
    """Give what a server on this machine needs, and the authority's certificate for its clients.

    The certificate's file is gone after the block; the authority's key never is in any.
    """
    authority = trustme.CA(organization_name="Callwright stand-in, for tests only")
    context = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert(*_NAMES).configure_cert(context)
    with TemporaryDirectory(prefix="callwright-ca-") as folder:
        path = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(path)
        yield context, path
