"""Deepgram's recognition, and when it says that nothing more is coming."""

from typing import Any

from pipecat.services.deepgram.stt import DeepgramSTTService

from processors.frames import WordsSettledFrame


class SettlingDeepgramSTTService(DeepgramSTTService):
    """Pipecat's service; it also tells that all words of a stretch of speech have been delivered.

    At the end of speech Pipecat asks Deepgram to finalize. Where Deepgram had ended the utterance
    by itself a moment before, its answer holds no words, and Pipecat tells nobody: the turn would
    wait for as long as words might take at the worst.
    """

    async def _on_message(self, message: Any) -> None:
        await super()._on_message(message)
        if not getattr(message, "from_finalize", False) or not message.is_final:
            return
        said = message.channel.alternatives if message.channel else []
        if not any(each.transcript for each in said):
            # It confirms the words that came before; Pipecat would let it confirm the next ones.
            self._finalize_pending = False
            await self.push_frame(WordsSettledFrame())
