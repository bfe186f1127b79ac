import json
from types import SimpleNamespace

import pytest
from daily_fakes import install
from fastapi import FastAPI, WebSocket
from fastapi.testclient import TestClient
from pipecat.runner.types import (
    DailyRunnerArguments,
    LiveKitRunnerArguments,
    SmallWebRTCRunnerArguments,
    WebSocketRunnerArguments,
)
from pipecat.transports.smallwebrtc.connection import SmallWebRTCConnection
from pipecat.transports.smallwebrtc.transport import SmallWebRTCTransport
from pipecat.transports.websocket.fastapi import FastAPIWebsocketTransport

from callwright.declarations.errors import InputError
from callwright.lines.daily import RoomTransport
from callwright.lines.runner import line_from_runner


def cloud(**fields):
    """Arguments as Pipecat Cloud's images make them: other classes, the same fields."""
    return SimpleNamespace(session_id="s", body={}, **fields)


ROOM = {"room_url": "https://acme.daily.co/desk", "token": "eyJ.x"}


@pytest.mark.parametrize("arguments", [DailyRunnerArguments(**ROOM), cloud(**ROOM)])
async def test_a_daily_room(monkeypatch, arguments):
    install(monkeypatch)

    line = await line_from_runner(arguments)

    assert (line.name, line.greets_on) == ("daily", "client_connected")
    assert isinstance(line.transport, RoomTransport)
    assert line.transport.room_url == ROOM["room_url"]


@pytest.mark.parametrize("make", [SmallWebRTCRunnerArguments, cloud])
async def test_a_browser(make):
    connection = SmallWebRTCConnection()

    line = await line_from_runner(make(webrtc_connection=connection))

    assert (line.name, line.greets_on) == ("webrtc", "client_ready")
    assert isinstance(line.transport, SmallWebRTCTransport)
    await connection.disconnect()


def over_a_websocket(first_messages=(), transport_type=None, make=WebSocketRunnerArguments):
    """What `line_from_runner` makes of a websocket, or the error it raises."""
    app = FastAPI()
    made = []

    @app.websocket("/ws")
    async def accept(websocket: WebSocket):
        await websocket.accept()
        arguments = make(websocket=websocket)
        arguments.transport_type = transport_type
        try:
            made.append(await line_from_runner(arguments))
        except InputError as error:
            made.append(error)
        await websocket.close()

    with TestClient(app).websocket_connect("/ws") as client:
        for message in first_messages:
            client.send_text(json.dumps(message))
        client.receive()
    return made[0]


@pytest.mark.parametrize("make", [WebSocketRunnerArguments, cloud])
def test_pipecats_own_websocket_client(make):
    line = over_a_websocket(transport_type="websocket", make=make)

    assert (line.name, line.greets_on) == ("websocket", "client_ready")
    assert isinstance(line.transport, FastAPIWebsocketTransport)


# Pipecat's own evals use a name that the websockets package is about to drop.
@pytest.mark.filterwarnings("ignore:websockets:DeprecationWarning")
def test_an_eval():
    from pipecat.evals.fastapi_transport import EvalFastAPIWebsocketTransport

    hello = {"label": "rtvi-ai", "type": "client-message", "id": "1"}
    hello["data"] = {"t": "eval-connect", "d": {}}

    line = over_a_websocket([hello])

    assert isinstance(line.transport, EvalFastAPIWebsocketTransport)


def test_a_carrier_is_refused_by_name():
    twilio = [
        {"event": "connected", "protocol": "Call", "version": "1.0.0"},
        {"event": "start", "start": {"streamSid": "MZ1", "callSid": "CA1"}, "streamSid": "MZ1"},
    ]

    error = over_a_websocket(twilio)

    assert "websocket of kind 'twilio'" in str(error)


async def test_other_arguments_are_refused_by_name():
    with pytest.raises(InputError, match=r"no line for LiveKitRunnerArguments; .*-t daily"):
        await line_from_runner(LiveKitRunnerArguments(room_name="r", url="wss://x", token="t"))
