"""A recorded call, called again: as fast as the machine allows, or in real time."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.session import CallResult, run_call
from bot.wiretap import secrets_of
from callwright.clock import Network, VirtualTimeError, run_real, run_virtual
from callwright.clock.real import real_seconds
from callwright.clock.virtual import DEFAULT_EPOCH
from callwright.declarations.errors import InputError
from callwright.declarations.load import Declared, load
from callwright.emulators.providers import stand_in_for
from callwright.emulators.standin import Scene
from callwright.lab.caller import ReactiveCaller, TimelineCaller
from callwright.lab.cassette_player import Player
from callwright.lab.cassettes import began_at, cassette_of, played_as, refuse_another
from callwright.lab.expectations.reading import read_expectations, refuse_strangers
from callwright.lab.expectations.telling import clock
from callwright.lab.folders import new_folder
from callwright.lab.memory import give_back
from callwright.lab.options import ReplayOptions, told_of
from callwright.lab.printing import printing_aside
from callwright.lab.recording import Recording, read_recording
from callwright.lab.replayed import Played, Replayed, looked_at, replay_key
from callwright.lab.sound import RATE
from callwright.lab.standins import (
    cloud_services,
    network,
    standing_in,
    without_keys,
)
from callwright.lab.variation import variation
from callwright.lab.whom import agent_of, otherwise, stack_of, stack_words
from callwright.lines.recorded import recorded_line
from callwright.wire.cassette import WIRE
from callwright.wire.masking import Masks

# Seconds of the call's own time, far beyond any that was recorded.
LONGEST_CALL = 7200.0

# How many chunks of the caller's sound a lean call takes at once.
_LEAN_CHUNKS = 2


@printing_aside()
def replay(source: Path, options: ReplayOptions, *, began: float | None = None) -> Replayed:
    """Replay one recording.

    Args:
        source: A call folder or a WAV file.
        options: How.
        began: When the program began, by `real_seconds`.

    Raises:
        InputError: The recording or the declarations cannot be used.
        VirtualTimeError: The call hung, or reached out of the simulation.
    """
    give_back()
    began = real_seconds() if began is None else began
    recording = read_recording(source)
    expected = read_expectations(source)
    cassette = cassette_of(source) if options.services == "recorded" else None
    if cassette is not None:
        options = replace(options, **played_as(cassette, source, options))
    live = options.services == "live"
    agent = agent_of(source, recording.agent, options.agent)
    declared = load(agent, stack_of(source, options.stack, expected), need_keys=live)
    if cassette is not None:
        refuse_another(cassette, declared)
    if expected is not None:
        refuse_strangers(expected, stack_words(expected, declared)[1])
    notices = [recording.notice, *otherwise(source, recording, options, declared)]
    if not live:
        declared = answered(declared)
    elif options.clock == "virtual":
        raise InputError("--services live: providers answer in real time", "add --clock real")
    folder = new_folder(options.out, f"{recording.name}-{declared.stack.stack}-s{options.seed}")
    played = Played()
    player = None if cassette is None else Player(cassette, Masks(secrets_of(declared)))
    call = _call(recording, declared, options, folder, played, player)
    if cassette is None or player is None:
        epoch = DEFAULT_EPOCH if recording.began is None else recording.began
        result = run_on_clock(call, options, epoch=epoch)
    else:
        world = Network(options.seed, hosts=player.ways(declared))
        result = run_on_clock(call, options, world, began_at(cassette))
    replayed = looked_at(
        result,
        declared,
        options,
        played,
        began=began,
        notice="\n".join(filter(None, notices)),
        expected=expected,
    )
    return replayed if player is None else _compared(replayed, player, source)


def _compared(replayed: Replayed, player: Player, source: Path) -> Replayed:
    """The call, with what was sent otherwise than then, and how far that can be told."""
    replayed = replace(replayed, differences=tuple(player.finish()))
    if player.deaf_since is None:
        return replayed
    deaf = (
        f"{source / WIRE}: compared up to {clock(player.deaf_since)}: sensitive values were taken "
        "out of what the caller says there, so it is not heard again, and answered otherwise"
    )
    return replace(replayed, notice="\n".join(filter(None, (replayed.notice, deaf))))


def run_on_clock(
    call: Coroutine[Any, Any, CallResult],
    options: ReplayOptions,
    world: Network | None = None,
    epoch: float = DEFAULT_EPOCH,
) -> CallResult:
    """Run a call on the clock, and in the network, that the options name.

    Args:
        call: The call.
        options: How it is run.
        world: The hosts that it can reach; stand-ins' own, at the seed's distance, when None.
        epoch: When it begins on the virtual clock, seconds since 1970 UTC.

    Raises:
        VirtualTimeError: It cannot go on, or does not end, on the virtual clock.
    """
    if options.services == "live":
        return asyncio.run(call)
    world = world or network(options.seed, options.link or variation(options.seed).link)
    if options.clock == "real":
        return run_real(call, network=world, epoch=epoch)
    return run_virtual(_that_ends(call), network=world, epoch=epoch)


async def _that_ends(call: Coroutine[Any, Any, CallResult]) -> CallResult:
    """Give a call up in which something goes round for ever, while its time goes by."""
    limit = asyncio.timeout(LONGEST_CALL)
    try:
        async with limit:
            return await call
    except TimeoutError:
        if not limit.expired():
            raise
        hours = LONGEST_CALL / 3600
        raise VirtualTimeError(f"it did not end within {hours:g} hours of its own time") from None


async def _call(
    recording: Recording,
    declared: Declared,
    options: ReplayOptions,
    folder: Path,
    played: Played,
    player: Player | None,
) -> CallResult:
    caller = TimelineCaller if options.caller == "timeline" else ReactiveCaller
    facts = told_of(options, recording.name)
    key = replay_key(options.seed)
    vary = variation(options.seed)
    line = recorded_line(
        caller(recording),
        rate=RATE,
        seed=options.seed,
        bad=vary.line,
        together=_LEAN_CHUNKS if options.lean else 1,
    )
    async with AsyncExitStack() as served:
        scenes: dict[str, Scene] = {}
        if options.services == "live":
            pass  # they are where they always are
        elif player is not None:
            await served.enter_async_context(player.serving(declared))
        else:
            standing = standing_in(
                declared, recording, options.faults, vary=vary, seed=options.seed
            )
            scenes = await served.enter_async_context(standing)
        result = await run_call(
            declared,
            line,
            folder=folder,
            facts=facts,
            key=key,
            record_wire=options.record_wire,
            keep_values=options.keep_values,
            sound=not options.lean,
        )
        await played.look(scenes, result, options)
        return result


def answered(declared: Declared) -> Declared:
    """The declarations as they can be replayed: without keys, every cloud service a stand-in's.

    Raises:
        InputError: A service has no stand-in.
    """
    cloud = cloud_services(declared)
    if not cloud:
        return declared
    alone = [f"{role} {one.use!r}" for role, one in cloud.items() if stand_in_for(one.use) is None]
    if alone:
        raise InputError(
            f"{declared.stack_path}: a replay calls no paid service, and this version has no "
            f"stand-in for {', '.join(alone)}",
            "replay with --stack embedded",
        )
    return without_keys(declared)
