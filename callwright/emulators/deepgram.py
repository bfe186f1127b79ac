"""All of Deepgram's recognition under its one host: nova and Flux."""

from aiohttp import web

from callwright.emulators.deepgram_flux import DeepgramFlux
from callwright.emulators.deepgram_listen import DeepgramListen


class Deepgram(DeepgramListen, DeepgramFlux):
    """Both protocols in one stand-in, with one scene.

    Args:
        scene: What it hears.
    """

    uses = (*DeepgramListen.uses, *DeepgramFlux.uses)

    def routes(self) -> list[web.RouteDef]:
        """The endpoints of both."""
        return [*DeepgramListen.routes(self), *DeepgramFlux.routes(self)]
