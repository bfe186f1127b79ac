"""Cartesia's voice, its words in order, on one connection."""

from pipecat.services.cartesia.tts import CartesiaTTSService

from callwright.services.one_connection import OneConnection
from callwright.services.words_in_order import WordsInOrder


# Both are TTS services; settings and their changes are Cartesia's own.
class CartesiaInOrderService(  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]
    OneConnection, CartesiaTTSService, WordsInOrder
):
    """The voice of Cartesia; see `WordsInOrder` and `OneConnection`."""

    Settings = CartesiaTTSService.Settings
