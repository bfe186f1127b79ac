"""A plan of what breaks when: providers, hosts of the network, tools, and the disk."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from callwright.clock import Link
from callwright.declarations import places
from callwright.declarations.errors import DeclarationError, Problem, listed, nearest_word
from callwright.declarations.load import Declared
from callwright.declarations.places import Document
from callwright.declarations.shape import Strict, fit
from callwright.emulators.faults import AtTheDoor, Fault, OnTheWay
from callwright.emulators.providers import stand_in_for
from callwright.lab.standins import USUAL_LINK, cloud_services

Seconds = Annotated[float, Field(ge=0, le=3600)]
Count = Annotated[int, Field(ge=0)]

EVERY_HOST = "every"


class ServiceFault(Strict):
    """What a provider does wrong; see `Fault`."""

    kind: Literal[AtTheDoor, OnTheWay]
    request: Count | None = None
    after: Count = 0
    seconds: Seconds = 1.0

    def fault(self) -> Fault:
        """The same for a stand-in."""
        return Fault(self.kind, self.request, self.after, self.seconds)


class HostFault(Strict):
    """What becomes of the way to a host for a while.

    Args:
        at: From when on, seconds of the call.
        lasts: For how long; for good when absent.
        does: ``stall`` lets nothing through, ``refuse`` lets nobody connect, ``reset`` breaks every
            open connection off, and those that come, ``slow`` takes `seconds` each way.
        seconds: Of a slow way.
    """

    does: Literal["stall", "refuse", "reset", "slow"]
    at: Seconds = 0.0
    lasts: Annotated[float, Field(gt=0, le=3600)] | None = None
    seconds: Seconds = 1.0


class ToolFault(Strict):
    """What a tool does instead of its work.

    Args:
        does: ``raise``, ``hang`` for ever, answer ``slow`` after `seconds`, or answer ``nonsense``.
        call: Which of its calls, from 0; each when absent.
        seconds: Of a slow answer.
    """

    does: Literal["raise", "hang", "slow", "nonsense"]
    call: Count | None = None
    seconds: Seconds = 1.0


class DiskFault(Strict):
    """What the disk under the record does.

    Args:
        does: ``full`` takes no more than `after` bytes of each file; ``slow`` takes `seconds` of
            real time for every piece.
        after: Bytes.
        seconds: Real ones.
    """

    does: Literal["full", "slow"]
    after: Count = 0
    seconds: Annotated[float, Field(ge=0, le=5)] = 0.05

    @model_validator(mode="after")
    def _meant(self) -> "DiskFault":
        if self.does == "slow" and self.after:
            raise ValueError("a slow disk has no 'after'; delete it")
        return self


class FaultFile(Strict):
    """A whole plan, as it is written."""

    services: dict[str, list[ServiceFault]] = Field(default_factory=dict[str, list[ServiceFault]])
    hosts: dict[str, list[HostFault]] = Field(default_factory=dict[str, list[HostFault]])
    tools: dict[str, list[ToolFault]] = Field(default_factory=dict[str, list[ToolFault]])
    disk: DiskFault | None = None


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """What breaks in one call.

    Args:
        faults: Of the providers, by role.
        link: The way to all of them.
        hosts: What becomes of the way to single hosts.
        tools: What tools do instead of their work.
        disk: What the disk under the record does.
    """

    faults: dict[str, tuple[Fault, ...]] = field(default_factory=dict[str, tuple[Fault, ...]])
    link: Link = USUAL_LINK
    hosts: dict[str, tuple[HostFault, ...]] = field(
        default_factory=dict[str, tuple[HostFault, ...]]
    )
    tools: dict[str, tuple[ToolFault, ...]] = field(
        default_factory=dict[str, tuple[ToolFault, ...]]
    )
    disk: DiskFault | None = None

    def __str__(self) -> str:
        told = [
            f"{role}: {fault.kind} at request {fault.request}, event {fault.after}"
            for role, faults in self.faults.items()
            for fault in faults
        ]
        told += [f"links {self.link.fails}"] if self.link.fails else []
        told += [
            f"{host}: {one.does} at {one.at:g} s{f' for {one.lasts:g} s' if one.lasts else ''}"
            for host, ones in self.hosts.items()
            for one in ones
        ]
        told += [
            f"tool {tool}: {one.does} at {'every call' if one.call is None else f'call {one.call}'}"
            for tool, ones in self.tools.items()
            for one in ones
        ]
        if self.disk is not None:
            limit = f" after {self.disk.after} bytes a file" if self.disk.does == "full" else ""
            told.append(f"disk {self.disk.does}{limit}")
        return "; ".join(told)


NOTHING = FaultPlan()


def read_plan(path: Path, declared: Declared) -> FaultPlan:
    """Read a plan for calls of one agent on one stack.

    Raises:
        DeclarationError: What is wrong with it, by line and column: its shape, or a service, host
            or tool that there is not.
    """
    document = places.read_with_includes(path, "'services: …', 'hosts: …', 'tools: …' or 'disk: …'")
    file, problems = fit(FaultFile, document)
    problems = [*document.duplicates, *problems]
    if file is None or problems:
        raise DeclarationError(problems)
    known = {
        "services": list(cloud_services(declared)),
        "hosts": [*hosts_of(declared), EVERY_HOST],
        "tools": list(declared.agent.tools),
    }
    stack, agent = declared.stack.stack, declared.agent.agent
    owners = {"services": f"stack {stack}", "hosts": f"stack {stack}", "tools": f"agent {agent}"}
    problems = [
        problem
        for section, names in known.items()
        for problem in _unknown(document, section, names, owners[section])
    ]
    if problems:
        raise DeclarationError(problems)
    return FaultPlan(
        faults={role: tuple(one.fault() for one in ones) for role, ones in file.services.items()},
        hosts={host: tuple(ones) for host, ones in file.hosts.items()},
        tools={tool: tuple(ones) for tool, ones in file.tools.items()},
        disk=file.disk,
    )


def hosts_of(declared: Declared) -> list[str]:
    """The hosts that a stack's providers stand on."""
    kinds = (stand_in_for(service.use) for service in cloud_services(declared).values())
    return sorted({host for kind in kinds if kind is not None for host in kind.hosts})


def _unknown(
    document: Document, section: str, known: Collection[str], owner: str
) -> Iterable[Problem]:
    words = {"services": "service with a provider", "hosts": "host", "tools": "tool"}
    for name in document.data.get(section, {}):
        if name in known:
            continue
        what = f"{owner} has no {words[section]} {name!r}"
        nearest = nearest_word(name, known)
        remedy = f"use {listed(known, 'or')}" if known else "it has none at all; delete it"
        yield document.problem((section, name), what, nearest=nearest, remedy=remedy, key=True)
