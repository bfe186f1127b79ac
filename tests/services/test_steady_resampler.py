"""Sound that a model hears is resampled without dither: the same samples in every run."""

import numpy as np
import soxr

from callwright.services.steady_resampler import SteadyResampler

RATE, THEIRS = 16000, 24000
CHUNK = 320


async def test_chunks_come_out_as_the_whole_does_in_floating_point() -> None:
    noise = np.random.default_rng(1).integers(-8000, 8000, 100 * CHUNK).astype(np.int16)
    resampler = SteadyResampler()
    pieces = [
        await resampler.resample(noise[at : at + CHUNK].tobytes(), RATE, THEIRS)
        for at in range(0, len(noise), CHUNK)
    ]
    out = b"".join([*pieces, await resampler.flush()])
    whole = np.round(soxr.resample(noise.astype(np.float32), RATE, THEIRS)).astype(np.int16)
    heard = np.frombuffer(out, np.int16)
    assert len(heard) == len(whole)
    # A stream rounds its state otherwise than the whole, here and there.
    assert np.abs(heard.astype(int) - whole).max() <= 1
    assert np.mean(heard == whole) > 0.999
    assert await resampler.flush() == b""
