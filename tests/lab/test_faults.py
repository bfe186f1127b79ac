"""Plans of what breaks: files that are wrong, and what tools, disks and hosts do by plan."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from soaking import usually

from callwright.calls.events import Event, Said
from callwright.calls.folder import read_call
from callwright.clock import Network, run_virtual
from callwright.declarations.errors import DeclarationError
from callwright.declarations.load import load
from callwright.engines.phrases import ENGLISH
from callwright.lab.faults.breaking import breaking, surroundings
from callwright.lab.faults.mishaps import inside
from callwright.lab.faults.plan import (
    NOTHING,
    DiskFault,
    FaultPlan,
    HostFault,
    ToolFault,
    hosts_of,
    read_plan,
)
from callwright.lab.simulate import SimulateOptions, simulate

DECLARED = load("reception", "cascaded", need_keys=False)


def planned(tmp_path: Path, text: str) -> FaultPlan:
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    return read_plan(path, DECLARED)


def test_a_plan_says_all_that_breaks(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        """\
services: {llm: [{kind: rate_limited, request: 0}]}
hosts: {api.deepgram.com: [{at: 5, lasts: 2, does: stall}]}
tools: {take_message: [{does: raise, call: 0}]}
disk: {does: full, after: 2000}
""",
    )
    assert str(plan) == (
        "llm: rate_limited at request 0, event 0; api.deepgram.com: stall at 5 s for 2 s; "
        "tool take_message: raise at call 0; disk full after 2000 bytes a file"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("services: {ttts: [{kind: stall}]}\n",
         "yaml:1:12: stack cascaded has no service with a provider 'ttts'; did you mean 'tts'?"),
        ("tools:\n  take_mesage: [{does: hang}]\n",
         "plan.yaml:2:3: agent reception has no tool 'take_mesage'; did you mean 'take_message'?"),
        ("hosts: {api.example.com: [{does: stall}]}\n", "1:9: stack cascaded has no host"),
        ("services: {llm: [{kind: explode}]}\n", "1:25: services.llm[0].kind 'explode' is unknown"),
        ("services: {llm: [{kind: rate_limit}]}\n", "did you mean 'rate_limited'?; use refuse"),
        ("tools: {take_message: [{does: hang, cal: 1}]}\n", "did you mean 'call'?"),
        ("disk: {does: full, after: -1}\n", "1:27: disk.after"),
        ("disk: {does: slow, after: 5}\n", "1:7: disk: a slow disk has no 'after'; delete it"),
        ("disk: full\n", "1:7: disk should be a mapping, not text"),
        ("disc: {does: full}\n", "1:1: the key 'disc' is unknown; did you mean 'disk'?"),
        ("", "the file is empty; start it with 'services: …'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DeclarationError) as told:
        planned(tmp_path, text)
    assert any(message in line for line in told.value.lines), told.value.lines


def tool(*faults: ToolFault) -> Any:
    def lookup(name: str) -> str:
        return f"hello {name}"

    return surroundings(FaultPlan(tools={"lookup": faults})).tool("lookup", lookup)


def test_a_tool_fails_when_the_plan_says_so_and_works_otherwise() -> None:
    failing = tool(ToolFault(does="raise", call=1))

    async def calls() -> tuple[str, str]:
        first = await failing(name="Anna")
        with pytest.raises(RuntimeError, match="plan of faults"):
            await failing(name="Anna")
        return first, await failing(name="Bob")

    assert asyncio.run(calls()) == ("hello Anna", "hello Bob")


def test_a_tool_hangs_is_slow_or_talks_nonsense() -> None:
    async def seconds() -> float:
        loop = asyncio.get_running_loop()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tool(ToolFault(does="hang"))(name="Anna"), 4)
        began = loop.time()
        assert await tool(ToolFault(does="slow", seconds=3))(name="Anna") == "hello Anna"
        assert not isinstance(await tool(ToolFault(does="nonsense"))(name="Anna"), str)
        return loop.time() - began

    assert run_virtual(seconds()) == 3


def test_a_full_disk_takes_so_much_and_no_more(tmp_path: Path) -> None:
    plan = FaultPlan(disk=DiskFault(does="full", after=10))
    file = surroundings(plan).open_file(tmp_path / "file")
    file.write(b"12345678")
    with pytest.raises(OSError, match="No space left"):
        file.write(b"abcdef")
    file.close()
    assert (tmp_path / "file").read_bytes() == b"12345678ab"


def test_a_host_is_out_of_reach_for_a_while() -> None:
    host = "api.deepgram.com"
    plan = FaultPlan(hosts={"every": (HostFault(does="stall", at=5, lasts=2),)})
    network = Network(0)

    async def seen() -> list[bool]:
        stalled = list[bool]()
        async with breaking(network, plan, DECLARED):
            for _ in range(4):
                stalled.append(network.host(host).link.stall)
                await asyncio.sleep(2.5)
        return stalled

    assert run_virtual(seen(), network=network) == [False, False, True, False]


def test_a_seed_draws_what_breaks_inside() -> None:
    plans = [inside(seed, NOTHING, ["take_message"], hosts_of(DECLARED)) for seed in range(200)]
    assert plans == [
        inside(seed, NOTHING, ["take_message"], hosts_of(DECLARED)) for seed in range(200)
    ]
    assert 50 < sum(bool(plan.tools) for plan in plans) < 110
    assert 35 < sum(bool(plan.hosts) for plan in plans) < 85
    assert {plan.disk.does for plan in plans if plan.disk} == {"full", "slow"}


# --- in a call ----------------------------------------------------------------------------------


@pytest.mark.parametrize("after", usually([0, 100_000], bool))
def test_the_call_goes_on_over_a_full_disk_and_the_record_says_what_it_lost(
    tmp_path: Path, after: int
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"disk: {{does: full, after: {after}}}\n")
    options = SimulateOptions("reception", "cascaded", "cooperative", out=tmp_path / "calls")
    call = simulate(3, replace(options, faults=str(plan)))
    assert (call.outcome, call.turns) == ("completed", 4)  # as with a disk that takes everything
    assert (call.violations, call.silent_turns, call.leftovers) == ([], 0, ())
    files = {"user.wav", "bot.wav"} | ({"events.jsonl"} if after == 0 else set())
    assert set(call.lost) == files
    assert all("No space left on device" in what for what in call.lost.values())
    record = read_call(Path(call.folder))
    assert record.meta["state"] == "ended"
    assert record.meta["outcome"] == "completed"
    assert record.meta["lost"] == call.lost
    assert record.cut_off.startswith("the disk failed; lost: of ")
    assert bool(record.events) == bool(after)
    again = simulate(3, replace(options, faults=str(plan)))
    assert (again.digest, list(again.lost.items())) == (call.digest, list(call.lost.items()))
    for name in ("user.wav", "bot.wav", "events.jsonl"):
        first, second = (Path(one.folder) / name for one in (call, again))
        assert first.read_bytes() == second.read_bytes()
    assert (Path(call.folder) / "user.wav").stat().st_size == after


@pytest.mark.parametrize("does", usually(["raise", "hang", "nonsense"], "hang".__eq__))
def test_whoever_calls_an_agent_whose_tool_fails_hears_of_it(tmp_path: Path, does: str) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"tools: {{take_message: [{{does: {does}}}]}}\n")
    said = list[str]()
    options = SimulateOptions(
        "reception", "cascaded", "cooperative", faults=str(plan), out=tmp_path
    )
    call = simulate(3, options, keep=lambda event: said.append(str(getattr(event, "text", ""))))
    assert (call.violations, call.silent_turns, call.leftovers) == ([], 0, ())
    assert call.outcome == "handed_off"
    assert "I will get somebody from the front desk" in " ".join(said)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_interrupts_the_goodbye_of_a_call_whose_providers_are_gone(
    tmp_path: Path, seed: int
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("hosts: {every: [{does: stall, at: 6}]}\n")
    said = list[str]()

    def keep(event: Event) -> None:
        if isinstance(event, Said):
            said.append(event.text)

    options = SimulateOptions(
        "reception", "half-cascade", "interrupts", faults=str(plan), out=tmp_path
    )
    call = simulate(seed, options, keep=keep)
    assert call.outcome == "failed"
    assert (call.violations, call.silent_turns, call.leftovers) == ([], 0, ())
    assert said[-1] == ENGLISH.failed
