"""Serves our bot at `/ws`, as Pipecat's runner and Pipecat Cloud do: `serve_bot.py PORT`."""

import sys

import uvicorn
from fastapi import FastAPI, WebSocket
from pipecat.runner.types import WebSocketRunnerArguments

from bot import bot

app = FastAPI()


@app.websocket("/ws")
async def session(websocket: WebSocket) -> None:
    """One session: accepted, and handed to the bot."""
    await websocket.accept()
    await bot(WebSocketRunnerArguments(websocket=websocket))


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
