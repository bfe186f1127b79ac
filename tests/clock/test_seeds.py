"""One seed is one course of events, in every process."""

import os
import subprocess
import sys

DRAWS = """
from callwright import clock
clock.install()
import asyncio, time
from callwright.clock import Link, Network, run_virtual

async def echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionResetError:
        pass
    writer.close()

async def ask(number):
    host = f"host{number % 3}.example.com"
    seen = []
    try:
        reader, writer = await asyncio.open_connection(host, 443)
        for size in (10, 5000, 70):
            writer.write(bytes(size))
            await reader.readexactly(size)
            seen.append(time.monotonic_ns())
        writer.close()
    except OSError as error:
        seen.append(f"{type(error).__name__} at {time.monotonic_ns()}")
    except asyncio.IncompleteReadError as error:
        seen.append(f"ended at {time.monotonic_ns()} after {len(error.partial)}")
    return seen

async def main():
    await asyncio.start_server(echo, [f"host{n}.example.com" for n in range(3)], 443)
    return await asyncio.gather(*(ask(n) for n in range(30)))

hosts = {
    "host0.example.com": Link(0.02, 0.01, 300, fails="reset", after=(0, 9000), chance=0.5),
    "host1.example.com": Link(0.03, 0.03, 7, fails="refuse", chance=0.5),
    "host2.example.com": Link(0.01, 0.002, 900, fails="close", after=(10, 9000), chance=0.5),
}
print(run_virtual(main(), network=Network(SEED, hosts=hosts)))
"""


WHOLE = """
from callwright import clock
clock.install()
import asyncio, time
import aiohttp, httpx
from aiohttp import web
from callwright.clock import Link, Network, run_virtual

async def answer(request):
    stream = web.StreamResponse()
    await stream.prepare(request)
    for number in range(5):
        await stream.write(b"x" * 999)
        await asyncio.sleep(0.05)
    return stream

async def main():
    app = web.Application()
    app.add_routes([web.get("/", answer)])
    runner = web.AppRunner(app, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "api.example.com", 443).start()
    seen = []
    async def by_httpx(client):
        async with client.stream("GET", "https://api.example.com/") as reply:
            async for piece in reply.aiter_raw():
                seen.append(("httpx", len(piece), time.monotonic_ns()))
    async def by_aiohttp(session):
        async with session.get("https://api.example.com/") as reply:
            async for piece in reply.content.iter_any():
                seen.append(("aiohttp", len(piece), time.monotonic_ns()))
    async with httpx.AsyncClient() as client, aiohttp.ClientSession() as session:
        await asyncio.gather(*(by_httpx(client) for _ in range(5)),
                             *(by_aiohttp(session) for _ in range(5)))
    await runner.cleanup()
    return seen

print(run_virtual(main(), network=Network(9, link=Link(0.03, 0.02, 400))))
"""


def printed(program: str, hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_faults_and_times_are_drawn_from_the_seed() -> None:
    first = printed(DRAWS.replace("SEED", "7"), "1")
    assert first == printed(DRAWS.replace("SEED", "7"), "2")
    assert first != printed(DRAWS.replace("SEED", "8"), "1")
    for outcome in ("ConnectionResetError", "ConnectionRefusedError", "ended"):
        assert outcome in first


def test_real_clients_see_the_same() -> None:
    first = printed(WHOLE, "1")
    assert first.count("httpx") > 20
    assert first == printed(WHOLE, "2") == printed(WHOLE, "3")
