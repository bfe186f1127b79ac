"""The simulated network: names, exact times, faults, and bytes that arrive whole and in order."""

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callwright.clock import Link, Network, VirtualDeadlock, VirtualLeak, run_virtual

HOST = "api.example.com"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionResetError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def listening(
    handler: Handler = echo, host: str | None = HOST, port: int = 443
) -> AsyncGenerator[int]:
    server = await asyncio.start_server(handler, host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def roundtrip(message: bytes = b"hello", host: str = HOST, port: int = 443) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(message)
        return await reader.readexactly(len(message))
    finally:
        writer.close()


def on(network: Network, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    return run_virtual(main(), network=network)


def test_a_server_is_the_host_it_is_bound_to_and_everything_takes_its_time() -> None:
    async def main() -> list[float]:
        async with listening():
            times = [time.monotonic()]
            reader, writer = await asyncio.open_connection(HOST, 443, ssl=True)
            times.append(time.monotonic())
            writer.write(b"hello")
            assert await reader.read(100) == b"hello"
            times.append(time.monotonic())
            writer.close()
            plain = await asyncio.open_connection(HOST, 443)
            times.append(time.monotonic())
            plain[1].close()
        return [round(later - times[0], 6) for later in times[1:]]

    # A round trip to connect, one for TLS, one to ask and be answered, one to connect again.
    assert on(Network(hosts={HOST: Link(latency=0.03)}), main) == [0.12, 0.18, 0.24]


def test_this_machine_has_no_latency_and_names_do() -> None:
    async def main() -> tuple[float, float]:
        began = time.monotonic()
        async with listening(host=None, port=0) as port:
            assert await roundtrip(host="localhost", port=port) == b"hello"
            assert await roundtrip(host="127.0.0.1", port=port) == b"hello"
        here = time.monotonic() - began
        async with listening():
            await roundtrip()
        return here, round(time.monotonic() - began, 6)

    assert on(Network(link=Link(latency=0.5)), main) == (0, 2.0)


def test_unknown_names_are_dns_errors_and_silent_hosts_refuse() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        with pytest.raises(socket.gaierror, match=r"api\.unknown\.example does not exist"):
            await asyncio.open_connection("api.unknown.example", 443)
        with pytest.raises(socket.gaierror, match="IPv4"):
            await loop.getaddrinfo("localhost", 80, family=socket.AF_INET6)
        with pytest.raises(ConnectionRefusedError, match="localhost:80"):
            await asyncio.open_connection("localhost", 80)
        with pytest.raises(OSError, match=r"192\.0\.2\.1 is not in"):
            await asyncio.open_connection("192.0.2.1", 443)
        async with listening():
            found = await loop.getaddrinfo(HOST, "https")
            assert await loop.getnameinfo(found[0][4]) == (HOST, "443")
            with pytest.raises(OSError, match="listens at"):
                await asyncio.start_server(echo, HOST, 443)
        with pytest.raises(ConnectionRefusedError, match=f"{HOST}:443"):
            await asyncio.open_connection(HOST, 443)

    on(Network(), main)


def test_one_server_may_be_several_hosts() -> None:
    async def main() -> None:
        server = await asyncio.start_server(echo, ["api.example.com", "eu.example.com"], 443)
        assert await roundtrip(host="api.example.com") == b"hello"
        assert await roundtrip(host="EU.example.com.") == b"hello"
        server.close()

    on(Network(), main)


def test_a_port_can_lead_elsewhere() -> None:
    network = Network()

    async def main() -> None:
        async with listening(host="0.0.0.0", port=7860):
            network.host("bot.example.com", Link(latency=1)).forward(443, ("127.0.0.1", 7860))
            began = time.monotonic()
            assert await roundtrip(host="bot.example.com") == b"hello"
            assert time.monotonic() - began == 4

    on(network, main)


def test_refusal_costs_a_round_trip_and_can_be_switched_while_running() -> None:
    network = Network(hosts={HOST: Link(latency=0.05)})

    async def main() -> None:
        async with listening():
            await roundtrip()
            network.host(HOST).change(fails="refuse")
            began = time.monotonic()
            with pytest.raises(ConnectionRefusedError):
                await roundtrip()
            assert round(time.monotonic() - began, 6) == 0.1
            network.host(HOST).change(fails=None)
            await roundtrip()
        assert network.host(HOST).attempts == 3

    on(network, main)


def test_a_reset_in_mid_stream_reaches_both_ends_after_what_was_sent() -> None:
    heard: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(100)
        heard.append(f"server: {len(reader._buffer)}")  # type: ignore[attr-defined]
        writer.close()

    async def main() -> None:
        async with listening(talk):
            reader, writer = await asyncio.open_connection(HOST, 443)
            writer.write(b"x" * 60)
            writer.write(b"y" * 60)
            with pytest.raises(ConnectionResetError):
                await reader.read(10)
            await asyncio.sleep(1)
            writer.close()

    on(Network(hosts={HOST: Link(0.1, fails="reset", after=80)}), main)
    assert heard == ["server: 80"]


def test_resetting_a_host_breaks_what_is_open() -> None:
    network = Network()

    async def main() -> None:
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            assert network.host(HOST).open == 1
            network.host(HOST).reset()
            with pytest.raises(ConnectionResetError):
                await reader.read(1)
            writer.close()
            await roundtrip()
            await asyncio.sleep(0.1)
            assert network.host(HOST).open == 0

    on(network, main)


def test_a_clean_end_in_mid_stream() -> None:
    async def main() -> None:
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            writer.write(b"x" * 10)
            assert await reader.read() == b"x" * 5  # ten there, five back
            writer.close()

    on(Network(hosts={HOST: Link(fails="close", after=15)}), main)


def test_a_stalled_link_holds_everything_and_lets_go_in_order() -> None:
    network = Network(hosts={HOST: Link(latency=0.1)})

    async def main() -> None:
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            network.host(HOST).change(stall=True)
            writer.write(b"one ")
            writer.write(b"two ")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 5)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.open_connection(HOST, 443), 5)
            began = time.monotonic()
            network.host(HOST).change(stall=False)
            writer.write(b"three")
            assert await reader.readexactly(13) == b"one two three"
            assert round(time.monotonic() - began, 6) == 0.2
            writer.close()

    on(network, main)


def test_a_connection_that_stalls_for_good_is_a_deadlock_without_a_timeout() -> None:
    async def main() -> None:
        async with listening():
            await roundtrip(bytes(2000))

    with pytest.raises(VirtualDeadlock):
        on(Network(hosts={HOST: Link(fails="stall", after=1000)}), main)


def test_a_stalled_connection_pushes_back() -> None:
    async def main() -> int:
        async with listening():
            _, writer = await asyncio.open_connection(HOST, 443)
            sent = 0

            async def send() -> None:
                nonlocal sent
                while True:
                    writer.write(bytes(16_384))
                    await writer.drain()
                    sent += 16_384

            with pytest.raises(TimeoutError):
                await asyncio.wait_for(send(), 5)
            writer.transport.abort()
            return sent

    assert on(Network(hosts={HOST: Link(fails="stall", after=1000)}), main) < 400_000


@settings(max_examples=60)
@given(
    st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=12),
    st.integers(1, 700),
    st.sampled_from([0.0, 0.02]),
    st.sampled_from([0.0, 0.3]),
    st.integers(0, 5),
)
def test_what_is_written_arrives_whole_and_in_order(
    messages: list[bytes], fragment: int, latency: float, jitter: float, seed: int
) -> None:
    async def main() -> tuple[bytes, list[int]]:
        sizes: list[int] = []

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while data := await reader.read(100_000):
                sizes.append(len(data))
                writer.write(data)
            writer.close()

        async with listening(hear):
            reader, writer = await asyncio.open_connection(HOST, 443)
            for message in messages:
                writer.write(message)
                await asyncio.sleep(0.01)
            writer.write_eof()
            answer = await reader.read()
            writer.close()
            return answer, sizes

    link = Link(latency, jitter, fragment)
    answer, sizes = on(Network(seed, hosts={HOST: link}), main)
    assert answer == b"".join(messages)
    assert sum(sizes) == len(answer)
    again = on(Network(seed, hosts={HOST: link}), main)
    assert again == (answer, sizes)


def test_more_than_the_window_goes_through_whole() -> None:
    async def main() -> None:
        message = bytes(range(256)) * 8000
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            writer.write(message)
            assert await reader.readexactly(len(message)) == message
            writer.close()

    on(Network(hosts={HOST: Link(0.01, 0.005, 5000)}), main)


def test_the_doors_to_the_operating_system_stay_shut() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as real:
            with pytest.raises(VirtualLeak, match="operating system"):
                await loop.create_connection(asyncio.Protocol, sock=real)
            with pytest.raises(VirtualLeak, match="operating system"):
                await loop.create_server(asyncio.Protocol, sock=real)
            with pytest.raises(VirtualLeak, match="operating system"):
                await loop.sock_recv(real, 1)
        with pytest.raises(VirtualLeak):
            await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
        with pytest.raises(VirtualLeak):
            await asyncio.create_subprocess_exec("true")

    on(Network(), main)


def test_sockets_that_libraries_make_themselves_are_connected_inside() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with listening():
            with socket.socket() as own:
                own.setblocking(False)
                address = (await loop.getaddrinfo(HOST, 443))[0][4]
                await loop.sock_connect(own, address)
                message = bytes(600_000)
                sending = asyncio.create_task(loop.sock_sendall(own, message))
                left = len(message)
                while left:
                    left -= len(await loop.sock_recv(own, 65536))
                await sending
                own_too = own
                reader_protocol = asyncio.StreamReaderProtocol(asyncio.StreamReader())
                transport, _ = await loop.create_connection(lambda: reader_protocol, sock=own_too)
                transport.close()

    on(Network(), main)


def test_start_tls_reports_tls_and_keeps_the_bytes() -> None:
    async def main() -> None:
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            assert writer.get_extra_info("ssl_object") is None
            began = time.monotonic()
            await writer.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), server_hostname=HOST)
            assert time.monotonic() - began == 2
            assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
            assert not writer.can_write_eof()
            writer.write(b"x")
            assert await reader.read(1) == b"x"
            writer.close()

    on(Network(hosts={HOST: Link(1)}), main)


def test_a_network_serves_one_run_and_nothing_of_it_is_left() -> None:
    network = Network()
    descriptors: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(asyncio.Protocol, HOST, 443)
        transport, _ = await loop.create_connection(asyncio.Protocol, HOST, 443)
        descriptors.append(transport.get_extra_info("socket").fileno())
        os.fstat(descriptors[0])

    on(network, main)
    assert network.host(HOST).open == 0
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptors[0])
    with pytest.raises(RuntimeError, match="one run"):
        on(network, main)


def test_a_server_that_fails_to_make_a_protocol_hangs_up() -> None:
    async def main() -> list[str]:
        reported: list[str] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reported.append(repr(context["exception"])))

        def fail() -> asyncio.Protocol:
            raise ValueError("planned")

        await loop.create_server(fail, HOST, 443)
        reader, writer = await asyncio.open_connection(HOST, 443)
        assert await reader.read() == b""
        writer.close()
        return reported

    assert on(Network(), main) == ["ValueError('planned')"]


@pytest.mark.parametrize("wrong", [{"latency": -1}, {"jitter": -1}, {"fragment": 0}])
def test_links_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"link|piece"):
        Link(**wrong)


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


def drawn(seed: int, hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", DRAWS.replace("SEED", str(seed))],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_one_seed_is_one_course_of_events_in_every_process() -> None:
    first = drawn(7, "1")
    assert first == drawn(7, "2")
    assert first != drawn(8, "1")
    for outcome in ("ConnectionResetError", "ConnectionRefusedError", "ended"):
        assert outcome in first


def test_other_traffic_changes_no_connections_times() -> None:
    async def times(more: bool) -> list[int]:
        async with listening(), listening(host="other.example.com"):
            others = asyncio.gather(
                *(roundtrip(host="other.example.com") for _ in range(5 if more else 0))
            )
            seen: list[int] = []
            for _ in range(5):
                await roundtrip(bytes(100))
                seen.append(time.monotonic_ns())
            await others
            return seen

    link = Link(0.02, 0.01, 10)
    assert on(Network(3, link=link), lambda: times(False)) == on(
        Network(3, link=link), lambda: times(True)
    )
