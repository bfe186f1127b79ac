"""Pipecat's resampling, the same in every run; see `engines.resample`."""

from pipecat.audio.resamplers.base_audio_resampler import BaseAudioResampler

from callwright.engines.resample import Resampler


class SteadyResampler(BaseAudioResampler):
    """Resamples one stream of 16-bit mono sound; in the same call it gives the same samples."""

    def __init__(self) -> None:
        self._stream: Resampler | None = None
        self._rates = (0, 0)

    async def resample(self, audio: bytes, in_rate: int, out_rate: int) -> bytes:
        """What is ready after this chunk.

        Args:
            audio: The chunk.
            in_rate: Its rate, Hz.
            out_rate: The rate of what comes out, Hz.
        """
        if self._stream is None or self._rates != (in_rate, out_rate):
            self._stream, self._rates = Resampler(in_rate, out_rate), (in_rate, out_rate)
        return self._stream.feed(audio)

    async def flush(self) -> bytes:
        """What was kept back; the next chunk begins a new stream."""
        stream, self._stream = self._stream, None
        return stream.flush() if stream is not None else b""

    async def reset(self) -> None:
        """Forget what was kept back."""
        self._stream = None
