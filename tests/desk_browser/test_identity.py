"""An identity made in a browser: wrapped under generated words only, in a file that any age program opens with them."""

import base64
import re

from tests.desk_browser.made import OWN, SIGNERS
from tests.desk_browser.runner import ask, asked

IDENTITY = {"secret": OWN.secret.reveal(), "recipient": OWN.recipient, "signers": SIGNERS}


def test_words_are_random_and_easy_to_copy() -> None:
    """Five groups of four signs, none of which is taken for another; in 500 sets no two are equal and all 32 signs occur."""
    words = ask("words", count=500)["words"]

    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", each) for each in words)
    assert len(set(words)) == 500
    assert set("".join(words)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


def test_words_are_read_as_people_write_them() -> None:
    """Case, spaces, long dashes and O, I, L for 0 and 1 make no difference; anything else is refused."""
    good = ["7G2K-90QX-1AB0-CDEF-GHJK", "7g2k 90qx 1ab0 cdef ghjk", "7G2K–9OQX–IABO–CDEF–GHJK", "７G2K90QXlABOCDEFGHJK"]
    wrong = [
        "",
        "7G2K-90QX-1AB0-CDEF-GHJ",
        "7G2K-90QX-1AB0-CDEF-GHJKM",
        "7G2K-90QX-1AB0-CDEF-GHJU",
        "7G2K-90QX-1AB0-CDEF-GH!K",
    ]
    answers = asked(*({"do": "readWords", "text": text} for text in [*good, *wrong]))

    assert [each.get("words") for each in answers[:4]] == [good[0]] * 4
    assert [each.get("code") for each in answers[4:]] == ["words"] * 5


def test_what_is_wrapped_comes_back_whole_by_its_words_alone() -> None:
    """Identity and pinned bots come back; other words, and a file that was changed, open nothing."""
    words, other = ask("words", count=2)["words"]
    wrapped = base64.b64decode(ask("wrap", identity=IDENTITY, words=words)["file64"])
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    requests = [
        {"do": "unwrap", "file64": base64.b64encode(file).decode(), "words": by}
        for file, by in ((wrapped, words), (wrapped, other), (changed, words))
    ]
    right, by_others, altered = asked(*requests)

    assert right["identity"] == IDENTITY
    assert by_others["code"] == altered["code"] == "words"
    assert b"\n-> scrypt " in wrapped
    assert OWN.secret.reveal().encode() not in wrapped


def test_a_wrap_that_asks_for_endless_work_is_refused() -> None:
    """A server can't make her browser count for hours: a work factor above age's own limit is not begun."""
    words = ask("words", count=1)["words"][0]
    wrapped = base64.b64decode(ask("wrap", identity=IDENTITY, words=words)["file64"])
    heavy = re.sub(rb"(-> scrypt \S+) 15\n", rb"\1 40\n", wrapped)

    assert ask("unwrap", file64=base64.b64encode(heavy).decode(), words=words)["code"] == "damaged"


def test_identity_files_that_are_not_whole_are_refused() -> None:
    """No secret, two of them, and a bot's key that is none."""
    secret = OWN.secret.reveal()
    texts = ["", "# only a remark\n", f"{secret}\n{secret}\n", f"# signer: xyz\n{secret}\n"]

    assert {each["code"] for each in asked(*({"do": "readIdentity", "text": text} for text in texts))} == {"identity"}
