"""The desk's two cookies."""

from starlette.responses import Response

from referrals.desk.cookies import forget_session, keep_lang, keep_session


def test_cookies_are_bound_to_this_host() -> None:
    """Each has the prefix, and with it what the prefix promises: secure, for the whole host, for no domain."""
    answer = Response()
    keep_session(answer, b"t" * 32)
    keep_lang(answer, "ko")
    forget_session(answer)
    cookies = answer.headers.getlist("set-cookie")

    assert all(each.startswith("__Host-naru") for each in cookies)
    assert all({"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(each.split("; ")) for each in cookies)
    assert not any("domain" in each.lower() for each in cookies)
    assert "Max-Age=0" in cookies[2]
