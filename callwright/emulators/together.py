"""Several stand-ins under one host name, as providers have it: each answers at its own paths."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from callwright.emulators.standin import Handler, StandIn


class Together:
    """What one host serves, each stand-in behind its own door.

    Where two answer at the same path, the first does: it is one provider, however many services
    of a stack ask it.

    Args:
        standins: Who answers.
    """

    def __init__(self, standins: Sequence[StandIn]) -> None:
        self._standins = standins
        self.cancels = any(standin.cancels for standin in standins)

    def app(self) -> web.Application:
        """All of them as one application."""
        app = web.Application()
        taken: set[tuple[str, str]] = set()
        for standin in self._standins:
            for route in standin.routes():
                if (route.method, route.path) not in taken:
                    taken.add((route.method, route.path))
                    app.router.add_route(
                        route.method, route.path, _behind_its_door(standin, route.handler)
                    )
        return app


def _behind_its_door(standin: StandIn, handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if standin.cancels:
            return await standin.answer(request, handler)
        # Another stand-in of this host wants its handlers cancelled; this one ends by itself.
        return await asyncio.shield(asyncio.ensure_future(standin.answer(request, handler)))

    return handle
