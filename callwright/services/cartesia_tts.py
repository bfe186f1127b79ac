"""Cartesia's voice, its words in order."""

from pipecat.services.cartesia.tts import CartesiaTTSService

from callwright.services.words_in_order import WordsInOrder


class CartesiaInOrderService(CartesiaTTSService, WordsInOrder):
    """The voice of Cartesia; see `WordsInOrder`."""

    Settings = CartesiaTTSService.Settings
