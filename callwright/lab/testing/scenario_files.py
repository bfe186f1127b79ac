"""Scenario files as tests: a test a scenario, stack and seed."""

from dataclasses import replace
from pathlib import Path

from callwright.lab.testing.cases import Case, Chosen, every
from callwright.lab.testing.jobs import Answer, Job

_OF_A_CALL = ("expect.yaml", "caller.yaml", "call.yaml")


class ScenarioFiles:
    """A YAML file in the form of Pipecat's evals, wherever it stands."""

    name = "scenario"

    def claims(self, path: Path) -> bool:
        """Whether the file holds scenarios."""
        from callwright.lab.scenarios.finding import is_scenario

        return path.name not in _OF_A_CALL and is_scenario(path)

    def takes(self, path: Path) -> bool:
        """As when nobody names it."""
        return self.claims(path)

    def source(self, path: Path) -> Path:
        """The file."""
        return path

    def cases(self, path: Path, chosen: Chosen) -> list[Case]:
        """A test a scenario, stack and seed; seed 0 and the scenario's own stack by themselves.

        Raises:
            InputError: The file cannot be read.
        """
        from callwright.lab.scenarios.finding import outlines

        found: list[Case] = []
        for number, one in enumerate(outlines(path)):
            for case in every(chosen.stacks or [one.stack], chosen.seeds or [0]):
                name = f"{one.name}-{case.name}" if one.name else case.name
                found.append(replace(case, name=name, part=number))
        return found

    def run(self, job: Job) -> Answer:
        """Run the scenario and say which of its expectations were not met."""
        from callwright.clock import VirtualTimeError
        from callwright.declarations.errors import InputError
        from callwright.lab.expectations.telling import again
        from callwright.lab.options import ReplayOptions
        from callwright.lab.scenarios.reading import read_scenarios
        from callwright.lab.scenarios.run import run_scenario
        from callwright.lab.testing.answering import answer_of

        options = ReplayOptions(stack=job.stack, seed=job.seed, out=Path(job.out))
        command = ""
        try:
            scenarios = read_scenarios(Path(job.source))
            scenario = scenarios[job.part]
            which = scenario.own_name if len(scenarios) > 1 else ""
            command = again(job.source, job.stack or "", job.seed, scenario=which)
            replayed = run_scenario(scenario, options)
        except InputError as error:
            return Answer(bad_input=error.lines)
        except VirtualTimeError as error:
            return Answer(failed=[f"the call could not go on: {error}"], again=command)
        return answer_of(replayed, command)
