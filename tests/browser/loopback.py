"""Lets WebRTC use 127.0.0.1, which aioice leaves out: some machines have no other address."""

import aioice.ice

_others = aioice.ice.get_host_addresses


def _with_loopback(**kinds: bool) -> list[str]:
    return ["127.0.0.1", *_others(**kinds)]


aioice.ice.get_host_addresses = _with_loopback
