"""The services of a recorded call, played from its cassette: they say again what they said.

What we send is held against what was sent then; ids that we make up anew are put in the place of
the recorded ones. An answer takes as long as it did.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from aiohttp import web

from callwright.clock import Link
from callwright.declarations.load import Declared
from callwright.emulators.addresses import addresses_of
from callwright.emulators.sse import hang_up
from callwright.emulators.standin import serving
from callwright.lab.cassette_socket import Far, How, play_socket
from callwright.wire import parsing
from callwright.wire.cassette import Cassette, Connection
from callwright.wire.comparing import Difference, Ids, request_differences
from callwright.wire.entries import Entry, Gone, Over, Part, Request, Response
from callwright.wire.masking import Masks


@dataclass(slots=True)
class Exchange:
    """A request, and what came of it: an answer, or the whole life of a websocket.

    Args:
        connection: Where it stands.
        request: What was asked.
        answer: What followed, up to the next request.
        played: Whether it has been asked again.
    """

    connection: Connection
    request: Request
    answer: list[Entry] = field(default_factory=list[Entry])
    played: bool = False


class Player:
    """Plays all services of a call.

    ``deaf_since`` is the moment of the recorded call, seconds, from which on nothing is compared:
    words of the caller were taken out there, and whoever does not hear them answers otherwise.

    Args:
        cassette: What they said.
        masks: Makes of what we send what would have been written down of it.
    """

    def __init__(self, cassette: Cassette, masks: Masks) -> None:
        self._masks = masks
        self._ids = Ids()
        self._exchanges = [one for connection in cassette.connections for one in _of(connection)]
        self._exchanges.sort(key=lambda one: one.request.at)
        self._differences: list[Difference] = []
        self.deaf_since: float | None = None

    @asynccontextmanager
    async def serving(self, declared: Declared) -> AsyncGenerator[None]:
        """Play at the hosts of a stack's services while the block runs."""
        ways = self.ways(declared)
        places = dict.fromkeys((one.host, one.port) for one in addresses_of(declared))
        async with AsyncExitStack() as served:
            for host, port in places:
                far = Far(ways[host].latency)
                await served.enter_async_context(serving(_Host(self, far), host, port))
            yield

    def ways(self, declared: Declared) -> dict[str, Link]:
        """The ways to the hosts of a stack's services: as long as the recorded ones seem to be."""
        found: dict[str, set[str]] = {}
        for address, uses in addresses_of(declared).items():
            found.setdefault(address.host, set()).update(uses)
        return {host: Link(self._way(uses)) for host, uses in found.items()}

    def _way(self, uses: Collection[str]) -> float:
        """Seconds to services, one way: half of the quickest answer or handshake."""
        theirs = [one for one in self._exchanges if not {*one.connection.services}.isdisjoint(uses)]
        took = [one.request.at - one.connection.opened for one in theirs]
        took += [
            response.at - one.request.until
            for one in theirs
            if (response := _response(one)) is not None
        ]
        return max(0.0, min(took, default=0.0) / 2)

    def finish(self) -> list[Difference]:
        """Everything that was sent otherwise, and what was not sent again at all."""
        if self.deaf_since is not None:
            return self._differences
        unasked = [
            Difference(_title(one), "asked", "")
            for one in self._exchanges
            if not one.played and one.request.method != "HEAD"
        ]
        return self._differences + unasked

    def _differs(self, title: str, difference: Difference) -> None:
        if self.deaf_since is None:
            where = ": ".join(filter(None, (title, difference.where)))
            self._differences.append(replace(difference, where=where))

    def _deaf(self, at: float) -> None:
        if self.deaf_since is None:
            self.deaf_since = at

    async def answer(self, request: web.Request, far: Far) -> web.StreamResponse:
        """Answer a request as it was answered."""
        body = await request.read()
        asked = parsing.request(request.method, request.path_qs, request.headers)
        asked = replace(asked, body=parsing.said(body) if body else None)
        clean = self._masks.without_secrets(asked)
        assert isinstance(clean, Request)
        exchange = self._found(clean)
        if exchange is None:
            if clean.method == "HEAD":
                return web.Response(status=404)
            title = f"{clean.method} {clean.path}"
            self._differs(title, Difference("", "", "a request"))
            return web.Response(status=501, text=f"the cassette has no answer to {title}")
        exchange.played = True
        if clean.method != "HEAD":
            for difference in request_differences(exchange.request, clean, self._ids):
                self._differs(_title(exchange), difference)
        late = far.sent() - exchange.request.until
        response = _response(exchange)
        if response is None:
            await asyncio.Event().wait()  # it was never answered
            raise AssertionError
        await far.before(response.at + late)
        if response.status == 101:
            how = How(
                masks=self._masks,
                ids=self._ids,
                far=far,
                late=late,
                differs=partial(self._differs, _title(exchange)),
                deaf=self._deaf,
            )
            return await play_socket(request, exchange, how)
        return await self._http(request, exchange, late, far)

    def _found(self, asked: Request) -> Exchange | None:
        """The recorded request that this one is likest to, among the next of its kind."""
        like = [
            one
            for one in self._exchanges
            if not one.played
            and (one.request.method, one.request.path) == (asked.method, asked.path)
        ]
        # Two may be under way at once, and change places.
        return min(like[:_AT_ONCE], key=lambda one: _unlike(one.request, asked), default=None)

    async def _http(
        self, request: web.Request, exchange: Exchange, late: float, far: Far
    ) -> web.StreamResponse:
        response = _response(exchange)
        assert response is not None
        answer = web.StreamResponse(status=response.status, headers=dict(response.headers))
        await answer.prepare(request)
        for entry in exchange.answer:
            if not isinstance(entry, Part | Over | Gone) or entry == Gone(entry.at, ours=True):
                continue
            await far.before(entry.at + late)
            if isinstance(entry, Over):
                return answer
            if isinstance(entry, Gone):
                hang_up(request)
                break
            said = replace(entry.said, json=self._ids.in_ours(entry.said.json))
            piece = parsing.spoken(said, exchange.connection.sound)
            await answer.write(piece.encode() if isinstance(piece, str) else piece)
        # The client of then did not wait for the rest; who waits now waits for nothing.
        await asyncio.Event().wait()
        return answer


class _Host:
    """One host of the network, at which everything is answered from the cassette."""

    cancels = True

    def __init__(self, player: Player, far: Far) -> None:
        self._player, self._far = player, far

    def app(self) -> web.Application:
        """Takes every request."""
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        return await self._player.answer(request, self._far)


# So many requests of a kind are under way together at most.
_AT_ONCE = 3


def _unlike(recorded: Request, asked: Request) -> int:
    """How much two requests differ."""
    return len(list(request_differences(recorded, asked, Ids())))


def _of(connection: Connection) -> list[Exchange]:
    found: list[Exchange] = []
    for entry in connection.entries:
        if isinstance(entry, Request):
            found.append(Exchange(connection, entry))
        elif found:
            found[-1].answer.append(entry)
    return found


def _response(exchange: Exchange) -> Response | None:
    return next((one for one in exchange.answer if isinstance(one, Response)), None)


def _title(exchange: Exchange) -> str:
    line = exchange.connection.entries.index(exchange.request) + 1
    return f"{exchange.connection.name}:{line} {exchange.request.method} {exchange.request.path}"
