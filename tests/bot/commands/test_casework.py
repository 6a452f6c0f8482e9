"""`naru keygen`, `naru inbox` and `naru open`, as a caseworker uses them."""

import json
import secrets
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import CASEBOOK
from referrals import fixtures
from referrals.casebook import Casebook, Routing, hour
from referrals.referral import Envelope, Packet, Referral, utc_hour
from referrals.sealing import seal, signing_public
from tests.operated import keys, naru

HUB = fixtures.IDS["HUB"]
PACKET = Packet(klass="now", urgent="u_locked", language="ko")


def _sealed(signer: bytes | None = None, partner: str = HUB, recipient: str = "") -> bytes:
    now = datetime.fromtimestamp(time.time(), UTC)
    envelope = Envelope(
        referral_id="a" * 32,
        kind="referral",
        partner=partner,
        directory_version=1,
        created=utc_hour(now),
        expires=utc_hour(now + timedelta(days=30)),
        consent="b" * 32,
        questionnaire="test-1",
    )
    key = fixtures.signing_key() if signer is None else type(fixtures.signing_key())(signer)
    recipients = [recipient or fixtures.identity(partner, 1).recipient]
    return seal(Referral(envelope=envelope, packet=PACKET), partner, recipients, key, secrets.token_bytes)


def _identity(path: Path, partner: str = HUB) -> Path:
    signer = signing_public(fixtures.signing_key()).hex()
    path.write_text(f"# signer: {signer}\n{fixtures.identity(partner, 1).secret.reveal()}\n", "ascii")
    return path


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A sealed referral and the identity it was sealed to."""
    (tmp_path / "case.age").write_bytes(_sealed())
    _identity(tmp_path / "me.txt")
    return tmp_path


def test_keygen_keeps_the_secret_in_a_private_file(tmp_path: Path) -> None:
    """The file is 0600; the recipient and its fingerprint are printed, the secret is not; a second run touches nothing."""
    path = tmp_path / "me.txt"
    made = naru("keygen", "-o", str(path))
    assert made.returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "age1pq1" in made.stdout
    assert "AGE-SECRET-KEY" not in made.stdout + made.stderr
    before = path.read_bytes()
    again = naru("keygen", "-o", str(path))
    assert (again.returncode, path.read_bytes()) == (1, before)
    assert "is there already" in again.stderr


def test_what_keygen_made_opens_what_is_sealed_to_it(tmp_path: Path) -> None:
    """The printed recipient is one that can be sealed to; the file alone opens it, for it names the bot to trust."""
    signer = signing_public(fixtures.signing_key()).hex()
    made = naru("keygen", "-o", str(tmp_path / "me.txt"), "--signer", signer)
    recipient = next(line for line in made.stdout.splitlines() if line.startswith("age1pq1"))
    (tmp_path / "case.age").write_bytes(_sealed(recipient=recipient))

    opening = ("open", str(tmp_path / "case.age"), "--identity", str(tmp_path / "me.txt"), "--json")
    assert json.loads(naru(*opening).stdout)["packet"] == {"class": "now", "urgent": "u_locked", "language": "ko"}
    (tmp_path / "me.txt").write_text(made_without(tmp_path / "me.txt", signer), "ascii")
    assert "--signer" in naru(*opening).stderr


def made_without(identity: Path, signer: str) -> str:
    """An identity file's text without the line that names a bot."""
    return "".join(line for line in identity.read_text("ascii").splitlines(keepends=True) if signer not in line)


@pytest.mark.parametrize(("language", "word"), [("ko", "급한 일"), ("zh", "急事：出不去"), ("en", "Korean")])
def test_open_prints_it_in_words(box: Path, language: str, word: str) -> None:
    """In Korean, Chinese and English, with no database and no network."""
    found = naru("open", str(box / "case.age"), "--identity", str(box / "me.txt"), "-l", language)
    assert found.returncode == 0, found.stderr
    assert word in found.stdout


def test_open_prints_json(box: Path) -> None:
    """With --json it is exactly the packet she chose, in its envelope."""
    found = naru("open", str(box / "case.age"), "--identity", str(box / "me.txt"), "--json")
    assert json.loads(found.stdout)["packet"] == {"class": "now", "urgent": "u_locked", "language": "ko"}


def _altered(box: Path) -> None:
    content = bytearray((box / "case.age").read_bytes())
    content[-20] ^= 1
    (box / "case.age").write_bytes(content)


def _for_another(box: Path) -> None:
    _identity(box / "me.txt", fixtures.IDS["CHILD"])


def _of_another_bot(box: Path) -> None:
    (box / "case.age").write_bytes(_sealed(b"s" * 32))


def _no_identity(box: Path) -> None:
    (box / "me.txt").write_text(f"# signer: {'ab' * 32}\nnothing\n", "ascii")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (_altered, "sealed file is damaged"),
        (_for_another, "sealed for someone else"),
        (_of_another_bot, "not signed by a bot that you know"),
        (_no_identity, "not a usable identity"),
    ],
)
def test_open_refuses_with_the_reason(box: Path, trouble: object, said: str) -> None:
    """One line on standard error, exit code 1, nothing of the content."""
    assert callable(trouble)
    trouble(box)
    found = naru("open", str(box / "case.age"), "--identity", str(box / "me.txt"))
    assert found.returncode == 1
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""


def test_inbox_lists_saves_and_acknowledges(tmp_path: Path) -> None:
    """What waits is listed unopened, saved as it is sealed, and acknowledged once."""
    place = tmp_path / "data"
    assert naru("init", str(place)).returncode == 0
    assert "Nothing waits" in naru("inbox", NARU_DATA_DIR=str(place)).stdout
    sealed, now = _sealed(), int(time.time())
    casebook = Casebook.opened(place / CASEBOOK, keys(place)["naru_casebook_key"])
    ids = {"packet_id": "c" * 32, "referral_id": "a" * 32, "case_id": "d" * 32, "verifier": "e" * 64}
    times = {"created": hour(now), "expires": hour(now + 86_400)}
    casebook.receive(Routing(kind="referral", partner=HUB, klass="now", position=0, **ids, **times), sealed, now)
    casebook.close()

    listed = naru("inbox", "--save", str(tmp_path / "box"), NARU_DATA_DIR=str(place))
    assert "a" * 32 in listed.stdout
    assert "delivered" in listed.stdout
    assert (tmp_path / "box" / f"{'a' * 32}.age").read_bytes() == sealed
    assert "acknowledged" in naru("inbox", "--acknowledge", "a" * 32, NARU_DATA_DIR=str(place)).stdout
    assert "Nothing waits" in naru("inbox", "--partner", "somebody", NARU_DATA_DIR=str(place)).stdout
    assert naru("inbox", "--acknowledge", "f" * 32, NARU_DATA_DIR=str(place)).returncode == 1
