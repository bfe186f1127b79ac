import asyncio
import socket

import pytest
from daily_fakes import KEY, RestStandIn

from callwright.declarations.errors import InputError
from callwright.lines.daily_rooms import DailySettings, open_room


def settings(api, **more):
    return DailySettings(api_key=KEY, api_url=api.url, **more)


async def refused(given):
    with pytest.raises(InputError) as caught:
        async with open_room(given, "Robin"):
            pytest.fail("there must be no room")
    return str(caught.value)


class TestMadeRoom:
    async def test_it_is_private_expires_and_is_deleted_afterwards(self):
        async with RestStandIn() as api:
            async with open_room(settings(api), "Robin", now=lambda: 2_000_000_000.7) as room:
                (made,) = api.rooms.values()
            assert api.rooms == {}

        assert room.url == made["url"]
        assert room.expires == 2_000_003_600
        assert made["privacy"] == "private"
        assert made["config"]["exp"] == 2_000_003_600
        assert made["config"]["eject_at_room_exp"] is True

    async def test_the_tokens_expire_and_name_their_room(self):
        async with RestStandIn() as api, open_room(settings(api), "Robin") as room:
            (name,) = api.rooms
            mine = api.tokens[room.token]
            guests = api.tokens[room.invitation.removeprefix(f"{room.url}?t=")]

        for token in (mine, guests):
            assert token["room_name"] == name
            assert token["exp"] > 0
            assert token["eject_at_token_exp"] is True
            assert token["is_owner"] is False
        assert mine["user_name"] == "Robin"
        assert "user_name" not in guests

    async def test_a_public_room_needs_no_invitation(self):
        async with RestStandIn() as api, open_room(settings(api, public=True), "Robin") as room:
            (made,) = api.rooms.values()
            assert len(api.tokens) == 1

        assert made["privacy"] == "public"
        assert room.invitation is None

    async def test_no_secret_is_in_anything_printable(self):
        async with RestStandIn() as api, open_room(settings(api), "Robin") as room:
            shown = f"{room} {room!r} {settings(api, token='secret')!r}"

        assert KEY not in shown
        assert "eyJ" not in shown
        assert "secret" not in shown

    async def test_it_is_deleted_when_the_call_fails(self):
        async with RestStandIn() as api:
            with pytest.raises(ZeroDivisionError):
                async with open_room(settings(api), "Robin"):
                    raise ZeroDivisionError
            assert api.rooms == {}

    async def test_it_is_deleted_when_the_call_is_cancelled(self):
        async with RestStandIn() as api:
            inside = asyncio.Event()

            async def call():
                async with open_room(settings(api), "Robin"):
                    inside.set()
                    await asyncio.sleep(60)

            task = asyncio.create_task(call())
            await asyncio.wait_for(inside.wait(), timeout=5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert api.rooms == {}

    async def test_it_is_deleted_when_no_token_can_be_had(self):
        async with RestStandIn() as api:
            api.faults["POST /meeting-tokens"] = 500
            await refused(settings(api))
            assert api.seen[-1].startswith("DELETE /rooms/")
            assert api.rooms == {}

    async def test_a_room_that_is_gone_already_is_fine(self):
        async with RestStandIn() as api, open_room(settings(api), "Robin"):
            api.rooms.clear()

    async def test_a_room_that_cannot_be_deleted_does_not_spoil_the_call(self):
        async with RestStandIn() as api:
            async with open_room(settings(api), "Robin"):
                api.faults["DELETE /rooms"] = 500
            assert len(api.rooms) == 1

    async def test_a_slash_at_the_end_of_the_address_does_no_harm(self):
        async with RestStandIn() as api:
            given = DailySettings(api_key=KEY, api_url=api.url + "/")
            async with open_room(given, "Robin"):
                assert len(api.rooms) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "what", "remedy"),
        [
            (401, "does not accept the API key (401", "DAILY_API_KEY"),
            (429, "asks to slow down (429", "wait a minute"),
            (500, "API failed (500", "try again"),
            (503, "API failed (503", "status.daily.co"),
            (403, "refused to make a room (403", "--room"),
        ],
    )
    async def test_each_says_what_to_do_and_hides_the_key(self, status, what, remedy):
        async with RestStandIn() as api:
            api.faults["POST /rooms"] = status
            message = await refused(settings(api))

        assert what in message
        assert remedy in message
        assert KEY not in message

    async def test_a_wrong_key(self):
        async with RestStandIn() as api:
            message = await refused(DailySettings(api_key="wrong", api_url=api.url))

        assert "does not accept the API key (401: authentication-error)" in message

    async def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
            message = await refused(
                DailySettings(api_key=KEY, api_url=f"http://127.0.0.1:{port}/v1")
            )

        assert f"127.0.0.1:{port} cannot be reached" in message

    async def test_somebody_else_answers(self):
        async with RestStandIn() as api:
            api.garbage = True
            message = await refused(settings(api))

        assert "is not that of Daily's API" in message

    async def test_the_key_is_not_sent_unencrypted(self):
        message = await refused(DailySettings(api_key=KEY, api_url="http://api.daily.co/v1"))

        assert "DAILY_API_URL would send the API key unencrypted" in message

    async def test_nothing_to_make_a_room_with(self):
        message = await refused(DailySettings())

        assert "there is no Daily room to join" in message
        assert "DAILY_API_KEY" in message

    async def test_a_token_without_a_room(self):
        message = await refused(DailySettings(token="secret"))

        assert "without a room" in message
        assert "secret" not in message


class TestGivenRoom:
    async def given(self, url, token=None):
        async with open_room(DailySettings(room=url, token=token), "Robin") as room:
            return room

    async def test_it_is_used_as_it_is(self):
        room = await self.given("https://acme.daily.co/desk/", "tok")

        assert (room.url, room.token, room.invitation) == (
            "https://acme.daily.co/desk",
            "tok",
            None,
        )

    async def test_a_token_in_its_url_is_taken_out(self):
        room = await self.given("https://acme.daily.co/desk?t=eyJ.x&foo=1")

        assert (room.url, room.token) == ("https://acme.daily.co/desk", "eyJ.x")

    async def test_a_token_of_its_own_wins(self):
        assert (await self.given("https://acme.daily.co/desk?t=old", "new")).token == "new"

    @pytest.mark.parametrize(
        "url", ["acme.daily.co/desk", "https://acme.daily.co", "desk", "ftp://x/y", "http://a.co/b"]
    )
    async def test_what_is_no_room_url_is_refused(self, url):
        with pytest.raises(InputError, match="https://"):
            await self.given(url)
