"""How one call turns out over many seeds, and which of them broke it. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from callwright.lab.expectations.telling import again


@dataclass(slots=True)
class Spread:
    """The outcomes of a call by seed.

    Args:
        call: Its name: a scenario's, or the path of a recording.
        source: The file or folder that it comes from, as it is written on the command line.
        agent: The agent, as it is written there; empty where it is not.
        on: The stack, as it is written there; empty where it is not.
        scenario: Which of the file's scenarios it is; empty where there is one alone.
        stack: The stack it ran on, by name.
        outcomes: How it ended, by seed.
        broken: Why it was not as promised or expected, by seed.
    """

    call: str
    source: str
    agent: str = ""
    on: str = ""
    scenario: str = ""
    stack: str = ""
    outcomes: dict[int, str] = field(default_factory=dict[int, str])
    broken: dict[int, str] = field(default_factory=dict[int, str])

    def lines(self) -> Iterator[str]:
        """The spread in a line, and for each seed that broke why, and how to see it again."""
        counts = Counter(self.outcomes.values()).most_common()
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts)
        broke = f"{len(self.broken)} broke" if self.broken else "none broke"
        yield f"{self.call} on {self.stack}: {len(self.outcomes)} seeds: {told}; {broke}"
        for seed, why in self.broken.items():
            yield f"  seed {seed}: {why}"
            on = self.on or self.stack
            yield f"    {again(self.source, on, seed, self.agent, self.scenario)}"
