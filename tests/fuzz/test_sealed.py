"""The age opener, the referral parser and the reply model against harmed files: refused by a word of their own, or the same as before."""

import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from referrals import age_format
from referrals.age_format import AgeFile, Stanza
from referrals.age_keys import identity_key, unwrap
from referrals.errors import ReferralError
from referrals.referral import Envelope, Packet, Referral
from referrals.reply import Reply, open_reply
from referrals.sealing import open_sealed, seal_bytes
from tests.fuzz.harm import TOKENS, Attack, Record, altered, harmed, written
from tests.referrals.test_sealing import CASEWORKERS, OUTSIDER, SIGNERS, STRANGER, a_file, a_referral

MARK = "n_mark_5c1e"  # a need that stands in every referral here and in no message of an error
PACKET = Packet(
    klass="days", country="CN", language="ko", needs=(MARK, "n_place"), situations=("s_notfree",), danger="high", with_=("w_child",),
    contact="c_band", band="22-06", check="pyeonji", flags=("third_party_unconfirmed",),
)  # fmt: skip
HER = CASEWORKERS[3]
REPLY = Reply(
    referral_id="0123456789abcdef" * 2, partner="HUB", written="2026-11-24T07:00Z", text="내일 다시 오세요. 5c1e"
)


@cache
def referrals() -> tuple[Referral, ...]:
    """Fictional referrals of each kind."""
    first = a_referral()
    kinds: tuple[tuple[str, Packet], ...] = (
        ("referral", PACKET), ("withdrawal", Packet()), ("report", Packet(report="money", about="P1")),
        ("addition", Packet(answer="q_ill.today")),
    )  # fmt: skip
    made = [
        Referral(envelope=Envelope(**(first.envelope.model_dump() | {"kind": kind})), packet=packet)
        for kind, packet in kinds
    ]
    return (first, *made)


@cache
def files() -> tuple[bytes, ...]:
    """The referrals sealed to few and to many, by the bot and by a stranger."""
    made = [
        a_file(each, readers, seed)
        for seed, (each, readers) in enumerate(zip(referrals(), (1, 2, 4, 9, 2), strict=True))
    ]
    return (*made, a_file(referrals()[1], key=STRANGER))


def _rebuilt(rng: random.Random) -> bytes:
    """A file whose header was played with by somebody who can open it: its MAC is right, its stanzas are not."""
    parsed = age_format.parse(rng.choice(files()))
    file_key = unwrap(parsed.stanzas, identity_key(CASEWORKERS[0].secret))
    assert file_key is not None
    stanzas = list(parsed.stanzas)
    match rng.randrange(6):
        case 0:
            stanzas *= rng.choice((2, 30, 200))
        case 1:
            stanzas.insert(0, Stanza(("X25519", "a" * 43), rng.randbytes(32)))
        case 2:
            stanzas = [Stanza(each.args, harmed(each.body, rng)) for each in stanzas]
        case 3:
            stanzas = [Stanza((each.args[0], "A" * rng.choice((1, 1493, 1494, 60_000))), each.body) for each in stanzas]
        case 4:
            stanzas = [Stanza((*each.args, "more"), each.body) for each in stanzas]
        case _:
            rng.shuffle(stanzas)
    payload = harmed(parsed.payload, rng) if rng.random() < 0.3 else parsed.payload  # some of both
    return age_format.encode_header(stanzas, file_key) + payload


def _inside(rng: random.Random) -> bytes:
    """A file sealed rightly around a content that was harmed: padding, signature line, referral."""
    parsed = age_format.parse(rng.choice(files()))
    file_key = unwrap(parsed.stanzas, identity_key(CASEWORKERS[0].secret))
    assert file_key is not None
    plaintext = age_format.open_payload(parsed.payload, file_key)
    content = harmed(plaintext.rstrip(b" "), rng)
    if rng.random() < 0.5:  # either
        content = content.ljust(len(plaintext), b" ")
    payload = age_format.seal_payload(content, file_key, rng.randbytes(16))
    return age_format.encode_header(parsed.stanzas, file_key) + payload


def _sealed_case(rng: random.Random) -> bytes:
    return rng.choice(
        (lambda: harmed(rng.choice(files()), rng, files()), lambda: _rebuilt(rng), lambda: _inside(rng))
    )()


def _refused(error: ReferralError) -> str:
    """One of our own errors, which holds nothing of the content."""
    assert MARK not in str(error)
    assert "5c1e" not in str(error)
    assert len(str(error)) < 600, "an error is words of ours, not of the sender"
    return type(error).__name__


def check_sealed(untrusted: bytes) -> str:
    """Opened, it is a referral that the bot signed; or it is refused."""
    try:
        opened = open_sealed(untrusted, [OUTSIDER.secret, CASEWORKERS[0].secret], SIGNERS)
    except ReferralError as error:
        return _refused(error)
    assert opened.referral in referrals(), "a content that the bot never signed"
    parsed = age_format.parse(untrusted)
    file_key = unwrap(parsed.stanzas, identity_key(CASEWORKERS[0].secret))
    assert file_key is not None
    assert age_format.encode_header(parsed.stanzas, file_key) + parsed.payload == untrusted, "a header that nobody made"
    return "opened"


def check_referral(untrusted: bytes) -> str:
    """Read, it is written again byte for byte; or it is refused."""
    return _canonical(Referral.from_bytes, untrusted)


def check_reply(untrusted: bytes) -> str:
    """As a referral; and sealed to her it opens only when it is one of this referral of this partner."""
    said = _canonical(Reply.from_bytes, untrusted)
    sealed = (
        seal_bytes(untrusted, [HER.recipient], random.Random(1).randbytes) if len(untrusted) < 8_000 else untrusted
    )  # it fits
    try:
        reply = open_reply(sealed, HER.secret, REPLY.referral_id, REPLY.partner)
    except ReferralError as error:
        _refused(error)
        return said
    assert (reply.referral_id, reply.partner) == (REPLY.referral_id, REPLY.partner)
    assert (reply.text is None) != (reply.question is None)
    assert len(reply.text or "") <= 300, "it fits her screen"  # reply.MAX_TEXT
    assert not set(reply.text or "") & set("\n\r\t\x00\u2028\u2029")
    return said


def _canonical(read: Callable[[bytes], Referral | Reply], untrusted: bytes) -> str:
    try:
        record = read(untrusted)
    except ReferralError as error:
        return _refused(error)
    assert record.to_bytes() == untrusted, "two spellings of one thing"
    return "read"


def _json_case(rng: random.Random, records: tuple[Any, ...]) -> bytes:
    data: bytes = rng.choice(records).to_bytes()
    if rng.random() < 0.4:  # the rest by structure
        return harmed(data, rng, [each.to_bytes() for each in records])
    value = json.loads(data)
    for _ in range(rng.choice((0, 1, 1, 2, 5))):
        value = altered(value, rng)
    return written(value, rng)


def _reply_case(rng: random.Random) -> bytes:
    question = Reply(referral_id=REPLY.referral_id, partner="HUB", written=REPLY.written, question="q_ill")
    if rng.random() < 0.3:  # a text of anything
        text = "".join(
            chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x20, 0xD7FF), rng.randrange(32))))
            for _ in range(rng.choice((1, 299, 300, 301)))
        )
        return written(json.loads(REPLY.to_bytes()) | {"text": text}, rng)
    return _json_case(rng, (REPLY, question))


def test_a_harmed_file_is_refused_or_is_what_the_bot_signed(tmp_path: Path, record_property: Record) -> None:
    """Flipped, cut, spliced, with hundreds of stanzas, or sealed anew around other words: never another content, never another error."""
    attack = Attack("sealed", _sealed_case, check_sealed, short=500, long=60_000)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"opened", "DamagedError", "NotTrustedError", "NotSealedError"}


def test_a_referral_has_one_form_only(tmp_path: Path, record_property: Record) -> None:
    """Members more or fewer, other values, deep nests, other spellings: refused by place, or written again the same."""
    attack = Attack("referral", lambda rng: _json_case(rng, referrals()), check_referral, short=3_000, long=500_000)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"read", "MalformedReferralError", "TooNewError"}


def test_a_reply_is_one_short_paragraph_or_one_question(tmp_path: Path, record_property: Record) -> None:
    """Whatever a caseworker's browser seals, she is shown nothing that breaks her screen."""
    attack = Attack("reply", _reply_case, check_reply, short=500, long=40_000)
    attack.run(tmp_path, record_property)
    assert attack.ended.keys() >= {"read", "MalformedReferralError", "TooNewError"}


def test_the_files_that_are_harmed_open(tmp_path: Path) -> None:
    """Unharmed they are read, so that what is refused was refused for its harm."""
    assert [check_sealed(each) for each in files()] == ["opened"] * len(referrals()) + ["NotTrustedError"]
    assert [check_referral(each.to_bytes()) for each in referrals()] == ["read"] * len(referrals())
    assert check_reply(REPLY.to_bytes()) == "read"
    assert isinstance(age_format.parse(files()[0]), AgeFile)
    assert TOKENS
    assert not list(tmp_path.iterdir())
