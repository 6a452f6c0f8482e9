"""The browser opens what Python seals and Python what the browser seals; both refuse the same files under the same code."""

import base64
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from referrals.age_keys import new_identity
from referrals.errors import ReferralError
from referrals.referral import Packet
from referrals.reply import open_reply
from referrals.sealing import PADDED_SIZES, encrypt, fingerprint, open_bytes, open_sealed, recipient_of, seal_bytes
from referrals.secret import Secret
from tests.desk_browser.made import (
    COLLEAGUE,
    HERS,
    OUTSIDER,
    OWN,
    PARTNER,
    REFERRAL_ID,
    SIGNERS,
    referral,
    sealed,
    wrong_files,
)
from tests.desk_browser.runner import ask, asked
from tests.interop.runner import typage_encrypt

CLASSIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"  # an X25519 recipient of age's own tests
FULL = Packet(
    klass="days", country="CN", language="zh", needs=("n_place", "n_med"), situations=("s_camera", "s_union"), danger="high",
    with_=("w_u18",), helper=("t_woman",), contact="c_band", band="22-06", check="sea", flags=("third_party",),
)  # fmt: skip


def opening(file: bytes, identity: str = OWN.secret.reveal(), partner: str | None = PARTNER) -> dict[str, Any]:
    """A request to open a file as the partner's caseworker."""
    found = {"do": "open", "file64": base64.b64encode(file).decode(), "identity": identity, "signers": SIGNERS}
    return found if partner is None else found | {"partner": partner}


def python_code(file: bytes) -> str:
    """Under which code Python refuses a file; "" where it opens."""
    try:
        open_sealed(file, [OWN.secret], [bytes.fromhex(each) for each in SIGNERS], PARTNER)
    except ReferralError as error:
        return error.code
    return ""


@pytest.mark.parametrize("packet", [None, FULL, Packet()], ids=["urgent", "full", "empty"])
def test_what_python_seals_opens_in_the_browser(packet: Packet | None) -> None:
    """The browser reads exactly the canonical referral, and whose signature it bears."""
    made = referral(packet)

    answer = ask(**opening(sealed(made)))

    assert answer["referral"] == json.loads(made.to_bytes())
    assert answer["signer"] == SIGNERS[0]


def test_each_wrong_file_is_refused_alike() -> None:
    """Every wrong file gets from the browser the code that Python gives it, and none opens."""
    files = wrong_files()
    answers = asked(*(opening(file) for file in files.values()))

    assert {name: answer.get("code", "") for name, answer in zip(files, answers, strict=True)} == {
        name: python_code(file) for name, file in files.items()
    }
    assert "" not in {answer.get("code", "") for answer in answers}


def test_no_flipped_bit_goes_unnoticed() -> None:
    """A file of which any one byte was changed is refused, under the same code as Python's where the header is whole."""
    good = sealed()
    places = sorted({*range(60), *range(60, len(good), 131), len(good) - 1})
    files = [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in places]
    answers = asked(*(opening(file) for file in files))

    assert all("code" in answer for answer in answers)
    assert [answer["code"] for answer in answers] == [python_code(file) for file in files]


def test_a_key_that_is_no_post_quantum_identity_is_refused() -> None:
    """A cut, a lower-case and a classic secret are each refused as an identity."""
    secret = OWN.secret.reveal()
    classic = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    answers = asked(
        *(opening(sealed(), each) for each in (secret[:-1], secret.lower(), classic, secret[:-1] + "Q", ""))
    )

    assert {answer["code"] for answer in answers} == {"identity"}


def test_what_the_browser_seals_opens_in_python() -> None:
    """Python reads the content, from a file of one of the fixed sizes with four stanzas, whatever the number of recipients."""
    for count, size in ((1, 10), (2, 4000), (3, 16_000)):
        content = secrets.token_bytes(size)
        readers = [OWN, COLLEAGUE, HERS][:count]
        file = base64.b64decode(
            ask("seal", text64=base64.b64encode(content).decode(), recipients=[each.recipient for each in readers])[
                "file64"
            ]
        )

        assert all(open_bytes(file, [each.secret]) == content for each in readers)
        assert file.count(b"\n-> mlkem768x25519 ") == 4
        padded = next(each for each in PADDED_SIZES if each >= size + 20)
        assert len(file) == len(seal_bytes(bytes(padded - 30), [OWN.recipient], secrets.token_bytes))


def test_the_stanza_that_opens_stands_anywhere() -> None:
    """The place of the real recipient among those that nobody opens is random: in 40 files it is not always the same."""
    request = {"do": "encrypt", "text64": base64.b64encode(b"x" * 4096).decode(), "recipients": [OWN.recipient]}
    answers = asked(*[request] * 40)
    from referrals.age_format import parse  # noqa: PLC0415
    from referrals.age_keys import identity_key, unwrap  # noqa: PLC0415

    places = set()
    for answer in answers:
        stanzas = parse(base64.b64decode(answer["file64"])).stanzas
        places |= {
            place for place, stanza in enumerate(stanzas) if unwrap([stanza], identity_key(OWN.secret)) is not None
        }

    assert places == {0, 1, 2, 3}  # by chance one of the four is missing once in 25,000 runs


def test_the_browser_seals_to_post_quantum_keys_only() -> None:
    """No key, a classic one, a mixed set, a damaged one and more than 32 are refused, as Python refuses them."""
    damaged = OWN.recipient[:-1] + ("q" if OWN.recipient[-1] != "q" else "p")
    many = [new_identity(bytes([number]) * 32).recipient for number in range(33)]
    sets: list[list[str]] = [[], [CLASSIC], [OWN.recipient, CLASSIC], [damaged], many]
    answers = asked(*({"do": "seal", "text64": "", "recipients": each} for each in sets))

    assert {answer["code"] for answer in answers} == {"recipient"}
    for each in sets:
        with pytest.raises(ReferralError):
            encrypt(b"", each, secrets.token_bytes)


def test_a_file_with_a_weaker_key_beside_opens_as_in_python() -> None:
    """A referral to which another program added a classic key is read by both, or by neither."""
    file = typage_encrypt(open_padded(sealed()), OWN.recipient, CLASSIC)

    assert ask(**opening(file)).get("code", "") == python_code(file) == ""


def open_padded(file: bytes) -> bytes:
    """What stands in a file, still padded."""
    from referrals.sealing import decrypt  # noqa: PLC0415

    return decrypt(file, [OWN.secret])


def test_a_reply_reaches_only_her_code() -> None:
    """Python opens the browser's reply with the identity from her code, for this referral and partner, and reads text and hour."""
    envelope = json.loads(referral().to_bytes())["envelope"]
    said: list[dict[str, str]] = [
        {"text": "감자. 글을 받았습니다."},
        {"text": "土豆。我们看了。😊"},
        {"question": "q_ill"},
    ]
    answers = asked(
        *({"do": "reply", "said": each, "envelope": envelope, "now": "2026-11-24T09:59:59Z"} for each in said)
    )

    for each, answer in zip(said, answers, strict=True):
        reply = open_reply(base64.b64decode(answer["file64"]), HERS.secret, REFERRAL_ID, PARTNER)
        assert (reply.text, reply.question) == (each.get("text"), each.get("question"))
        assert reply.written == "2026-11-24T09:00Z"


def test_replies_that_python_would_refuse_are_not_sealed() -> None:
    """Empty, too long, broken into lines, of two kinds of nothing, to nobody: the browser refuses each."""
    envelope = json.loads(referral().to_bytes())["envelope"]
    texts = ["", "   ", "가" * 301, "한 줄\n두 줄", "tab\there", "a\u2028b", "\ud800", "\x00"]
    requests = [
        {"do": "reply", "said": {"text": text}, "envelope": envelope, "now": "2026-11-24T09:00:00Z"} for text in texts
    ]
    requests.append(
        {"do": "reply", "said": {"question": "q_name"}, "envelope": envelope, "now": "2026-11-24T09:00:00Z"}
    )
    nobody = {key: value for key, value in envelope.items() if key != "reply_to"}
    answers = asked(
        *requests, {"do": "reply", "said": {"text": "네."}, "envelope": nobody, "now": "2026-11-24T09:00:00Z"}
    )

    assert [answer["code"] for answer in answers] == ["malformed"] * 9 + ["recipient"]


def test_300_characters_count_as_python_counts() -> None:
    """300 signs outside the basic plane are one reply, in both."""
    envelope = json.loads(referral().to_bytes())["envelope"]
    answer = ask("reply", said={"text": "𠀀" * 300}, envelope=envelope, now="2026-11-24T09:00:00Z")

    assert open_reply(base64.b64decode(answer["file64"]), HERS.secret, REFERRAL_ID, PARTNER).text == "𠀀" * 300


def test_a_colleague_reads_what_was_sealed_again() -> None:
    """Re-sealed in the browser, a referral opens for the colleague alone, with the bot's own signature still on it."""
    job = {"referral_id": REFERRAL_ID, "packet_id": "ab" * 16, "sealed": [base64.b64encode(sealed()).decode()]}
    request = {"do": "reseal", "job": job, "partner": PARTNER, "recipient": OUTSIDER.recipient}
    own = {"secret": OWN.secret.reveal(), "recipient": OWN.recipient, "signers": SIGNERS}
    mine, not_mine = asked(request | {"identity": own}, request | {"identity": own | {"secret": HERS.secret.reveal()}})
    file = base64.b64decode(mine["file64"])

    opened = open_sealed(file, [OUTSIDER.secret], [bytes.fromhex(SIGNERS[0])], PARTNER)
    assert opened.referral == referral()
    with pytest.raises(ReferralError):
        open_sealed(file, [OWN.secret], [bytes.fromhex(SIGNERS[0])], PARTNER)
    assert not_mine["file64"] is None


def test_nobody_seals_again_what_is_not_trusted() -> None:
    """A file of a stranger, of another partner or of another case is not passed on to a colleague under her hand."""
    own = {"secret": OWN.secret.reveal(), "recipient": OWN.recipient, "signers": SIGNERS}
    files = wrong_files()
    names = ["signed by a stranger", "for another partner", "with a changed payload"]
    jobs = [
        {"referral_id": REFERRAL_ID, "packet_id": "ab" * 16, "sealed": [base64.b64encode(files[name]).decode()]}
        for name in names
    ]
    jobs.append({"referral_id": "cd" * 16, "packet_id": "ab" * 16, "sealed": [base64.b64encode(sealed()).decode()]})
    answers = asked(
        *(
            {"do": "reseal", "job": job, "partner": PARTNER, "recipient": COLLEAGUE.recipient, "identity": own}
            for job in jobs
        )
    )

    assert [answer["code"] for answer in answers] == ["not_trusted", "other_partner", "damaged", "malformed"]


def test_a_case_opens_file_by_file() -> None:
    """Each file opens by whichever copy is hers; one that can't be opened, or belongs to another case, stops no other."""
    addition = referral(Packet(answer="q_ill.today"), kind="addition")
    other = referral(referral_id="cd" * 16)
    copies = [
        [sealed()],
        [wrong_files()["for somebody else"], sealed(addition)],
        [wrong_files()["for somebody else"]],
        [wrong_files()["with a changed payload"]],
        [sealed(other)],
    ]
    files = [
        {
            "packet_id": f"{number:032x}",
            "kind": "referral",
            "received": 0,
            "sealed": [base64.b64encode(each).decode() for each in copy],
        }
        for number, copy in enumerate(copies)
    ]
    case = {
        "referral_id": REFERRAL_ID,
        "partner": PARTNER,
        "version": 1,
        "state": "delivered",
        "signers": SIGNERS,
        "files": files,
    }
    own = {"secret": OWN.secret.reveal(), "recipient": OWN.recipient, "signers": SIGNERS}

    results = ask("openAll", sealed=case, identity=own)["results"]

    assert [each["code"] for each in results] == [None, None, "not_for_you", "damaged", "malformed"]
    assert results[0]["referral"] == json.loads(referral().to_bytes())
    assert results[1]["referral"] == json.loads(addition.to_bytes())


def test_an_identity_of_the_browser_is_one_of_python() -> None:
    """Recipient and fingerprint are those that Python derives, and its file opens what is sealed to it."""
    made = ask("identity", signers=SIGNERS)
    secret = Secret(str(made["identity"]["secret"]))

    assert recipient_of(secret) == made["identity"]["recipient"]
    assert fingerprint(made["identity"]["recipient"]) == made["fingerprint"]
    assert ask("fingerprint", recipient=OWN.recipient)["fingerprint"] == fingerprint(OWN.recipient)
    assert ask("readIdentity", text=made["text"])["identity"] == made["identity"]


def test_expiry_is_said_at_its_hour() -> None:
    """The line that it has expired stands there from the hour of its expiry, as in Python."""
    made = referral()
    moments = [datetime(2026, 12, 24, 6, 59, 59, tzinfo=UTC), datetime(2026, 12, 24, 7, tzinfo=UTC)]
    request = {"do": "lines", "referral": json.loads(made.to_bytes()), "labels": {"open.expired": "expired"}}
    answers = asked(*(request | {"now": moment.timestamp() * 1000} for moment in moments))

    assert (
        ["expired" in answer["envelope"] for answer in answers]
        == [made.envelope.expired(moment) for moment in moments]
        == [False, True]
    )
