"""What a service says it used, in the units it is paid by. Pure."""

from pipecat.metrics.metrics import (
    LLMTokenUsage,
    LLMUsageMetricsData,
    MetricsData,
    STTUsageMetricsData,
    TTSUsageMetricsData,
)


def amounts_of(data: MetricsData) -> dict[str, float]:
    """Amounts by unit, see `calls.events.Used`; empty when the data is about something else."""
    match data:
        case LLMUsageMetricsData():
            return _tokens(data.value)
        case TTSUsageMetricsData():
            return {"characters": data.value}
        case STTUsageMetricsData():
            return {"seconds": round(data.value.audio_seconds, 3)}
        case _:
            return {}


def _tokens(used: LLMTokenUsage) -> dict[str, float]:
    amounts = {
        "input_tokens": used.prompt_tokens,
        "output_tokens": used.completion_tokens,
        "cached_tokens": used.cache_read_input_tokens,
        "cache_write_tokens": used.cache_creation_input_tokens,
        "input_audio_tokens": used.input_audio_tokens,
        "output_audio_tokens": used.output_audio_tokens,
        "cached_audio_tokens": used.cache_read_input_audio_tokens,
    }
    return {unit: amount for unit, amount in amounts.items() if amount is not None}
