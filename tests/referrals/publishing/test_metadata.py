"""The roles: thresholds, paths and lives as they were decided, and nothing that an operator could slip in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tuf.api.metadata import DelegatedRole, Metadata, Root, Targets

from referrals.publishing import errors
from referrals.publishing import metadata as roles
from referrals.publishing.metadata import Anchor
from referrals.sealing import signing_public
from tests.referrals.publishing.ceremony import DAY, NOW, OPERATORS, bot, online, operator

PUBLICS = [operator(name).public for name in OPERATORS]
ONLINE = signing_public(online())
CONTENTS = {"partners.age": b"sealed", "operators.age": b"sealed too"}
ROOT = roles.make_root(PUBLICS, ONLINE, 1, NOW)


def a_list() -> Metadata[Targets]:
    """Return an honest list."""
    return roles.make_targets(ROOT.signed, 1, CONTENTS, [bot().recipient], {"kim": Anchor(2, "a" * 64)}, NOW)


def test_root_and_list_need_two_of_three_and_the_online_key_signs_nothing_else() -> None:
    """The online key stands in snapshot and timestamp alone, the operators' in neither."""
    keys = {operator.key().keyid for operator in PUBLICS}
    root = ROOT.signed

    assert {name: (set(role.keyids) == keys, role.threshold) for name, role in root.roles.items()} == {
        "root": (True, 2),
        "targets": (True, 2),
        "snapshot": (False, 1),
        "timestamp": (False, 1),
    }
    assert not keys & {*root.roles["snapshot"].keyids, *root.roles["timestamp"].keyids}
    assert roles.operators_of(root) == tuple(PUBLICS)
    assert root.consistent_snapshot


def test_lives_are_those_of_the_design() -> None:
    """The list counts 14 days."""
    lives = {
        "root": ROOT.signed.expires,
        "list": a_list().signed.expires,
        "suspensions": roles.make_suspensions("kim", 1, b"{}", NOW).signed.expires,
        "snapshot": roles.make_snapshot(1, {"targets": 1}, NOW).signed.expires,
        "timestamp": roles.make_timestamp(1, 1, NOW).signed.expires,
    }

    assert {name: (until - NOW).days for name, until in lives.items()} == {
        "root": 365,
        "list": 14,
        "suspensions": 30,
        "snapshot": 7,
        "timestamp": 2,
    }


def test_each_operator_has_a_role_with_one_path() -> None:
    """It ends the search, needs her key alone and holds no other file."""
    delegations = a_list().signed.delegations
    assert delegations is not None
    assert delegations.roles is not None

    assert {
        (role.name, *(role.paths or []), *role.keyids, role.threshold, role.terminating)
        for role in delegations.roles.values()
    } == {
        (f"suspend-{public.name}", f"suspensions/{public.name}.json", public.key().keyid, 1, True) for public in PUBLICS
    }


def test_bots_and_anchors_are_read_back() -> None:
    """They stand in the list, under its signatures."""
    again: Metadata[Targets] = Metadata.from_bytes(roles.to_file(a_list()))

    assert roles.bots_of(again.signed) == (bot().recipient,)
    assert roles.anchors_of(again.signed) == {"kim": Anchor(2, "a" * 64)}


@pytest.mark.parametrize(
    "publics",
    [
        PUBLICS[:2],
        [*PUBLICS[:2], PUBLICS[0]],
        [*PUBLICS[:2], PUBLICS[0].model_copy(update={"name": "choi"})],
        [*PUBLICS[:2], operator("kim", 2).public],
        [*PUBLICS[:2], PUBLICS[2].model_copy(update={"signing": ONLINE.hex()})],
    ],
    ids=["two only", "one twice", "one under two names", "two of one name", "the online key"],
)
def test_operators_who_are_not_three_are_refused(publics: list[Any]) -> None:
    """Two of three must be two people, neither of them a server."""
    with pytest.raises(errors.OperatorsError):
        roles.make_root(publics, ONLINE, 1, NOW)


def threshold_of_one(signed: Any) -> None:
    """Let one operator publish alone."""
    (signed.roles["targets"] if isinstance(signed, Root) else signed.delegations.roles["suspend-kim"]).threshold = 1
    if isinstance(signed, Targets) and signed.delegations and signed.delegations.roles:
        signed.delegations.roles["suspend-kim"].paths = ["*"]


def longer_life(signed: Any) -> None:
    """Let it count a day more."""
    signed.expires += DAY


def another_role(signed: Any) -> None:
    """Let one operator's key vouch for everything."""
    if isinstance(signed, Root):
        signed.roles["timestamp"].keyids.append(PUBLICS[0].key().keyid)
    else:
        signed.delegations.roles["extra"] = DelegatedRole(
            "extra", [PUBLICS[0].key().keyid], 1, terminating=False, paths=["*"]
        )


@pytest.mark.parametrize("change", [threshold_of_one, longer_life, another_role])
@pytest.mark.parametrize("honest", [lambda: roles.make_root(PUBLICS, ONLINE, 1, NOW), a_list], ids=["root", "list"])
def test_what_this_program_does_not_put_there_is_seen(
    honest: Callable[[], Metadata[Any]], change: Callable[[Any], None]
) -> None:
    """A draft as it is made is fine an hour later; the same with something slipped in isn't."""
    draft = honest()
    contents = CONTENTS if isinstance(draft.signed, Targets) else {}
    assert roles.has_our_form(draft, ROOT.signed, contents, NOW + timedelta(hours=1))

    change(draft.signed)

    assert not roles.has_our_form(draft, ROOT.signed, contents, NOW)


def test_an_operators_file_may_not_name_another_file() -> None:
    """Nor more than one."""
    draft = roles.make_suspensions("kim", 1, b"{}", NOW)
    assert roles.has_our_form(draft, ROOT.signed, {"suspensions/kim.json": b"{}"}, NOW)

    draft.signed.targets["partners.age"] = draft.signed.targets["suspensions/kim.json"]

    assert not roles.has_our_form(draft, ROOT.signed, {"suspensions/kim.json": b"{}", "partners.age": b"{}"}, NOW)


def test_a_root_file_says_whom_it_trusts() -> None:
    """Before anything of it is verified; what isn't a root is told."""
    assert roles.operators_in(roles.to_file(ROOT)) == tuple(PUBLICS)
    for untrusted in (b"{}", roles.to_file(a_list())):
        with pytest.raises(errors.DamagedFolderError):
            roles.operators_in(untrusted)
