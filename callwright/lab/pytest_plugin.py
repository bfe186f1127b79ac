"""`pytest recordings/`: call folders as tests, one a call, stack and seed.

pytest imports this before anything is collected, in every project that has Callwright installed:
so it imports next to nothing, and the calls are made in a process of their own
(`callwright.lab.testing.worker`).
"""

import json
import shutil
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callwright.lab.testing.jobs import Answer, Job
from callwright.lab.testing.replaying import Replaying
from callwright.lab.testing.reporting import BAD_INPUT, PROPERTY, Calls

_REPLAYING = pytest.StashKey[Replaying]()
_OUT = pytest.StashKey[Path]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the plugin."""
    group = parser.getgroup("callwright", "recorded calls as tests")
    group.addoption("--callwright-stacks", metavar="A,B", help="replay every call on these stacks")
    group.addoption(
        "--callwright-seeds", type=int, metavar="K", help="replay every call under seeds 0 to K-1"
    )
    group.addoption("--callwright-seed", type=int, metavar="N", help="replay every call under N")
    group.addoption(
        "--callwright-out",
        metavar="DIR",
        help="keep every call folder there; without it only those of failed calls are kept",
    )
    group.addoption(
        "--callwright-report", metavar="FILE", help="write a line of JSON a call, digests included"
    )
    group.addoption(
        "--callwright-timeout",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="real time that one call may take (300)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what this process needs."""
    config.stash[_REPLAYING] = Replaying(float(config.getoption("--callwright-timeout") or 0))
    if not hasattr(config, "workerinput"):  # with xdist, the one process that hears of all tests
        file: str | None = config.getoption("--callwright-report")
        calls = Calls(Path(file).absolute() if file else None)
        config.pluginmanager.register(calls, "callwright-calls")
    seeds = config.getoption("--callwright-seeds")
    if seeds is not None and seeds < 1:
        raise pytest.UsageError("--callwright-seeds: give a number of seeds, 1 or more")
    seed = config.getoption("--callwright-seed")
    if seed is not None and seed < 0:
        raise pytest.UsageError("--callwright-seed: give a seed, 0 or more")
    if seeds is not None and seed is not None:
        raise pytest.UsageError("--callwright-seed and --callwright-seeds: give one of them")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the process that replays calls."""
    if _REPLAYING in config.stash:
        config.stash[_REPLAYING].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect what a kind of test source claims."""
    named = parent.session.isinitpath(file_path)
    if not named and file_path.suffix not in (".yaml", ".yml"):
        return None
    from callwright.lab.testing.kinds import kind_of

    if kind_of(file_path, named=named) is None:
        return None
    return CallFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Mark a source that cannot be used."""
    report = yield
    call: pytest.CallInfo[Any] | None = getattr(report, "call", None)
    if call is not None:
        _mark(report, call)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[Any],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark a test that was given what cannot be used."""
    report = yield
    _mark(report, call)
    return report


class BadInput(Exception):
    """What pytest was given to replay cannot be used; a line a problem."""


class CallFailed(Exception):
    """A call that was not as promised or expected."""

    def __init__(self, answer: Answer) -> None:
        """Keep what there is to say about it."""
        super().__init__(answer.failed[0])
        self.answer = answer


class CallFile(pytest.File):
    """A source of calls: a call folder."""

    def collect(self) -> Iterator["CallItem"]:
        """A test a stack and seed."""
        from callwright.declarations.errors import InputError
        from callwright.lab.testing.cases import Chosen
        from callwright.lab.testing.kinds import kind_of

        kind = kind_of(self.path, named=self.session.isinitpath(self.path))
        assert kind is not None
        try:
            cases = kind.cases(self.path, Chosen(_stacks(self.config), _seeds(self.config)))
        except InputError as error:
            raise BadInput("\n".join(error.lines)) from None
        source = _as_written(kind.source(self.path))
        for case in cases:
            call = Job(kind.name, source, case.stack, case.seed, part=case.part)
            yield CallItem.from_parent(self, name=case.name, call=call)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        """The problems alone: there is no Python to show."""
        if isinstance(excinfo.value, BadInput):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class CallItem(pytest.Item):
    """One call on one stack under one seed."""

    def __init__(self, *, call: Job, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._call = call

    def runtest(self) -> None:
        """Have the call made, and fail when it was not as promised or expected."""
        answer = self.config.stash[_REPLAYING].run(replace(self._call, out=str(_out(self.config))))
        for notice in answer.notices:
            self.add_report_section("call", "callwright", notice)
        report = answer.report
        if report and not answer.failed and not self.config.getoption("--callwright-out"):
            shutil.rmtree(report["folder"], ignore_errors=True)
            report = report | {"folder": None}
        if report:
            self.user_properties.append((PROPERTY, json.dumps(report)))
        if answer.bad_input:
            raise BadInput("\n".join(answer.bad_input))
        if answer.failed:
            raise CallFailed(answer)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What did not hold, and where to look: there is no Python to show."""
        error = excinfo.value
        if isinstance(error, BadInput):
            return str(error)
        if not isinstance(error, CallFailed):
            return super().repr_failure(excinfo, style)
        answer = error.answer
        lines = [f"{self._call.source}, {self.name}: not as expected", *answer.failed]
        if agent := answer.report.get("agent"):
            lines += [f"agent   {agent}"]
        if folder := answer.report.get("folder"):
            lines += [f"folder  {_as_written(Path(folder))}"]
        if answer.again:
            lines += [f"again   {answer.again}"]
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test stands and what it is called."""
        return self.path, None, f"{self._call.source}: {self.name}"


def _mark(report: pytest.CollectReport | pytest.TestReport, call: pytest.CallInfo[Any]) -> None:
    if call.excinfo is not None and isinstance(call.excinfo.value, BadInput):
        setattr(report, BAD_INPUT, True)


def _stacks(config: pytest.Config) -> list[str] | None:
    given: str | None = config.getoption("--callwright-stacks")
    return [name.strip() for name in given.split(",") if name.strip()] if given else None


def _seeds(config: pytest.Config) -> list[int] | None:
    one: int | None = config.getoption("--callwright-seed")
    many: int | None = config.getoption("--callwright-seeds")
    if one is not None:
        return [one]
    return list(range(many)) if many is not None else None


def _as_written(path: Path) -> str:
    """A path as the user would write it: relative to the current folder where possible."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _out(config: pytest.Config) -> Path:
    """Where this process keeps call folders; made, and emptied of an earlier run, when needed."""
    if _OUT not in config.stash:
        config.stash[_OUT] = _made_out(config)
    return config.stash[_OUT]


def _made_out(config: pytest.Config) -> Path:
    given: str | None = config.getoption("--callwright-out")
    if given:
        return Path(given)
    worker = getattr(config, "workerinput", {}).get("workerid", "main")
    cache = getattr(config, "cache", None)
    if cache is None:
        return Path(tempfile.mkdtemp(prefix="callwright-"))
    folder = Path(cache.mkdir("callwright")) / worker
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
