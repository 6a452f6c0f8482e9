"""The one mail: the same for everyone, always of one size, with nothing in it."""

import email
import email.policy
from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.desk.notices.mail import MOST, compose, is_address, text
from referrals.desk.words import LANGS, LOCALES
from tools.wording.lists import lists
from tools.words import ROOT, read

SENDER, ORIGIN = "desk@desk.example", "https://desk.example"
WORDS = {
    lang: read(locale, (ROOT / "locales" / locale / "desk.po").read_bytes()).by_key for lang, locale in LOCALES.items()
}
SUBJECT, BODY = text(lambda key, lang: WORDS[lang][key], ORIGIN)


@given(st.integers(1_700_000_000, 4_000_000_000), st.binary(min_size=16, max_size=16))
def test_every_mail_has_the_same_size(at: int, token: bytes) -> None:
    """Whenever and whichever: two differ only in their date and their random id, and those have one length."""
    first = compose(SENDER, SUBJECT, BODY, 1_795_500_000, bytes(16)).split(b"\r\n")
    other = compose(SENDER, SUBJECT, BODY, at, token).split(b"\r\n")

    assert len(b"\r\n".join(other)) == len(b"\r\n".join(first))
    differing = {ours.partition(b":")[0] for ours, theirs in zip(first, other, strict=True) if ours != theirs}
    assert differing <= {b"Date", b"Message-ID"}


def test_another_parser_reads_it() -> None:
    """The standard library finds the subject, the sentence in three languages and the address of the desk, and no recipient."""
    read_back = email.message_from_bytes(
        compose(SENDER, SUBJECT, BODY, 1_795_500_000, bytes(16)), policy=email.policy.default
    )

    assert read_back["Subject"] == "새 항목 / 新事项 / New item"
    assert read_back["From"].addresses == (Address(username="desk", domain="desk.example"),)
    assert read_back["To"].addresses == ()
    assert read_back["Date"].datetime.timestamp() == 1_795_500_000
    assert not read_back.defects
    assert read_back.get_content().splitlines() == [*(WORDS[lang]["mail.line"] for lang in LANGS), "", f"{ORIGIN}/"]


def test_it_is_ascii_in_short_lines() -> None:
    """No server on the way has a reason to write it anew (RFC 5322, 2.1.1: 78 characters)."""
    message = compose(SENDER, SUBJECT * 9, BODY * 9, 1_795_500_000, bytes(16))

    assert message.isascii()
    assert max(map(len, message.split(b"\r\n"))) <= 78
    assert b"\n" not in message.replace(b"\r\n", b"")
    assert email.message_from_bytes(message, policy=email.policy.default)["Subject"] == SUBJECT * 9


def test_it_has_no_word_that_betrays() -> None:
    """Its words are held as strictly as the line that she gets herself (domain.md 3.6), in all three catalogues."""
    strict = [each for each in lists().lists if each.rule == "forbidden"]
    assert {locale for each in strict for locale in each.locales} >= {"ko", "zh_Hans"}

    assert [each.search.findall(SUBJECT + BODY) for each in strict] == [[] for _ in strict]
    assert not any(letter.isdecimal() for letter in SUBJECT + BODY)


def test_a_token_of_another_size_is_refused() -> None:
    """It would make a mail of another size."""
    with pytest.raises(ValueError, match="16"):
        compose(SENDER, SUBJECT, BODY, 0, bytes(15))


@pytest.mark.parametrize("address", ["a@b.example", "first.last+tag@mail.example.org", "o'neil@sub-domain.example"])
def test_an_address_is_one(address: str) -> None:
    """Plain ones are taken."""
    assert is_address(address)


@pytest.mark.parametrize(
    "untrusted",
    [
        "", "a", "a@", "@b.example", "a@b", "a b@c.example", "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example\n", "<a@b.example>",
        "a@b.example,c@d.example", "이름@b.example", "a@-b.example", "a@b..example", "a" * 65 + "@b.example", "a@" + "b." * 130 + "example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(untrusted: str) -> None:
    """Nothing that could end a command of SMTP, name two people, or is only nearly one."""
    assert not is_address(untrusted)


@given(st.from_regex(r"[ -~\r\n]{1,40}@[ -~\r\n]{1,40}", fullmatch=True))
def test_no_address_ends_a_line(untrusted: str) -> None:
    """Whatever is taken has no space, no bracket and no control character in it."""
    if is_address(untrusted):
        assert not set(untrusted) & set(' <>\r\n\t,;:\\"')
        assert len(untrusted) <= MOST
