"""Where a call takes place: what the session needs to know of a transport."""

from dataclasses import dataclass
from typing import Literal

from pipecat.transports.base_transport import BaseTransport


@dataclass(frozen=True, slots=True)
class Line:
    """A transport and the few facts in which lines differ.

    Args:
        name: ``recorded``, ``webrtc``, ``daily`` or ``local``: what the record calls this line.
        transport: A Pipecat transport with the events ``on_client_connected`` and
            ``on_client_disconnected``.
        greets_on: When the caller can hear us: as soon as the client is connected, or only when
            an RTVI client has said that it is ready.
        audio_in_rate: Rate of the caller's audio in the pipeline, Hz, mono.
        audio_out_rate: Rate of the bot's audio towards the caller, Hz, mono.
    """

    name: str
    transport: BaseTransport
    greets_on: Literal["client_connected", "client_ready"] = "client_connected"
    audio_in_rate: int = 16000
    audio_out_rate: int = 24000
