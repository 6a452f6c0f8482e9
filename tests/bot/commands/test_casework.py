"""`naru keygen`, `naru inbox` and `naru open`, as a caseworker uses them."""

import json
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import CASEBOOK
from referrals import fixtures
from referrals.casebook import Casebook, Routing, hour
from referrals.directory import SAFETY_LEAD
from referrals.referral import Envelope, Packet, Referral, utc_hour
from referrals.sealing import seal, signing_public
from tests.filed import DAY, FIRST, REPORT, SECOND, THIRD, opened_case, report, routing, tables
from tests.invoked import invoked
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


# --- answers, and reports ---


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A place with an urgent list of three, of which two are held, and a report; what stands in it is fictional."""
    made, now = tmp_path / "data", int(time.time())
    assert invoked("init", str(made)).exit_code == 0
    with _casebook(made) as casebook:
        for number, referral_id in enumerate((FIRST, SECOND, THIRD)):
            casebook.receive(
                routing(referral_id, created=hour(now), expires=now + 30 * DAY, position=number), b"sealed", now
            )
        casebook.receive(report(now), b"sealed report", now)
    return made


@contextmanager
def _casebook(place: Path) -> Iterator[Casebook]:
    casebook = Casebook.opened(place / CASEBOOK, keys(place)["naru_casebook_key"])
    yield casebook
    casebook.close()


def _inbox(place: Path, *options: str) -> list[str]:
    ended = invoked("inbox", *options, NARU_DATA_DIR=str(place))
    assert (ended.exit_code, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


def _refused(place: Path, *options: str) -> str:
    ended = invoked("inbox", *options, NARU_DATA_DIR=str(place))
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


def test_acknowledging_says_what_was_stopped(place: Path) -> None:
    """Two held ones of her urgent list are destroyed unsent; doing it again stops nothing more."""
    assert (
        _inbox(place, "--acknowledge", FIRST)[0]
        == f"{FIRST}: acknowledged; 2 later on her urgent list were destroyed unsent"
    )
    assert _inbox(place, "--acknowledge", FIRST)[0] == f"{FIRST}: acknowledged"


def test_a_case_is_accepted_and_completed(place: Path) -> None:
    """Each answer prints the state it came to, and the list after it."""
    said = _inbox(place, "--accept", FIRST)
    assert said[0] == f"{FIRST}: accepted; 2 later on her urgent list were destroyed unsent"
    assert said[3].split()[:3] == [FIRST, "now", "accepted"]
    assert _inbox(place, "--complete", FIRST)[0] == f"{FIRST}: completed"


def test_a_case_is_completed_with_its_outcome(place: Path) -> None:
    """They talked, and she was referred to somebody else; without --outcome the help was given by this partner."""
    _inbox(place, "--accept", FIRST)
    assert _inbox(place, "--in-contact", FIRST)[0] == f"{FIRST}: in_contact"
    assert _inbox(place, "--complete", FIRST, "--outcome", "referred")[0] == f"{FIRST}: completed"
    with _casebook(place) as casebook:
        found = casebook.one(FIRST)
        assert found is not None
        assert (found.outcome, found.undoable) == ("referred", False)


def test_a_case_without_a_sign_is_closed_after_thirty_days_and_not_before(place: Path) -> None:
    """The time since something last happened counts."""
    _inbox(place, "--accept", FIRST)
    assert "30 days without any sign have not passed yet" in _refused(place, "--no-contact", FIRST)
    with _casebook(place) as casebook:
        casebook._db.execute("UPDATE referrals SET changed = changed - ?", (30 * DAY,))
    assert _inbox(place, "--no-contact", FIRST)[0] == f"{FIRST}: no_contact_30d"


def test_a_decline_gives_its_reason(place: Path) -> None:
    """It is one of nine words, and she can see it."""
    assert _inbox(place, "--decline", FIRST, "--reason", "no_capacity")[0] == f"{FIRST}: declined"
    with _casebook(place) as casebook:
        found = opened_case(casebook)
        assert found is not None
        assert found.referrals[0].reason == "no_capacity"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--complete", FIRST),
            (
                "naru: Nothing was changed: this referral is delivered, and there is nothing to complete in that state. "
                "What you can do with it: acknowledge, accept, decline, need more."
            ),
        ),
        (
            ("--no-contact", FIRST),
            (
                "naru: Nothing was changed: this referral is delivered, and there is nothing to no contact in that state. "
                "What you can do with it: acknowledge, accept, decline, need more."
            ),
        ),
        (
            ("--accept", FIRST, "--outcome", "referred"),
            "naru: Nothing was changed: --outcome goes with --complete ID only.",
        ),
        (
            ("--accept", "zq-mark"),
            "naru: There is nothing with this id here (any more). Nothing was changed; look at the list again.",
        ),
        (
            ("--acknowledge", SECOND),  # held: its id can only have been guessed
            "naru: There is nothing with this id here (any more). Nothing was changed; look at the list again.",
        ),
        (
            ("--accept", FIRST, "--complete", FIRST),
            "naru: Nothing was changed: --accept, --complete can't be given together. Do one after the other.",
        ),
        (
            ("--decline", FIRST),
            (
                "naru: Nothing was changed: --decline ID and --reason go together. Reasons: no_capacity, out_of_area, not_eligible, "
                "language, safety_conflict, unsafe_contact, duplicate, suspected_misuse, other."
            ),
        ),
        (
            ("--accept", FIRST, "--reason", "other"),
            (
                "naru: Nothing was changed: --decline ID and --reason go together. Reasons: no_capacity, out_of_area, not_eligible, "
                "language, safety_conflict, unsafe_contact, duplicate, suspected_misuse, other."
            ),
        ),
    ],
)
def test_what_cant_be_done_is_said_and_not_done(place: Path, options: tuple[str, ...], said: str) -> None:
    """One line, exit code 1, nothing changed; what was typed is not repeated."""
    with _casebook(place) as casebook:
        before = tables(casebook)
    assert _refused(place, *options) == said
    with _casebook(place) as casebook:
        assert tables(casebook) == before


def test_a_reason_that_is_none_is_refused(place: Path) -> None:
    """Free text never gets into the casebook."""
    ended = invoked("inbox", "--decline", FIRST, "--reason", "she_lies", NARU_DATA_DIR=str(place))
    assert ended.exit_code == 2
    assert "no_capacity" in ended.stderr


def test_reports_stand_apart_for_the_safety_lead(place: Path, tmp_path: Path) -> None:
    """Listed after the referrals, saved beside them, acknowledged by the same option; no partner's list shows them."""
    said = _inbox(place, "--save", str(tmp_path / "box"))
    heading = said.index("FOR THE SAFETY LEAD ONLY: 1 reports about helpers. No partner may be told of them.")
    assert said[heading - 1] == ""
    assert said[heading + 2].split()[:2] == [REPORT, "new"]
    assert said[-1] == f"Saved 2 sealed files in {tmp_path / 'box'}."
    assert (tmp_path / "box" / f"report-{REPORT}.age").read_bytes() == b"sealed report"

    assert _inbox(place, "--acknowledge", REPORT)[0] == f"{REPORT}: report acknowledged; its sealed file goes in 7 days"
    only = _inbox(place, "--partner", SAFETY_LEAD)
    assert (only[0], only[-1].split()[:2]) == ("No referral waits.", [REPORT, "acknowledged"])
    assert REPORT not in "\n".join(_inbox(place, "--partner", "partner-1"))


def test_the_help_tells_a_newcomer_what_each_answer_does() -> None:
    """Every option has its words, and every reason is listed."""
    said = " ".join(invoked("inbox", "--help").stdout.replace("│", " ").split())
    for words in (
        "the next partner that she ticked gets it at once",
        "later ones of an urgent list stop",
        "it is done, how is said with --outcome",
        "Close a case of which nothing was heard for 30 days",
    ):
        assert words in said
