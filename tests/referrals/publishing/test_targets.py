"""What is signed: read back as it was written, taken whole or refused, without what bots may not know."""

import json
from dataclasses import replace
from typing import Any

import pytest

from referrals import fixtures
from referrals.partner import CaseworkerKey
from referrals.publishing import errors
from referrals.publishing.targets import (
    BotList,
    CheckedKeys,
    Listed,
    Suspension,
    contact_mark,
    disclosed,
    key_digest,
    key_mark,
    read_bot_list,
    read_suspensions,
    suspensions_bytes,
)
from referrals.secret import Secret
from tests.referrals.publishing.ceremony import NOW, SALT, bot, partners

LISTED = tuple(Listed(disclosed(partner), contact_mark(SALT, partner.id)) for partner in partners())
LEAD = CaseworkerKey(id="0000abcd", recipient=bot(9).recipient, key_until=NOW.date())
LIST = BotList(7, ("0" * 64,), LISTED, ("1" * 16,), (LEAD,))
SUSPENSION = Suspension(
    id="1" * 16, partners=(fixtures.IDS["HUB"],), keys=(key_digest("age1pq1x"),), reason="abuse", since=NOW
)


def changed(change: Any, line: int = 1) -> bytes:
    """Return the list's text with one line changed."""
    lines = LIST.to_bytes().split(b"\n")
    value = json.loads(lines[line])
    change(value)
    lines[line] = json.dumps(value).encode()
    return b"\n".join(lines)


def refused(untrusted: bytes) -> str:
    """Return what an operator is told about a list."""
    with pytest.raises(errors.ListContentError) as caught:
        read_bot_list(untrusted).check_repeats()
    return str(caught.value)


def test_a_list_comes_back_as_it_was_written() -> None:
    """With everything that a directory has."""
    again = read_bot_list(LIST.to_bytes())

    assert again == LIST
    assert again.directory().safety_lead_keys == (LEAD,)
    assert again.directory().version == 7


def test_above_tier_t1_neither_name_nor_number_is_written() -> None:
    """Whatever the operators' own records hold; and a list that has them is refused."""
    named = [
        replace(each, partner=each.partner.model_copy(update={"name": "zq-mark"}))
        for each in LISTED
        if each.partner.x_tier == "T2"
    ]

    assert named
    assert b"zq-mark" not in replace(LIST, listed=tuple(named)).to_bytes()
    assert "above tier T1" in refused(changed(lambda value: value["record"].update(name="zq-mark", x_tier="T2")))


def test_a_record_that_did_not_change_is_not_read_again() -> None:
    """The same object comes back, and what is no longer in the list is forgotten."""
    known: dict[bytes, Listed] = {}
    first = read_bot_list(LIST.to_bytes(), known)
    second = read_bot_list(changed(lambda value: value["record"].update(x_hub=not value["record"].get("x_hub"))), known)

    assert first.listed[0] is not second.listed[0]
    assert all(old is new for old, new in zip(first.listed[1:], second.listed[1:], strict=True))
    assert len(known) == len(LISTED)


def test_the_words_name_the_place_and_not_the_value() -> None:
    """As for the unsigned list; the partner is found by its line."""
    told = refused(changed(lambda value: value["record"].update(x_fee="zq-mark"), line=3))

    assert "line 3" in told
    assert "x_fee" in told
    assert "zq-mark" not in told


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"[]",
        b"{}\n{}",
        LIST.to_bytes() + b"\n",
        LIST.to_bytes().replace(b'"format"', b'"version":1,"format"', 1),
        LIST.to_bytes().replace(b'"contact"', b'"contact":1,"contact"', 1),
        b"[" * 100_000,
        LIST.to_bytes() + b"\n" + LIST.to_bytes().split(b"\n")[1],
    ],
)
def test_a_list_that_is_not_one_is_refused_whole(untrusted: bytes) -> None:
    """Cut off, doubled, deep: nothing of it is taken."""
    assert refused(untrusted)


def test_keys_checked_before_are_not_checked_again_and_others_are() -> None:
    """Told from the marks that a bot keeps; a mark of something else is no key."""
    recipient = LISTED[0].partner.x_keys[0].recipient
    checked = CheckedKeys([*LISTED[0].marks.all()])

    assert (recipient in checked, bot(2).recipient in checked) == (True, False)
    bad = changed(lambda value: value["record"]["x_keys"][0].update(recipient="age1pq1oops"))
    with pytest.raises(errors.ListContentError):
        read_bot_list(bad, None, checked)
    assert read_bot_list(bad, None, CheckedKeys([key_mark("anyone", "age1pq1oops")])).version == 7


def test_marks_follow_what_they_stand_for() -> None:
    """A key under another partner, another contact, another salt: each is another mark."""
    assert key_mark("a", "age1pq1x") != key_mark("b", "age1pq1x")
    assert key_mark("a", "age1pq1x").startswith(key_digest("age1pq1x"))
    marks = {contact_mark(SALT, "one"), contact_mark(SALT, "two"), contact_mark(Secret(bytes(32)), "one")}
    assert len(marks) == 3


def test_suspensions_come_back_for_their_operator_alone() -> None:
    """A file that was written for another's role, or that isn't one, is refused."""
    content = suspensions_bytes("kim", [SUSPENSION])

    assert read_suspensions(content, "kim") == (SUSPENSION,)
    for untrusted in (
        content,
        b"",
        b"{}",
        b"[" * 100_000,
        content.replace(b'"reason":"abuse"', b'"reason":"free words"'),
    ):
        with pytest.raises(errors.MalformedSuspensionsError):
            read_suspensions(untrusted, "lee" if untrusted == content else "kim")
