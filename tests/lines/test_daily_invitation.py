import html
import re

from callwright.lines.daily_invitation import invitation_file


def test_it_leads_into_the_room_and_only_the_user_can_read_it():
    url = 'https://acme.daily.co/desk?t=eyJ.a&b="<x>'

    with invitation_file(url) as path:
        page = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode & 0o777

    assert html.unescape(re.search(r'href="([^"]*)"', page)[1]) == url
    assert mode == 0o600
    assert not path.exists()


def test_its_name_does_not_hold_the_token():
    with invitation_file("https://acme.daily.co/desk?t=eyJ.secret") as path:
        assert "eyJ" not in str(path)
