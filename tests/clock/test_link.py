"""Links: refusal, resets, stalls, and bytes that arrive whole and in order all the same."""

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import HOST, listening, on, roundtrip

from callwright.clock import Link, Network, VirtualDeadlock


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


@pytest.mark.parametrize("wrong", [{"latency": -1}, {"jitter": -1}, {"fragment": 0}])
def test_links_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"link|piece"):
        Link(**wrong)


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


def test_a_byte_more_changes_no_later_times() -> None:
    async def times(first: int) -> list[int]:
        seen: list[int] = []
        async with listening():
            reader, writer = await asyncio.open_connection(HOST, 443)
            for size in (first, 100, 100):
                writer.write(bytes(size))
                await asyncio.sleep(1)
                await reader.readexactly(size)
                writer.write(b"!")
                await reader.readexactly(1)
                seen.append(time.monotonic_ns())
            writer.close()
        return seen

    link = Link(0.02, 0.01, 10)
    assert on(Network(3, link=link), lambda: times(100)) == on(
        Network(3, link=link), lambda: times(101)
    )
