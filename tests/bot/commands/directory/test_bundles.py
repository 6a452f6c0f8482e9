"""A proposal on its way: nobody reads it but operators, and nobody speaks in another's name."""

from pathlib import Path

import pytest

from bot.commands.directory import bundles
from bot.commands.directory.bundles import Bundle, Change
from bot.settings import SettingsError
from referrals import approval
from referrals.approval import Proposal
from referrals.publishing.errors import AlteredError, NotForThisBotError
from referrals.publishing.operator_key import OperatorKey
from tests.referrals import vetted
from tests.referrals.publishing.ceremony import OPERATORS, operator, stream
from tests.referrals.vetted import NOW

PUBLICS = {name: operator(name).public for name in OPERATORS}
FILE = vetted.read(vetted.written("CHILD", status="candidate"))


def proposed(by: str, key: OperatorKey | None) -> Bundle:
    """A bundle of one candidate."""
    made = approval.propose(None, FILE, vetted.operator(by, "north-wind", key=key is not None), NOW)
    signature = bundles.signed("propose", made, by, NOW, key) if key else ""
    return Bundle(by=by, at=NOW, changes=(Change(proposal=made, after=FILE, signature=signature),))


def written(folder: Path, bundle: Bundle) -> Path:
    """The bundle in a folder."""
    return bundles.write_bundle(folder, bundle, PUBLICS, stream("bundle"))


def only(bundle: Bundle) -> Proposal:
    """Its one proposal."""
    return bundle.changes[0].proposal


def test_operators_alone_open_it(tmp_path: Path) -> None:
    """Each of the three; nobody else, and no name stands in the open."""
    path = written(tmp_path, proposed("kim", operator("kim")))

    for name in OPERATORS:
        waiting = bundles.opened(path, operator(name).identity, PUBLICS)
        assert waiting.changes == ((only(waiting.bundle), FILE),)
    assert FILE.name.encode() not in path.read_bytes()
    with pytest.raises(NotForThisBotError):
        bundles.opened(path, operator("stranger").identity, PUBLICS)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """One changed byte; and what was never a proposal."""
    path = written(tmp_path, proposed("kim", operator("kim")))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(AlteredError):
        bundles.opened(path, operator("kim").identity, PUBLICS)


def test_nobody_proposes_in_the_name_of_one_with_a_key(tmp_path: Path) -> None:
    """Unsigned, or signed by another; who holds no key can't sign."""
    forged = proposed("kim", operator("park"))
    for bundle in (proposed("kim", None), forged):
        with pytest.raises(SettingsError, match=r"says that kim proposed partner .*, but the signature is not hers"):
            bundles.opened(written(tmp_path, bundle), operator("lee").identity, PUBLICS)

    assert (
        bundles.opened(written(tmp_path, proposed("edi", None)), operator("lee").identity, PUBLICS).bundle.by == "edi"
    )


def test_a_proposal_brings_no_approvals_of_its_own(tmp_path: Path) -> None:
    """What stands inside is refused: approvals count by their signatures, beside it."""
    bundle = proposed("edi", None)
    given = only(bundle).model_copy(update={"approvals": (approval.Approval(by="kim", at=NOW),)})
    change = bundle.changes[0].model_copy(update={"proposal": given})
    path = written(tmp_path, bundle.model_copy(update={"changes": (change,)}))

    with pytest.raises(SettingsError, match="not a proposal as this program writes it"):
        bundles.opened(path, operator("lee").identity, PUBLICS)


def test_approvals_count_by_their_signatures(tmp_path: Path) -> None:
    """Kim's and Lee's are found beside it; approving twice is written twice, and counted by `approval`."""
    bundle = proposed("edi", None)
    path = written(tmp_path, bundle)
    for name in ("kim", "lee"):
        bundles.write_approvals(path, bundles.approvals_of([(only(bundle), NOW)], operator(name)))

    ((found, _),) = bundles.opened(path, operator("park").identity, PUBLICS).changes
    assert [each.by for each in found.approvals] == ["kim", "lee"]
    bundles.write_approvals(path, bundles.approvals_of([(only(bundle), NOW)], operator("kim")))
    ((found, _),) = bundles.opened(path, operator("park").identity, PUBLICS).changes
    assert [each.by for each in found.approvals] == ["kim", "kim", "lee"]


def test_an_approval_in_anothers_name_is_refused(tmp_path: Path) -> None:
    """Park signs, and writes that it was Lee."""
    bundle = proposed("edi", None)
    path = written(tmp_path, bundle)
    given = bundles.approvals_of([(only(bundle), NOW)], operator("park")).model_copy(update={"by": "lee"})
    bundles.write_approvals(path, given)

    with pytest.raises(SettingsError, match="says that lee approved partner"):
        bundles.opened(path, operator("kim").identity, PUBLICS)


def test_a_proposers_signature_is_no_approval(tmp_path: Path) -> None:
    """The two acts are signed apart, so that one can't be taken for the other."""
    bundle = proposed("edi", None)
    path = written(tmp_path, bundle)
    approvals = bundles.approvals_of([(only(bundle), NOW)], operator("kim"))
    other = approvals.given[0].model_copy(
        update={"signature": bundles.signed("propose", only(bundle), "kim", NOW, operator("kim"))}
    )
    bundles.write_approvals(path, approvals.model_copy(update={"given": (other,)}))

    with pytest.raises(SettingsError, match="the signature is not hers"):
        bundles.opened(path, operator("lee").identity, PUBLICS)


def test_one_whose_key_does_not_count_approves_nothing(tmp_path: Path) -> None:
    """She left, or was never there."""
    bundle = proposed("edi", None)
    path = written(tmp_path, bundle)
    bundles.write_approvals(path, bundles.approvals_of([(only(bundle), NOW)], operator("stranger")))

    with pytest.raises(SettingsError, match="holds no key that counts"):
        bundles.opened(path, operator("kim").identity, PUBLICS)


def test_a_damaged_approval_is_named(tmp_path: Path) -> None:
    """By its file."""
    path = written(tmp_path, proposed("edi", None))
    path.with_name(path.name.replace(".proposal", ".kim.approval")).write_text("{}", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"kim\.approval is damaged"):
        bundles.opened(path, operator("kim").identity, PUBLICS)


def test_what_is_done_is_set_aside(tmp_path: Path) -> None:
    """With its approvals; and it is known again when an older folder brings it back."""
    bundle = proposed("edi", None)
    path = written(tmp_path, bundle)
    content = path.read_bytes()
    bundles.write_approvals(path, bundles.approvals_of([(only(bundle), NOW)], operator("kim")))
    assert not bundles.is_done(path)
    bundles.set_aside(path)

    assert bundles.waiting(tmp_path) == []
    assert len(list((tmp_path / "done").iterdir())) == 2
    path.write_bytes(content)
    assert bundles.is_done(path)
