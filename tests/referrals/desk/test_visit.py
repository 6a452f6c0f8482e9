"""What a visit reads of a request, and how much of it."""

import asyncio
from pathlib import Path

import pytest
from starlette.responses import Response

from referrals.desk.doors import Door
from referrals.desk.grants import Grant
from referrals.desk.visit import Visit
from tests.desk_rig import Rig, desk_in

FORM = "application/x-www-form-urlencoded"


async def echo(visit: Visit) -> Response:
    """Say what was read."""
    return visit.json_answer(
        {"form": dict(visit.form), "fields": {name: list(each) for name, each in visit.fields.items()}}
    )


async def echo_json(visit: Visit) -> Response:
    """Say what was read, at most 100 bytes of it."""
    return visit.json_answer(await visit.json(100))


DOORS = (Door("POST", "/echo", Grant.PUBLIC, echo), Door("POST", "/json", Grant.PUBLIC, echo_json))


def test_a_form_is_read(tmp_path: Path) -> None:
    """Every value of a field is there, the first one by name."""
    with desk_in(tmp_path, DOORS) as rig:
        sent = rig.browser().post("/echo", data={"a": ["1", "2"], "b": "가"})

    assert sent.json() == {"form": {"a": "1", "b": "가"}, "fields": {"a": ["1", "2"], "b": ["가"]}}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("&".join(f"f{n}=1" for n in range(20)), 200),
        ("&".join(f"f{n}=1" for n in range(21)), 400),
        ("a=" + "x" * 4096, 200),
        ("a=" + "x" * 4097, 400),
        ("a=%EA%B0%80" + "%EA%B0%80" * 1365, 400),  # 1,366 characters, 4,098 bytes
        ("a" * 4097 + "=1", 400),
        ("a=%ff", 400),
        ("a=é", 400),
        ("a=1&" * 30_000, 400),
    ],
)
def test_a_form_is_bounded(tmp_path: Path, content: str, status: int) -> None:
    """At most 20 fields of 4 KiB, in UTF-8; anything else is refused before a door sees it."""
    with desk_in(tmp_path, DOORS) as rig:
        answer = rig.browser().post("/echo", content=content.encode(), headers={"content-type": FORM})

    assert answer.status_code == status


def test_files_are_not_read(tmp_path: Path) -> None:
    """A multipart body is no form here."""
    with desk_in(tmp_path, DOORS) as rig:
        answer = rig.browser().post("/echo", files={"a": ("a.txt", b"x")})

    assert answer.json() == {"form": {}, "fields": {}}


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b'{"a": 1}', "application/json", 200),
        (b'{"a": 1}', "application/json; charset=utf-8", 200),
        (b'{"a": 1}', "text/plain", 400),
        (b"[1]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"a": "' + b"x" * 100 + b'"}', "application/json", 400),
        (b"[" * 90, "application/json", 400),
    ],
)
def test_json_is_bounded(tmp_path: Path, content: bytes, media_type: str, status: int) -> None:
    """A JSON object of at most so many bytes, and sent as JSON: a form of another site can't be one."""
    with desk_in(tmp_path, DOORS) as rig:
        answer = rig.browser().post("/json", content=content, headers={"content-type": media_type})

    assert answer.status_code == status


def test_a_long_body_is_not_read_to_its_end(tmp_path: Path) -> None:
    """Reading stops at the bound, however much would still come."""
    asked = 0

    async def receive() -> dict[str, object]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def send(_: object) -> None:
        return

    with desk_in(tmp_path, DOORS) as rig:
        headers = {"host": "desk.example", "sec-fetch-site": "same-origin", "content-type": FORM}
        scope = {
            "type": "http", "method": "POST", "path": "/echo", "query_string": b"", "root_path": "", "scheme": "https",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        asyncio.run(rig.app(scope, receive, send))

    assert asked == 2


def test_text_in_a_page_is_escaped(desk: Rig) -> None:
    """What somebody typed is text in a page, never markup."""
    answer = desk.browser().post("/enter/phrase", data={"name": "<b>", "phrase": "<script>", "code": "<i>"})

    assert "<b>" not in answer.text
    assert "<script>" not in answer.text
