"""A browser without a window: the requests the page makes, and a peer connection."""

import asyncio
import json

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack
from pipecat.transports.smallwebrtc.request_handler import SmallWebRTCRequest


class Caller:
    """Calls straight into `BrowserCalls`, as the page does over HTTP."""

    def __init__(self, calls):
        self.calls = calls
        self.peer = RTCPeerConnection()
        self.peer.addTrack(AudioStreamTrack())
        self.channel = self.peer.createDataChannel("chat")
        self.messages = []
        self.channel.on("message", lambda text: self.messages.append(json.loads(text)))
        self.call_id = calls.take_seat()

    async def call(self):
        """Connect; returns when the data channel is open."""
        opened = asyncio.Event()
        self.channel.on("open", opened.set)
        await self.offer()
        async with asyncio.timeout(10):
            await opened.wait()

    async def offer(self):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        offer = self.peer.localDescription
        answer = await self.calls.offer(self.call_id, SmallWebRTCRequest(offer.sdp, offer.type))
        await self.peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))

    async def over(self):
        """Wait until the server says that the call has ended; returns its state."""
        async with asyncio.timeout(10):
            while True:
                state = self.calls.state(self.call_id)
                if state["state"] == "ended":
                    return state
                await asyncio.sleep(0.01)

    async def hang_up(self):
        await self.peer.close()
