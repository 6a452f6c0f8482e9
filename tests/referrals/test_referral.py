"""A referral holds exactly what she chose, has one form, and says nothing about itself."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from referrals.age_keys import new_identity
from referrals.errors import MalformedReferralError, ReferralError, TooNewError
from referrals.referral import Envelope, Packet, Referral, canonical_json, utc_hour

ENVELOPE: dict[str, Any] = {
    "referral_id": "0123456789abcdef" * 2,
    "kind": "referral",
    "partner": "SAFE-CN",
    "directory_version": 7,
    "created": "2026-11-24T07:00Z",
    "expires": "2026-12-24T07:00Z",
    "consent": "fedcba9876543210" * 2,
    "questionnaire": "2026-draft-1",
}
PACKET: dict[str, Any] = {
    "klass": "days",
    "urgent": "u_moved",
    "country": "LA",
    "language": "ko",
    "needs": ("n_path", "n_scam"),
    "situations": ("s_debt",),
    "danger": "high",
    "with_": ("w_adult",),
    "helper": ("t_f_ko",),
    "contact": "c_band",
    "band": "22-06",
    "flags": ("third_party",),
}
FIRST = datetime.fromisoformat("2000-01-01")  # without a zone: the test adds one
LAST = datetime.fromisoformat("2100-01-01")
MARK = "markedanswer"  # never to be seen in a message


def codes(prefix: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Return distinct codes of one question, as many as a packet holds."""
    return st.lists(st.from_regex(rf"{prefix}[a-z0-9_]{{1,30}}", fullmatch=True), max_size=16, unique=True).map(tuple)


PACKETS = st.builds(
    Packet,
    klass=st.sampled_from(["now", "days", "normal", None]),
    urgent=st.sampled_from(["u_locked", "u_self", None]),
    country=st.sampled_from(["CN", "KR", "other", None]),
    language=st.sampled_from(["ko", "zh", None]),
    needs=codes("n_"),
    situations=codes("s_"),
    danger=st.sampled_from(["high", "raised", None]),
    with_=codes("w_"),
    helper=codes("t_"),
    contact=st.sampled_from(["c_return", "c_none", None]),
    band=st.sampled_from(["06-10", "22-06", None]),
    flags=codes(""),
)


def document(**changes: Any) -> dict[str, Any]:
    """Return the JSON of a sound referral, as a mapping to be spoilt."""
    sound: dict[str, Any] = json.loads(Referral(envelope=Envelope(**ENVELOPE), packet=Packet(**PACKET)).to_bytes())
    return sound | changes


@given(PACKETS, st.sampled_from([None, new_identity(bytes(32)).recipient]))
def test_any_referral_comes_back_the_same(packet: Packet, reply_to: str | None) -> None:
    """What is written is read back equal, and written again byte for byte."""
    referral = Referral(envelope=Envelope(**ENVELOPE, reply_to=reply_to), packet=packet)
    again = Referral.from_bytes(referral.to_bytes())

    assert again == referral
    assert again.to_bytes() == referral.to_bytes()


def test_a_packet_has_exactly_what_she_chose() -> None:
    """Story A1: five answers are five members, and nothing tells what was asked and not answered."""
    packet = Packet(klass="normal", country="CN", language="ko", needs=("n_leave", "n_child"), contact="c_return")

    assert json.loads(packet.to_bytes()) == {
        "class": "normal",
        "country": "CN",
        "language": "ko",
        "needs": ["n_leave", "n_child"],
        "contact": "c_return",
    }
    assert Packet().to_bytes() == b"{}"


def test_the_whole_form_is_known() -> None:
    """The canonical bytes of a full packet: sorted members, no spaces, the names that partners read."""
    assert Packet(**PACKET).to_bytes() == (
        b'{"band":"22-06","class":"days","contact":"c_band","country":"LA","danger":"high","flags":["third_party"],'
        b'"helper":["t_f_ko"],"language":"ko","needs":["n_path","n_scam"],"situations":["s_debt"],"urgent":"u_moved",'
        b'"with":["w_adult"]}'
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("klass", "low"),
        ("danger", "low"),
        ("country", "CN-54"),
        ("country", "China"),
        ("language", "en"),
        ("needs", ("s_debt",)),
        ("needs", ("n_med", "n_med")),
        ("needs", tuple(f"n_{count}" for count in range(17))),
        ("needs", ["n_med"]),
        ("urgent", "u_LOCKED"),
        ("urgent", "u_" + "a" * 31),
        ("contact", "call +82 10 0000 0000"),
        ("contact", "c_return\n"),
        ("name", MARK),
    ],
)
def test_what_is_not_a_code_does_not_fit(field: str, value: Any) -> None:
    """Free text, finer places, a danger called low, doubled or foreign codes and unknown members have no room."""
    with pytest.raises(ValidationError) as refused:
        Packet(**(PACKET | {field: value}))

    assert MARK not in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("referral_id", "0123"),
        ("kind", "copy"),
        ("partner", "../HUB"),
        ("partner", ""),
        ("directory_version", -1),
        ("directory_version", 2**53),
        ("directory_version", True),
        ("created", "2026-11-24T07:05Z"),
        ("created", "2026-11-24T07:00:00Z"),
        ("created", "2026-13-24T07:00Z"),
        ("created", "2026-02-30T07:00Z"),
        ("created", "2026-11-24T07:00+09:00"),
        ("reply_to", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"),
    ],
)
def test_an_envelope_holds_ids_and_hours_only(field: str, value: Any) -> None:
    """Minutes, time zones, days that don't exist, other ids and classic reply keys are refused."""
    with pytest.raises(ValidationError):
        Envelope(**(ENVELOPE | {field: value}))


def test_a_withdrawal_carries_no_answers() -> None:
    """A withdrawal says only which referral it takes back."""
    envelope = Envelope(**(ENVELOPE | {"kind": "withdrawal"}))

    assert Referral(envelope=envelope, packet=Packet()).packet == Packet()
    with pytest.raises(ValidationError):
        Referral(envelope=envelope, packet=Packet(country="CN"))


@pytest.mark.parametrize(
    ("untrusted", "place"),
    [
        (b"", "document"),
        (b"[" * 100_000, "document"),
        (b"[]", "document"),
        (b"\xff", "document"),
        (canonical_json(document(envelope={})), "envelope.referral_id"),
        (canonical_json(document(packet={"danger": MARK})), "packet.danger"),
        (canonical_json(document(packet={"with": [MARK]})), "packet.with.0"),
        (canonical_json(document(packet={"klass": "now"})), "packet"),
        (canonical_json(document(packet={MARK: "now"})), "packet"),
        (canonical_json(document(**{MARK: 1})), "document"),
        (canonical_json(document(packet={"needs": []})), "canonical form"),
        (canonical_json(document(packet={"danger": None})), "canonical form"),
        (json.dumps(document()).encode(), "canonical form"),
        (canonical_json(document()) + b"\n", "canonical form"),
        (canonical_json(document()).replace(b'"country":"LA"', b'"country":"CN","country":"LA"'), "canonical form"),
        (canonical_json(document(format=None)), "format"),
    ],
)
def test_a_bad_referral_says_where_and_never_what(untrusted: bytes, place: str) -> None:
    """Bytes that are no referral, or a second spelling of one, are refused with a place and without their content."""
    with pytest.raises(MalformedReferralError) as refused:
        Referral.from_bytes(untrusted)

    assert refused.value.place == place
    assert MARK not in str(refused.value)
    assert refused.value.__context__ is None  # pydantic's own error holds the input: it is not carried along


def test_a_newer_format_is_told_apart() -> None:
    """A newer program's referral isn't called broken: the reader is told to update."""
    with pytest.raises(TooNewError):
        Referral.from_bytes(canonical_json(document(format="naru-referral/2", news=1)))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(untrusted: bytes) -> None:
    """No bytes make the reader fail in a way of its own."""
    with pytest.raises(ReferralError):
        Referral.from_bytes(untrusted)


@given(st.datetimes(FIRST, LAST), st.integers(-12, 14))
def test_a_time_leaves_as_its_utc_hour(naive: datetime, offset: int) -> None:
    """Whatever the minute and the zone, only the UTC hour leaves, and an envelope takes it."""
    moment = naive.replace(tzinfo=timezone(timedelta(hours=offset)))
    written = utc_hour(moment)
    read = datetime.fromisoformat(written)

    assert timedelta(0) <= moment - read < timedelta(hours=1)
    assert (read.utcoffset(), read.minute) == (timedelta(0), 0)
    assert Envelope(**(ENVELOPE | {"created": written})).created == written


def test_a_time_without_a_zone_is_a_defect() -> None:
    """Nobody's local time is taken for UTC."""
    with pytest.raises(ValueError, match="time zone"):
        utc_hour(datetime.fromisoformat("2026-11-24T07:30"))


def test_expiry_is_an_hour() -> None:
    """A referral is expired from its hour on, not before."""
    envelope = Envelope(**ENVELOPE)

    assert not envelope.expired(datetime(2026, 12, 24, 6, 59, 59, tzinfo=UTC))
    assert envelope.expired(datetime(2026, 12, 24, 7, tzinfo=UTC))


def test_nothing_prints_itself() -> None:
    """Neither a packet, an envelope nor a referral shows a value in its representation."""
    referral = Referral(envelope=Envelope(**ENVELOPE), packet=Packet(**PACKET))

    assert f"{referral} {referral.packet!r} {[referral.envelope]}" == "Referral(***) Packet(***) [Envelope(***)]"
