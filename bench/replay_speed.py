"""How many seconds of call a second of CPU replays: local engines, and providers' stand-ins."""

from bench.calls import RECORDINGS, median, replay

RUNS = 3

# What each stack has to reach, seconds of call per second of CPU.
GOALS = {"embedded": 8, "cascaded": 12, "half-cascade": 12, "s2s-openai": 12}


def measure() -> list[str]:
    """Virtual seconds per CPU second of the longest bundled call, on every kind of stack."""
    calls = sorted(path.parent for path in RECORDINGS.glob("*/caller.yaml"))
    longest = max((replay(recording=call)["call_seconds"], call) for call in calls)[1]
    lines = [f"{longest.name}, median of {RUNS} processes; seconds of call per second of CPU"]
    for stack, goal in GOALS.items():
        runs = [replay("--stack", stack, recording=longest) for _ in range(RUNS)]
        factor = median([run["call_seconds"] / run["cpu_seconds"] for run in runs])
        wall = median([run["call_seconds"] / run["wall_seconds"] for run in runs])
        same = len({run["digest"] for run in runs}) == 1
        lines.append(
            f"{stack:<13}{factor:5.1f} (goal: {goal}), {wall:.1f} times real time, "
            f"{runs[0]['call_seconds']:.0f} s of call, digests equal: {same}"
        )
    return lines
