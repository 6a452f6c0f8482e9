"""What the page asks: the person's side of the practice server, as JSON under /practice, and one stream of changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.practice.answers import Json
from bot.practice.asked import BadRequest, Handler, answered, body_of, media_in, number_in, text_in
from bot.practice.botapi import PhoneError, PracticeServer
from bot.practice.casework import CaseworkView, English
from bot.practice.chats import Message, Profile
from bot.practice.persons import MEDIA
from bot.waiting import rung

PAGE = Path(__file__).with_name("page")
CASEWORK_SECONDS = 1.0  # how often an open page has the casebook looked at: it is another process's file
IDLE_SECONDS = 15.0  # a comment keeps the stream alive through whatever sits in between
LANGUAGES = ("ko", "zh", "en")  # what a referral can be shown in
NEW_PERSON = "zh-hans"  # what most phones in China are set to


def seen_by_person(server: PracticeServer, chat_id: int) -> dict[str, Json]:
    """What the phone shows now."""
    chat = server.chat(chat_id)
    profile, language = server.account.profile, chat.person.language_code.partition("-")[0]
    notice = chat.notices[-1] if chat.notices else None
    return {
        "chat": chat_id,
        "number": chat.person.number,
        "version": server.account.version,
        "opened": chat.opened,
        "blocked": chat.blocked,
        "bot_name": Profile.in_language(profile.name, language) or server.account.bot()["first_name"],
        "description": Profile.in_language(profile.description, language),
        "messages": [_seen(message) for message in chat.messages.values()],
        "notice": {"text": notice.text, "silent": notice.silent} if notice else None,
        "toast": chat.toast,
    }


def _seen(message: Message) -> dict[str, Json]:
    return {
        "id": message.message_id,
        "date": message.date,
        "from_bot": message.from_bot,
        "text": message.text or str(message.extra.get("caption", "")),
        "media": next((kind for kind in MEDIA if kind in message.extra), None),
        "rows": message.keyboard or [],
        "edited": message.edited is not None,
        "protected": message.protected,
    }


class PhoneRoutes:
    """The handlers. Everything that comes in is checked here before it reaches the server."""

    def __init__(self, server: PracticeServer, english: English | None, casework: CaseworkView | None) -> None:
        self.server = server
        self.english_of = english
        self.casework = casework

    def routes(self) -> list[Route]:
        """The page, its two files, and what it asks."""
        person = "/practice/persons/{chat:int}"
        return [
            Route("/", _redirect),
            Route("/practice", _file("phone.html")),
            Route("/practice/phone.css", _file("phone.css")),
            Route("/practice/phone.js", _file("phone.js")),
            Route("/favicon.ico", _nothing),
            Route("/practice/persons", answered(self.persons)),
            Route("/practice/persons", answered(self.add_person), methods=["POST"]),
            Route(person, answered(self.person)),
            Route(f"{person}/events", answered(self.events)),
            Route(f"{person}/english", answered(self.english)),
            Route(f"{person}/{{act}}", answered(self.act), methods=["POST"]),
            Route("/practice/casework", answered(self.waiting)),
            Route("/practice/casework/{referral}/sealed", answered(self.sealed)),
            Route("/practice/casework/{referral}/opened", answered(self.opened)),
        ]

    # ------------------------------------------------------------------------------------------------------- persons

    async def persons(self, _: Request) -> Response:
        """Everyone on this server."""
        return JSONResponse(
            [{"chat": c.person.chat, "number": c.person.number} for c in self.server.account.chats.values()]
        )

    async def add_person(self, request: Request) -> Response:
        """A new person."""
        person = self.server.new_person(text_in(await body_of(request), "language_code", NEW_PERSON))
        return JSONResponse({"chat": person.chat, "number": person.number}, 201)

    async def person(self, request: Request) -> Response:
        """What one phone shows."""
        return JSONResponse(seen_by_person(self.server, request.path_params["chat"]))

    async def act(self, request: Request) -> Response:
        """Something a person does: open, type, press, send, block, unblock, clear."""
        server, chat, body = self.server, request.path_params["chat"], await body_of(request)
        update_id: int | None
        match request.path_params["act"]:
            case "open":
                update_id = server.open(chat, text_in(body, "payload", ""))
            case "type":
                update_id = server.type(chat, text_in(body, "text"))
            case "press":
                update_id = server.press(
                    chat, number_in(body, "message_id"), text_in(body, "data"), forged=body.get("forged") is True
                )
            case "send":
                update_id = server.send(chat, media_in(body))
            case "block":
                update_id = server.block(chat)
            case "unblock":
                update_id = server.unblock(chat)
            case "clear":
                server.clear(chat)
                update_id = None
            case _:
                raise BadRequest("a person can open, type, press, send, block, unblock and clear")
        return JSONResponse({"update_id": update_id})

    async def events(self, request: Request) -> Response:
        """Server-sent events: `phone` and `casework`, each with the whole state, whenever it changed."""
        chat = request.path_params["chat"]
        self.server.chat(chat)
        return StreamingResponse(self._changes(chat), media_type="text/event-stream")

    async def _changes(self, chat: int) -> AsyncIterator[str]:
        wake, sent_phone, sent_cases = asyncio.Event(), "", ""
        with self.server.account.listening(wake.set):
            while not self.server.closed:
                phone = json.dumps(seen_by_person(self.server, chat))
                if phone != sent_phone:
                    sent_phone = phone
                    yield f"event: phone\ndata: {phone}\n\n"
                cases = json.dumps(await self.casework.waiting()) if self.casework else "null"
                if cases != sent_cases:
                    sent_cases = cases
                    yield f"event: casework\ndata: {cases}\n\n"
                if not await rung(wake, CASEWORK_SECONDS if self.casework else IDLE_SECONDS):
                    yield ": still here\n\n"
                wake.clear()

    async def english(self, request: Request) -> Response:
        """The same screen in English; null where there is none."""
        chat = request.path_params["chat"]
        self.server.chat(chat)
        screen = await self.english_of(chat) if self.english_of else None
        if screen is None:
            return JSONResponse(None)
        return JSONResponse({"text": screen.text, "rows": [[button.label for button in row] for row in screen.rows]})

    # ------------------------------------------------------------------------------------------------------ casework

    async def waiting(self, _: Request) -> Response:
        """What lies in the casebook; null where no caseworker's side was joined."""
        return JSONResponse(await self.casework.waiting() if self.casework else None)

    async def sealed(self, request: Request) -> Response:
        """The sealed file, to keep."""
        casework, referral_id = await self._referral(request)
        headers = {"Content-Disposition": f'attachment; filename="referral-{referral_id[:8]}.age"'}
        return Response(await casework.sealed(referral_id), media_type="application/octet-stream", headers=headers)

    async def opened(self, request: Request) -> Response:
        """The referral as the caseworker reads it."""
        casework, referral_id = await self._referral(request)
        untrusted_language = request.query_params.get("lang", "en")
        if untrusted_language not in LANGUAGES:
            raise BadRequest("a referral can be shown in ko, zh or en")
        return JSONResponse(
            {"text": await casework.opened(referral_id, untrusted_language), "lang": untrusted_language}
        )

    async def _referral(self, request: Request) -> tuple[CaseworkView, str]:
        untrusted_id = request.path_params["referral"]
        listed = await self.casework.waiting() if self.casework else []
        for referral in listed:
            if self.casework and referral["referral_id"] == untrusted_id:
                return self.casework, referral["referral_id"]
        raise PhoneError("there is no such referral in the casebook")


async def _redirect(_: Request) -> Response:
    return RedirectResponse("/practice", 307)


async def _nothing(_: Request) -> Response:
    return Response(status_code=204)


def _file(name: str) -> Handler:
    async def handler(_: Request) -> Response:
        return FileResponse(PAGE / name)

    return handler
