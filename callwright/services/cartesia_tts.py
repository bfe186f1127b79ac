"""Cartesia's voice, its words in order."""

from pipecat.services.cartesia.tts import CartesiaTTSService

from callwright.services.words_in_order import WordsInOrder


# Both are TTS services; settings and their changes are Cartesia's own.
class CartesiaInOrderService(  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]
    CartesiaTTSService, WordsInOrder
):
    """The voice of Cartesia; see `WordsInOrder`."""

    Settings = CartesiaTTSService.Settings
