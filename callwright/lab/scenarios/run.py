"""A scenario, run: Pipecat's own driver and matcher on a call of ours."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from bot.endings import ending_schemas
from bot.plan import plan_of
from bot.tools import schemas
from callwright.clock.real import real_seconds
from callwright.declarations.errors import DeclarationError, InputError, shown
from callwright.declarations.finding import find, find_there
from callwright.declarations.load import load
from callwright.lab.folders import new_folder
from callwright.lab.memory import give_back
from callwright.lab.options import ReplayOptions
from callwright.lab.printing import printing_aside
from callwright.lab.replay import answered, run_on_clock
from callwright.lab.replayed import Replayed, looked_at
from callwright.lab.scenarios.call import ScenarioCall
from callwright.lab.scenarios.functions import unknown_functions
from callwright.lab.scenarios.judging import JudgeError
from callwright.lab.scenarios.reading import Scenario, read_scenarios

# So much of a scenario's name becomes its folder's; file systems take 255 bytes.
LONGEST_NAME = 100


@printing_aside()
def run_scenario(
    source: Path | Scenario, options: ReplayOptions, *, began: float | None = None
) -> Replayed:
    """Run one scenario.

    Args:
        source: A scenario, or a file that holds one alone.
        options: How; agent and stack of the scenario itself where they name none.
        began: When the program began, by `real_seconds`.

    Raises:
        InputError: The file, the declarations or the judge cannot be used; also when the judge
            turns out in the call not to answer.
        VirtualTimeError: The call hung, or reached out of the simulation.
    """
    give_back()
    began = real_seconds() if began is None else began
    scenario = source if isinstance(source, Scenario) else _only(source)
    if options.services != "emulated":
        raise InputError(
            f"{shown(scenario.path)}: a scenario runs against stand-ins here",
            "leave out --services; 'pipecat eval' runs it against a live bot",
        )
    agent = _found("agent", options.agent, scenario)
    stack = _found("stack", options.stack, scenario)
    declared = answered(load(agent, stack, need_keys=False))
    told = [*schemas(plan_of(declared.agent)), *ending_schemas(declared.agent)]
    functions = {one.name: list(one.properties) for one in told}
    if problems := list(unknown_functions(scenario, declared.agent.agent, functions)):
        raise DeclarationError(problems)
    name = scenario.name[:LONGEST_NAME].replace("/", "-")
    folder = new_folder(options.out, f"{name}-{declared.stack.stack}-s{options.seed}")
    try:
        run = ScenarioCall(scenario, declared, options)
    except BaseException:
        folder.rmdir()
        raise
    try:
        result = run_on_clock(run.call(folder), options)
    except JudgeError as error:
        raise scenario.wrong(error, "judge", "eval") from None
    replayed = looked_at(result, declared, options, run.played, began=began)
    notice = "\n".join(filter(None, (run.notice, replayed.notice)))
    return replace(replayed, expectations=run.found, notice=notice)


def _found(kind: Literal["agent", "stack"], given: str | None, scenario: Scenario) -> Path | None:
    """The file of the agent or the stack: what the command line gives, or the scenario names.

    Raises:
        InputError: There is none; told where the scenario names it.
    """
    near = scenario.path.parent
    name = scenario.agent if kind == "agent" else scenario.stack
    if given or not name:
        return find(kind, given, near) if given else None
    try:
        return find_there(kind, name, near)
    except InputError as error:
        raise scenario.wrong(error, kind) from None


def _only(path: Path) -> Scenario:
    scenarios = read_scenarios(path)
    if len(scenarios) > 1:
        raise InputError(f"{path}: there are {len(scenarios)} scenarios in it", "name one of them")
    return scenarios[0]
