"""The page with the scripted agent behind it: `scripted_server.py MAX_CALLS`."""

import sys

import loopback  # noqa: F401
from scripted_agent import scripted_call

from callwright.lines.browser import PageAbout, create_app
from callwright.lines.browser_serve import address_of, listen, serve

if __name__ == "__main__":
    app = create_app(scripted_call, PageAbout("front-desk", "scripted"), max_calls=int(sys.argv[1]))
    listening = listen("127.0.0.1", 0)
    print(f"waiting at {address_of(listening)}", flush=True)  # noqa: T201
    try:
        serve(app, listening)
    except KeyboardInterrupt:
        sys.exit(130)
