"""At which addresses the services of a stack are found: their providers' own, and those given."""

from collections.abc import Iterator, Mapping

from callwright.declarations.catalogue import ResolvedService
from callwright.declarations.load import Declared
from callwright.emulators.providers import stand_in_for
from callwright.wire.addresses import Address, address_in


def addresses_of(declared: Declared) -> dict[Address, tuple[str, ...]]:
    """Who of a stack's services is found where: those that can be recorded and played again."""
    found: dict[Address, dict[str, None]] = {}
    for service in declared.cloud.values():
        for address in _addresses(service, declared.env):
            found.setdefault(address, {})[service.use] = None
    return {address: tuple(uses) for address, uses in found.items()}


def _addresses(service: ResolvedService, env: Mapping[str, str]) -> Iterator[Address]:
    kind = stand_in_for(service.use)
    if kind is None:
        return
    yield from map(Address, kind.hosts)
    variables = [service.key_env[name] for name in kind.addresses if name in service.key_env]
    yield from filter(None, (address_in(env.get(name, "")) for name in variables))
    for name, value in {**service.settings, **service.args}.items():
        # Deepgram's `base_url` may be a host alone.
        bare = "url" in name or name == "endpoint"
        if isinstance(value, str) and (address := address_in(value, bare=bare)):
            yield address
