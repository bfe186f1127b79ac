"""How many seconds of call a second of CPU replays, on the embedded stack."""

from bench.calls import RECORDINGS, median, replay

RUNS = 3


def measure() -> list[str]:
    """Virtual seconds per CPU second of the longest bundled call; the goal is 8."""
    calls = sorted(path.parent for path in RECORDINGS.glob("*/caller.yaml"))
    longest = max((replay(recording=call)["call_seconds"], call) for call in calls)[1]
    runs = [replay(recording=longest) for _ in range(RUNS)]
    factors = [run["call_seconds"] / run["cpu_seconds"] for run in runs]
    wall = [run["call_seconds"] / run["wall_seconds"] for run in runs]
    return [
        f"{longest.name}, {runs[0]['call_seconds']:.1f} s of call, median of {RUNS} processes",
        f"{median(factors):.1f} seconds of call per second of CPU (goal: at least 8)",
        f"{median(wall):.1f} times real time",
        f"digests equal: {len({run['digest'] for run in runs}) == 1}",
    ]
