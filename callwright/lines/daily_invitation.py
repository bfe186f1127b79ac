"""The caller's way into a private room, without its token on the screen or in a log."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from html import escape
from pathlib import Path

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={url}">
<title>Join the call</title><p><a href="{url}">Join the call</a></p></html>
"""


@contextmanager
def invitation_file(invitation: str) -> Generator[Path]:
    """A page that only this user can read and that leads into the room; gone afterwards.

    Args:
        invitation: The room's URL with the caller's token.
    """
    handle, name = tempfile.mkstemp(prefix="callwright-", suffix=".html")  # mode 0600
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as page:
            page.write(_PAGE.format(url=escape(invitation)))
        yield path
    finally:
        path.unlink(missing_ok=True)
