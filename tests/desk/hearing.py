"""What a captured speaker holds."""

import numpy as np


def loudness(samples: np.ndarray, rate: int = 16000) -> np.ndarray:
    """RMS of every 20 ms."""
    step = rate // 50
    whole = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float64)
    return np.sqrt((whole**2).mean(axis=1)) if len(whole) else np.zeros(0)
