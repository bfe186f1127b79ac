"""What libraries log that nobody asked for.

It comes before they are imported, so this file imports none of them.
"""

import logging
import os


def quiet() -> None:
    """Have libraries tell of trouble only; with LOGURU_LEVEL=DEBUG they tell everything."""
    level = os.environ.setdefault("LOGURU_LEVEL", "WARNING")
    if level.upper() not in ("TRACE", "DEBUG"):
        # Of a connection that breaks the service that holds it tells, in a line.
        logging.getLogger("websockets").setLevel(logging.CRITICAL)
