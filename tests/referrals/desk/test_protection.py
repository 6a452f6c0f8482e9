"""What stands before every door."""

import pytest

from referrals.desk.grants import Role
from tests.desk_rig import ORIGIN, Rig

WANTED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "publickey-credentials-create=(self), publickey-credentials-get=(self), "
    "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@pytest.mark.parametrize("path", ["/", "/enter", "/health", "/nothing", "/account"])
def test_every_answer_has_the_headers(desk: Rig, path: str) -> None:
    """Pages, redirects and errors all have the same headers, and the policy is this very one."""
    answer = desk.browser().get(path)
    script = desk.desk.static.named("desk.js").integrity

    assert {name: answer.headers[name] for name in WANTED} == WANTED
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; script-src '{script}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def test_static_files_are_kept_and_pinned(desk: Rig) -> None:
    """Style and script are named by their hash in page and path; other bytes would have another path."""
    page = desk.browser().get("/enter").text
    for name in ("desk.css", "desk.js"):
        asset = desk.desk.static.named(name)
        answer = desk.browser().get(asset.path)

        assert f'"{asset.path}" integrity="{asset.integrity}"' in page
        assert (answer.content, answer.headers["cache-control"]) == (
            asset.content,
            "public, max-age=31536000, immutable",
        )


@pytest.mark.parametrize("host", ["evil.example", "desk.example.evil.example", "127.0.0.1", "desk.example:81", ""])
def test_another_host_is_refused(desk: Rig, host: str) -> None:
    """A name that merely points at us is not answered: a page elsewhere may be behind it."""
    assert desk.browser().get("/enter", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "same-site", "origin": ORIGIN}, 403),
        ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, 403),
        ({"sec-fetch-site": "none", "origin": ORIGIN}, 403),
        ({"origin": ORIGIN}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_change_anything(desk: Rig, headers: dict[str, str], status: int) -> None:
    """Without Sec-Fetch-Site: same-origin, or in older browsers our own Origin, nothing is changed."""
    her = desk.signed_in(desk.account(Role.CASEWORKER, partner="P1"))
    for name in ("sec-fetch-site", "origin"):
        del her.headers[name]

    assert her.post("/leave", headers=headers).status_code == status
    assert (her.get("/account").status_code == 200) == (status == 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_reaches_no_door(desk: Rig, method: str) -> None:
    """There are GET and POST."""
    assert desk.browser().request(method, "/enter", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert desk.browser().request(method, "/enter").status_code == 404
