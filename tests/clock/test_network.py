"""The simulated network: names, servers, exact times, and doors that stay shut."""

import asyncio
import os
import socket
import ssl
import time

import pytest
from small_world import HOST, echo, listening, on, roundtrip

from callwright.clock import Link, Network, VirtualLeak


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
