"""Sample rates changed as the sound comes, the same way every time.

soxr dithers when it is handed 16-bit samples, with a seed of its own: two runs differ in the last
bit. In floating point it does not, so a replayed call sounds the same to the sample.
"""

import numpy as np
import soxr


class Resampler:
    """Turns a stream of 16-bit mono sound into another rate, chunk by chunk.

    Args:
        rate_in: Rate of what comes, Hz.
        rate_out: Rate of what goes, Hz.
    """

    def __init__(self, rate_in: int, rate_out: int) -> None:
        self._stream = (
            None
            if rate_in == rate_out
            else soxr.ResampleStream(rate_in, rate_out, num_channels=1, dtype="float32")
        )

    def feed(self, pcm: bytes) -> bytes:
        """What is ready after this chunk; the filter keeps a few milliseconds back."""
        return pcm if self._stream is None else self._run(pcm, last=False)

    def flush(self) -> bytes:
        """What the filter kept back; the next chunk begins a new stream."""
        if self._stream is None:
            return b""
        rest = self._run(b"", last=True)
        self._stream.clear()
        return rest

    def _run(self, pcm: bytes, *, last: bool) -> bytes:
        assert self._stream is not None
        samples = np.frombuffer(pcm, np.int16).astype(np.float32)
        resampled = self._stream.resample_chunk(samples, last=last)
        return np.clip(np.round(resampled), -32768, 32767).astype(np.int16).tobytes()
