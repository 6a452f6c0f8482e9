"""What a test asks when the practice server is its own process: the calls so far, a fault, an update of its own making."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.practice.asked import BadRequest, answered, body_of
from bot.practice.botapi import PracticeServer
from bot.practice.faults import KINDS


class RemoteRoutes:
    """The handlers under /practice/calls, /practice/faults and /practice/inject."""

    def __init__(self, server: PracticeServer) -> None:
        self.server = server

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/practice/calls", answered(self.calls)),
            Route("/practice/faults", answered(self.add_fault), methods=["POST"]),
            Route("/practice/inject", answered(self.inject), methods=["POST"]),
        ]

    async def calls(self, request: Request) -> Response:
        """What the bot called, from the n-th call on: `?since=n`."""
        untrusted_since = request.query_params.get("since", "0")
        if not untrusted_since.isdecimal():
            raise BadRequest("since counts calls: 0, 1, 2 …")
        calls = self.server.calls[int(untrusted_since) :]
        return JSONResponse(
            [
                {"method": c.method, "params": c.params, "at": c.at, "status": c.status, "took_effect": c.took_effect}
                for c in calls
            ]
        )

    async def add_fault(self, request: Request) -> Response:
        """Let something go wrong: the body holds faults.Fault's fields."""
        body = await body_of(request)
        if body.get("kind") not in KINDS:
            raise BadRequest(f"kind must be one of {', '.join(KINDS)}")
        try:
            self.server.faults.add(**body)
        except TypeError:
            raise BadRequest("a fault has kind, times, method, chat, retry_after, status and seconds") from None
        return JSONResponse({"waiting": len(self.server.faults)}, 201)

    async def inject(self, request: Request) -> Response:
        """Queue an update as it is given, unchecked."""
        return JSONResponse({"update_id": self.server.inject(await body_of(request))}, 201)
