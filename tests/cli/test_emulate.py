"""`callwright emulate` in a process of its own, with the providers' official clients unmodified."""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import anthropic
import numpy as np
import openai
import pytest
import soxr
import typer
from cartesia import AsyncCartesia
from deepgram import AsyncDeepgramClient
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1.types import ListenV1Results
from soaking import usually
from typer.testing import CliRunner

from callwright.cli.emulate import emulate
from callwright.declarations import catalogue
from callwright.emulators.providers import PROVIDERS
from tests.emulators.hearing import RATE, bare, chunks, recording

# Deepgram's client asks for the older of the two clients in `websockets`.
pytestmark = [
    pytest.mark.filterwarnings("ignore:websockets.* is deprecated:DeprecationWarning"),
    pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send"),
]

GREETING = "Lakeside Clinic, this is Robin, an automated assistant. How can I help you?"
PLAIN = Path(__file__).parents[2] / "recordings" / "reception-plain"
WAV = PLAIN / "user.wav"
BILL = "I have a question about my bill"
REALTIME = ["openai_realtime", "azure_realtime"]
ASKS_NAME = "Thank you. May I have your full name?"


@dataclass
class Emulated:
    """A running stand-in, and what it printed."""

    lines: list[str]
    errors: str = ""

    @property
    def url(self) -> str:
        return self.lines[0]


@contextmanager
def emulated(
    *arguments: object, lines: int = 1, ends: tuple[int, int] = (signal.SIGINT, 130)
) -> Iterator[Emulated]:
    """Run the command until it is ready; a signal afterwards, which must end it well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "callwright", "emulate", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = [process.stdout.readline().rstrip("\n") for _ in range(lines)]
        if not told[-1]:
            raise AssertionError(process.communicate(timeout=30))
        yield (it := Emulated(told))
        process.send_signal(ends[0])
        out, it.errors = process.communicate(timeout=30)
        assert (process.returncode, out) == (ends[1], "")
        assert "Traceback" not in it.errors
        ours = [line for line in it.errors.splitlines() if "/" not in line or "//" in line]
        assert max(map(len, ours)) <= 80
        assert "Ctrl-C ends" in it.errors
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)


def refused(*arguments: object) -> str:
    """What the command says when it is given bad input, in this process."""
    app = typer.Typer()
    app.command()(emulate)
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


async def test_anthropics_client_holds_a_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated("anthropic-llm") as it:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", it.url)
        async with anthropic.AsyncAnthropic(api_key="any") as client, asyncio.timeout(30):
            told: list[Any] = [{"role": "user", "content": "(empty)"}]
            said: list[str] = []
            for words in (BILL, "my name is anna bell", ""):
                async with client.messages.stream(
                    model="claude-sonnet-4-6", max_tokens=500, messages=told
                ) as stream:
                    said.append(await stream.get_final_text())
                told.append({"role": "assistant", "content": said[-1]})
                told.append({"role": "user", "content": words})
    assert said == [GREETING, ASKS_NAME, "Thanks, Anna. What number can we call you back on?"]


async def test_openais_client_chats_by_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.yaml"
    script.write_text(
        "key: secret\n"
        "answers:\n"
        "  - Hello there.\n"
        "  - {text: One moment., calls: [{name: look, args: {city: Oslo}}]}\n"
        "latencies: {first_token: 0, each_token: 0}\n"
        "faults: [{kind: rate_limited, request: 1, seconds: 1}]\n"
    )
    asked: list[Any] = [{"role": "user", "content": "hi"}]
    with emulated("openai_llm", "--script", script) as it:
        monkeypatch.setenv("OPENAI_BASE_URL", it.url)
        async with openai.AsyncOpenAI(api_key="secret", max_retries=0) as client:
            async with asyncio.timeout(30):
                first = await client.chat.completions.create(model="gpt-4.1", messages=asked)
                asked += [
                    {"role": "assistant", "content": "Hello there."},
                    {"role": "user", "content": "how is Oslo"},
                ]
                with pytest.raises(openai.RateLimitError) as limited:
                    await client.chat.completions.create(model="gpt-4.1", messages=asked)
                second = await client.chat.completions.create(model="gpt-4.1", messages=asked)
                other = client.with_options(api_key="another")
                with pytest.raises(openai.AuthenticationError):
                    await other.chat.completions.create(model="gpt-4.1", messages=asked)
    assert first.choices[0].message.content == "Hello there."
    assert limited.value.response.headers["retry-after"] == "1"
    (call,) = second.choices[0].message.tool_calls or []
    assert call.type == "function"
    assert (call.function.name, call.function.arguments) == ("look", '{"city": "Oslo"}')


async def test_openais_client_gets_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated("openai-responses-llm", lines=2) as it:
        assert it.lines[1] == it.url.replace("http", "ws", 1)
        monkeypatch.setenv("OPENAI_BASE_URL", it.url)
        async with openai.AsyncOpenAI(api_key="any") as client, asyncio.timeout(30):
            first = await client.responses.create(model="gpt-4.1", input="(empty)")
            second = await client.responses.create(
                model="gpt-4.1",
                input=BILL,
                previous_response_id=first.id,
            )
    assert (first.output_text, second.output_text) == (GREETING, ASKS_NAME)


async def test_azures_client_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated("azure_llm") as it:
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", it.url)
        async with openai.AsyncAzureOpenAI(api_key="any", api_version="2024-10-21") as client:
            async with asyncio.timeout(30):
                answer = await client.chat.completions.create(
                    model="my-deployment", messages=[{"role": "user", "content": "(empty)"}]
                )
    assert answer.choices[0].message.content == GREETING


@contextmanager
def certified(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulated]:
    """A stand-in over TLS; this process trusts its authority, whose file goes with it."""
    with emulated(name, "--tls", lines=3) as it:
        monkeypatch.setenv("SSL_CERT_FILE", it.lines[2])
        assert it.url.startswith("https://")
        yield it
    assert not Path(it.lines[2]).parent.exists()


@pytest.mark.parametrize("name", usually(REALTIME, "openai_realtime".__eq__))
async def test_openais_realtime_client_is_heard_and_answered_over_wss(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, turns = recording()
    spoken = samples[: round((turns[0].end + 0.2) * RATE)]
    sound = soxr.resample(np.concatenate([spoken, np.zeros(RATE, np.int16)]), RATE, 24000)
    said: list[str] = []
    heard, voice = "", b""
    with certified(name, monkeypatch) as it:
        monkeypatch.setenv("OPENAI_BASE_URL", it.url)
        async with (
            asyncio.timeout(60),
            openai.AsyncOpenAI(api_key="any") as client,
            client.realtime.connect(model="gpt-realtime") as connection,
        ):
            transcription = {"transcription": {"model": "whisper-1"}}
            session = {"type": "realtime", "audio": {"input": transcription}}
            await connection.session.update(session=cast(Any, session))
            await connection.response.create()
            async for event in connection:
                if event.type == "response.output_audio_transcript.done":
                    said.append(event.transcript)
                elif event.type == "response.output_audio.delta":
                    voice += base64.b64decode(event.delta)
                elif event.type == "conversation.item.input_audio_transcription.completed":
                    heard = event.transcript
                elif event.type == "response.done" and len(said) == 2:
                    break
                elif event.type == "response.done":
                    for piece in chunks(sound):
                        text = base64.b64encode(piece).decode()
                        await connection.input_audio_buffer.append(audio=text)
    assert said == [GREETING, ASKS_NAME]
    assert bare([heard]) == ["hi i have a question about my bill"]
    assert len(voice) > 5 * 24000 * 2


@pytest.mark.parametrize("script", ["", "heard: [what a script says]", "recording: plain"])
async def test_deepgrams_client_is_heard_over_wss(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples, turns = recording()
    file = tmp_path / "script.yaml"
    (tmp_path / "plain").symlink_to(PLAIN)
    file.write_text(script)
    options = ["--script", file] if script else []
    heard: list[str] = []
    with emulated("deepgram_stt", "--tls", *options, lines=3) as it:
        monkeypatch.setenv("SSL_CERT_FILE", it.lines[2])
        http, ws = it.lines[:2]
        place = DeepgramClientEnvironment(base=http, production=ws, agent=ws, agent_rest=http)
        client = AsyncDeepgramClient(api_key="any", environment=place)
        async with (
            asyncio.timeout(60),
            client.listen.v1.connect(
                model="nova-3", encoding="linear16", sample_rate=RATE
            ) as connection,
        ):
            for piece in chunks(samples[: round((turns[1].begin - 0.1) * RATE)]):
                await connection.send_media(piece)
            await connection.send_close_stream()
            async for message in connection:
                if isinstance(message, ListenV1Results) and message.is_final:
                    heard.append(message.channel.alternatives[0].transcript)
    expected = "what a script says" if "heard" in script else "hi i have a question about my bill"
    assert bare(heard) == [expected]


async def test_cartesias_client_is_spoken_to_over_wss(monkeypatch: pytest.MonkeyPatch) -> None:
    output = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
    with certified("cartesia-tts", monkeypatch) as it:
        async with (
            asyncio.timeout(30),
            AsyncCartesia(api_key="any", base_url=it.url) as client,
            client.tts.websocket_connect() as connection,
        ):
            await connection.send(
                cast(
                    Any,
                    {
                        "context_id": "one",
                        "model_id": "sonic-3",
                        "voice": {"mode": "id", "id": "a0e99841-438c-4a64-b679-ae501e7d6091"},
                        "output_format": output,
                        "transcript": "Good evening, this is Robin.",
                    },
                )
            )
            pcm = b""
            async for event in connection:
                if event.type == "chunk":
                    pcm += base64.b64decode(event.data)
                if event.type == "done":
                    break
    assert len(pcm) > 24000 * 2
    assert np.abs(np.frombuffer(pcm, "<i2")).max() > 1000


def test_termination_leaves_nothing_either() -> None:
    with emulated("openai-llm", "--tls", lines=2, ends=(signal.SIGTERM, 143)) as it:
        assert Path(it.lines[1]).read_text().startswith("-----BEGIN CERTIFICATE")
    assert not Path(it.lines[1]).parent.exists()


def test_bad_input_is_said_with_what_to_do(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("heard: [hello]\nlatency: {final_after: 1}\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        cases = [
            (["deepgrm-stt"], "the provider 'deepgrm-stt' is unknown; did you mean 'deepgram_stt'"),
            (["xai_realtime"], "'xai_realtime' has no stand-in yet; use anthropic_llm, "),
            (["openai_llm", "--port", port], f"port {port} is in use; give another --port, or 0"),
            (["deepgram_stt", "--script", script], "script.yaml:2:1: the key 'latency' is unknown"),
            (["openai_llm", "--script", tmp_path / "no"], "no: there is no such file"),
            (["openai_llm", "--port", "65536"], "--port"),
        ]
        for arguments, message in cases:
            assert message in refused(*arguments)


def test_a_script_says_what_it_cannot_have(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    for text, message in [
        ("recording: nowhere", "nowhere: there is no such file or folder"),
        (f"recording: {WAV}", "user.wav: nobody has written down what is said in it"),
        ("agent: receptoin", "there is no agent 'receptoin'; did you mean 'reception'?"),
    ]:
        script.write_text(text)
        assert message in refused("deepgram_stt", "--script", script)


def test_keys_that_mean_nothing_to_a_provider_are_told(tmp_path: Path) -> None:
    script = tmp_path / "script.yaml"
    script.write_text("heard: [hello]\nseed: 1\nanswers: [hello]\n")
    with emulated("openai_llm", "--script", script) as it:
        pass
    assert it.errors.startswith(f"{script}: 'heard' means nothing to openai_llm\n")


def test_every_name_is_one_of_the_catalogue() -> None:
    assert PROVIDERS.keys() <= catalogue.services().keys()
