"""The line of a call that Pipecat's own runner, or Pipecat Cloud, has accepted."""

from typing import Any

from pipecat.runner.types import SmallWebRTCRunnerArguments, WebSocketRunnerArguments
from pipecat.runner.utils import create_transport
from pipecat.transports.base_transport import TransportParams

from callwright.declarations.errors import InputError
from callwright.lines.line import Line

IN_RATE = 16000
OUT_RATE = 24000


async def line_from_runner(runner_args: Any) -> Line:
    """The line for what a runner hands to ``bot(runner_args)``.

    Pipecat Cloud's images pass classes of their own with the same fields, so the fields decide:
    ``room_url`` (Daily), ``webrtc_connection`` (browser), ``websocket`` (Pipecat's websocket
    client, or its evals).

    Args:
        runner_args: ``DailyRunnerArguments``, ``SmallWebRTCRunnerArguments``,
            ``WebSocketRunnerArguments``, or arguments that look like one of them.

    Raises:
        InputError: This version has no such line, or its library is not installed.
    """
    if getattr(runner_args, "room_url", None):
        return _daily(runner_args)
    if getattr(runner_args, "webrtc_connection", None) is not None:
        return await _webrtc(runner_args)
    if getattr(runner_args, "websocket", None) is not None:
        return await _websocket(runner_args)
    raise InputError(
        f"there is no line for {type(runner_args).__name__}",
        "start the runner with -t daily or -t webrtc",
    )


def _daily(runner_args: Any) -> Line:
    try:
        from callwright.lines.daily import BOT_NAME, RoomTransport
    except ImportError as error:
        raise InputError("Daily's library is missing", "`uv sync --extra daily`") from error
    return Line("daily", RoomTransport(runner_args.room_url, runner_args.token, BOT_NAME))


async def _webrtc(runner_args: Any) -> Line:
    known = runner_args
    if not isinstance(known, SmallWebRTCRunnerArguments):
        known = SmallWebRTCRunnerArguments(webrtc_connection=runner_args.webrtc_connection)
    transport = await create_transport(known, {"webrtc": _params})
    return Line("webrtc", transport, "client_ready", IN_RATE, OUT_RATE)


async def _websocket(runner_args: Any) -> Line:
    known = runner_args
    if not isinstance(known, WebSocketRunnerArguments):
        known = WebSocketRunnerArguments(
            websocket=runner_args.websocket,
            transport_type=getattr(runner_args, "transport_type", None),
        )
    try:
        transport = await create_transport(known, {"websocket": _protobuf, "eval": _evals})
    except (ValueError, ImportError) as error:
        carrier = known.transport_type or "unknown"
        raise InputError(
            f"there is no line for a websocket of kind '{carrier}' in this version",
            "phone lines come later; use -t daily or -t webrtc",
        ) from error
    return Line("websocket", transport, "client_ready", IN_RATE, OUT_RATE)


def _params() -> TransportParams:
    return TransportParams(audio_in_enabled=True, audio_out_enabled=True)


def _protobuf() -> TransportParams:
    from pipecat.serializers.protobuf import ProtobufFrameSerializer
    from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams

    return FastAPIWebsocketParams(
        audio_in_enabled=True, audio_out_enabled=True, serializer=ProtobufFrameSerializer()
    )


def _evals() -> TransportParams:
    from pipecat.evals.transport import EvalTransportParams

    return EvalTransportParams(audio_in_enabled=True, audio_out_enabled=True)
