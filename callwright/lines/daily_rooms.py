"""A Daily room for one call: the one that was given, or one made for it and deleted afterwards."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit, urlunsplit

import aiohttp
from loguru import logger
from pipecat.transports.daily.utils import (
    DailyMeetingTokenParams,
    DailyMeetingTokenProperties,
    DailyRESTHelper,
    DailyRoomParams,
    DailyRoomProperties,
)

from callwright.declarations.errors import InputError

API_URL = "https://api.daily.co/v1"
ROOM_SECONDS = 3600
ANSWER_SECONDS = 15.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class DailySettings:
    """Which room to use.

    Args:
        room: URL of an existing room, perhaps with its token (``?t=…``); None to make one.
        token: Token for that room. Never shown.
        api_key: Daily API key, to make a room with. Never shown.
        api_url: Base of Daily's REST API.
        public: Whether a room made here lets in anyone who has its URL.
    """

    room: str | None = None
    token: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    api_url: str = API_URL
    public: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A room ready to be joined.

    Args:
        url: Its URL, without any token.
        token: The bot's token, if the room needs one. Never shown.
        invitation: For a private room made here, the URL with a token for the caller. Never shown.
        expires: When the room ends by itself, seconds since 1970; None when not ours.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    invitation: str | None = field(default=None, repr=False)
    expires: int | None = None


@asynccontextmanager
async def open_room(
    settings: DailySettings, bot_name: str, *, now: Callable[[], float] = time.time
) -> AsyncGenerator[Room]:
    """The room of one call. A room made here is private, expires, and is deleted on leaving.

    Args:
        settings: Which room.
        bot_name: What the caller sees as the bot's name.
        now: Seconds since 1970.

    Raises:
        InputError: No room can be had: nothing to make it with, or Daily refused.
    """
    if settings.room:
        yield _given_room(settings.room, settings.token)
        return
    if settings.token:
        raise InputError(
            "a Daily token was given without a room",
            "add --room https://YOUR-DOMAIN.daily.co/ROOM (or DAILY_ROOM_URL)",
        )
    if not settings.api_key:
        raise InputError(
            "there is no Daily room to join",
            "give --room URL (or DAILY_ROOM_URL), or set DAILY_API_KEY to have one made "
            "(dashboard.daily.co, Developers)",
        )
    async with _rest(settings) as rest:
        room = await _make_room(rest, settings, bot_name, int(now()) + ROOM_SECONDS)
        try:
            yield room
        finally:
            await _delete_room(rest, room)


def _given_room(url: str, token: str | None) -> Room:
    parts = urlsplit(url.strip())
    local = parts.hostname in _LOOPBACK
    if parts.scheme not in ("https", "http") or not parts.hostname or not parts.path.strip("/"):
        raise InputError(
            "the Daily room is not a room URL",
            "it looks like https://YOUR-DOMAIN.daily.co/ROOM",
        )
    if parts.scheme == "http" and not local:
        raise InputError("the Daily room's URL is not encrypted", "use https://")
    # Daily's own links carry the token in the URL, which would end up in logs.
    token = token or next(iter(parse_qs(parts.query).get("t", [])), None)
    return Room(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")), token)


@asynccontextmanager
async def _rest(settings: DailySettings) -> AsyncGenerator[DailyRESTHelper]:
    base = settings.api_url.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise InputError(
            "DAILY_API_URL would send the API key unencrypted",
            f"use https://, or leave it out for {API_URL}",
        )
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, raise_for_status=_refuse) as session:
        yield DailyRESTHelper(
            daily_api_key=settings.api_key or "", daily_api_url=base, aiohttp_session=session
        )


class _Refused(Exception):
    def __init__(self, status: int, info: str) -> None:
        super().__init__(f"{status} {info}")
        self.status = status
        self.info = info


async def _refuse(response: aiohttp.ClientResponse) -> None:
    gone = response.status == 404 and response.method == "DELETE"
    if response.status == 200 or gone:
        return
    try:
        body = await response.json(content_type=None)
        info = str(body.get("info") or body.get("error") or "")
    except (ValueError, AttributeError):
        info = ""
    raise _Refused(response.status, info[:200])


async def _make_room(
    rest: DailyRESTHelper, settings: DailySettings, bot_name: str, expires: int
) -> Room:
    params = DailyRoomParams(
        privacy="public" if settings.public else "private",
        properties=DailyRoomProperties(exp=expires, eject_at_room_exp=True, start_video_off=True),
    )
    async with _explained(rest):
        made = await rest.create_room(params)
    room = Room(made.url, expires=expires)
    try:
        async with _explained(rest):
            token = await _token(rest, made.url, bot_name)
            guest = None if settings.public else await _token(rest, made.url, None)
    except BaseException:
        await _delete_room(rest, room)
        raise
    return Room(made.url, token, f"{made.url}?t={guest}" if guest else None, expires)


async def _token(rest: DailyRESTHelper, url: str, name: str | None) -> str:
    properties = DailyMeetingTokenProperties(user_name=name, start_video_off=True)
    return await rest.get_token(
        url,
        expiry_time=ROOM_SECONDS,
        eject_at_token_exp=True,
        owner=False,
        params=DailyMeetingTokenParams(properties=properties),
    )


async def _delete_room(rest: DailyRESTHelper, room: Room) -> None:
    try:
        async with _explained(rest):
            await rest.delete_room_by_url(room.url)
    except InputError as error:
        # The call itself is over and well; the room goes by itself when it expires.
        logger.warning(f"the Daily room {room.url} was not deleted: {error.what}")


@asynccontextmanager
async def _explained(rest: DailyRESTHelper) -> AsyncGenerator[None]:
    host = urlsplit(rest.daily_api_url).netloc
    try:
        yield
    except _Refused as error:
        raise _refusal(error, rest.daily_api_key) from None
    except TimeoutError:
        raise InputError(
            f"Daily's API at {host} gave no answer within {ANSWER_SECONDS:.0f} s",
            "check the network and try again",
        ) from None
    except aiohttp.ClientConnectionError as error:
        raise InputError(
            f"Daily's API at {host} cannot be reached ({type(error).__name__})",
            "check the network, a proxy, and DAILY_API_URL if you set it",
        ) from None
    except Exception as error:
        # Pipecat's helper raises plain Exceptions when an answer lacks something.
        raise InputError(
            f"the answer of {host} is not that of Daily's API ({type(error).__name__})",
            f"check DAILY_API_URL; without it {API_URL} is used",
        ) from None


def _refusal(error: _Refused, key: str) -> InputError:
    info = error.info.replace(key, "•••") if key else error.info
    said = f"{error.status}: {info}" if info else str(error.status)
    if error.status == 401 or "authorization-header" in info:
        return InputError(
            f"Daily does not accept the API key ({said})",
            "copy it again from dashboard.daily.co, Developers, into DAILY_API_KEY",
        )
    if error.status == 429:
        return InputError(f"Daily asks to slow down ({said})", "wait a minute, then try again")
    if error.status >= 500:
        return InputError(
            f"Daily's API failed ({said})", "try again; status.daily.co tells of outages"
        )
    return InputError(
        f"Daily refused to make a room ({said})",
        "check the plan and limits of the account at dashboard.daily.co, "
        "or give an existing room with --room",
    )
