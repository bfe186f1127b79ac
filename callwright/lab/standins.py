"""The providers of a replayed call: stand-ins under their own names, on a network in memory.

They hear what the recording says, think by the agent's own rules, and speak with the local voice.
No key goes out: where a service wants one it gets an id that is nearly all zeroes.
"""

import time
import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cache

from bot.plan import language_request, plan_of
from callwright.clock import Link, Network
from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.load import Declared, load
from callwright.emulators.faults import Fault
from callwright.emulators.listeners import LocalListener
from callwright.emulators.minds import Varied
from callwright.emulators.parts import Listener, Mind
from callwright.emulators.providers import stand_in_for
from callwright.emulators.reference import Reference, ReferenceListener, ReferenceTurn
from callwright.emulators.standin import Scene, StandIn, serving
from callwright.emulators.together import Together
from callwright.emulators.voices import LocalVoice
from callwright.engines.language import LanguageRequest, Models, build
from callwright.engines.mouth import voice_of
from callwright.lab.models import mind_of
from callwright.lab.recording import Recording
from callwright.lab.sound import RATE
from callwright.lab.variation import USUAL_LINK, Variation
from callwright.services.embedded_s2s import EmbeddedRealtimeService
from callwright.wire.addresses import address_in

HTTPS = 443


def _no_key(name: str) -> str:
    """What stands in a variable: shaped like an id, for it may also name a voice or a resource."""
    return f"00000000-0000-4000-8000-{zlib.crc32(name.encode()):012x}"


def cloud_services(declared: Declared) -> dict[str, ResolvedService]:
    """The services of a stack that are somebody else's, by role; those of ``else`` as ``llm.1``."""
    return declared.cloud


def without_keys(declared: Declared) -> Declared:
    """The same declarations with a word that is no key wherever a provider wants one.

    A variable that holds an address leads to the stand-in, or stays where a stack gives it in
    ``args:``, since that is where a cassette is played.
    """
    env = dict(declared.env)
    for service in cloud_services(declared).values():
        kind = stand_in_for(service.use)
        names = [name for name in service.env_names if address_in(env.get(name, "")) is None]
        env |= {name: _no_key(name) for name in names}
        for parameter, address in (kind.addresses if kind else {}).items():
            if parameter in service.key_env:
                env[service.key_env[parameter]] = address
    return load(declared.agent_path, declared.stack_path, env=env, need_keys=False)


def network(seed: int, link: Link = USUAL_LINK) -> Network:
    """The network of one replayed call."""
    return Network(seed, link=link)


@asynccontextmanager
async def standing_in(
    declared: Declared,
    heard: Recording | Reference,
    faults: Mapping[str, Sequence[Fault]] | None = None,
    mind: Mind | None = None,
    vary: Variation | None = None,
    seed: int = 0,
) -> AsyncGenerator[dict[str, Scene]]:
    """Serve a stand-in for each cloud service while the block runs; gives the scenes by role.

    Args:
        declared: Agent and stack; every cloud service has a stand-in.
        heard: Whose words are heard.
        faults: What goes wrong, by role.
        mind: Who thinks for the models; whom the recording names when None.
        vary: How well they hear and how fast they are; as usual when None.
        seed: Decides what a hostile mind does.
    """
    vary = vary or Variation()
    scenes: dict[str, Scene] = {}
    kinds: dict[type[StandIn], Scene] = {}
    hosts: dict[str, list[StandIn]] = {}
    for role, service in cloud_services(declared).items():
        kind = stand_in_for(service.use)
        if kind is None:
            raise LookupError(service.use)
        if kind not in kinds:
            kinds[kind] = _scene(declared, heard, mind, vary, seed)
            for host in kind.hosts:
                hosts.setdefault(host, []).append(kind(kinds[kind]))
        # One provider, whoever asks it: what goes wrong with it, goes wrong for all of them.
        scenes[role] = kinds[kind]
        scenes[role].faults += tuple((faults or {}).get(role, ()))
    async with AsyncExitStack() as served:
        for host, standins in hosts.items():
            one = standins[0] if len(standins) == 1 else Together(standins)
            await served.enter_async_context(serving(one, host, HTTPS))
        yield scenes


def scenes_within(steps: Sequence[object]) -> dict[str, Scene]:
    """The scenes of services that bring their stand-in along, by role."""
    own = [step.scene for step in steps if isinstance(step, EmbeddedRealtimeService)]
    return {"s2s": own[0]} if own else {}


def scenes_of(declared: Declared, recording: Recording) -> dict[str, Scene]:
    """What the stand-in of each cloud service plays, by role."""
    return {
        role: _scene(declared, recording, None, Variation()) for role in cloud_services(declared)
    }


def _scene(
    declared: Declared,
    heard: Recording | Reference,
    mind: Mind | None,
    vary: Variation,
    seed: int = 0,
) -> Scene:
    today = datetime.fromtimestamp(time.time(), UTC).date()
    reference = heard if isinstance(heard, Reference) else reference_of(heard)
    request = language_request(declared.agent)

    def recognised() -> Listener:
        return LocalListener(_models(request))

    def listen() -> Listener:
        return ReferenceListener(reference, vary.mistakes) if reference else recognised()

    plan = plan_of(declared.agent)
    voice = LocalVoice(voice_of(plan.language))
    model = heard.model if isinstance(heard, Recording) else "scripted"
    mind = mind or mind_of(model, plan, today, seed)
    if vary.pace is not None:
        mind = Varied(mind, vary.pace)
    return Scene(listen=listen, mind=mind, voice=voice)


def reference_of(recording: Recording) -> Reference | None:
    """What is said in a recording and when; None where nobody has written it down."""
    turns = [
        ReferenceTurn(turn.begin, turn.end, turn.says) for turn in recording.turns if turn.says
    ]
    return Reference(recording.samples, RATE, turns) if turns else None


@cache
def _models(request: LanguageRequest) -> Models:
    return build(request)
