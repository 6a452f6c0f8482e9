"""Which suspensions `--lift` means: looked up in the operators' own files, so that two sign whose suspension of whom ends, never an id.

An operator can shorten or change her file afterwards, and bots remember each form that they saw. So every form that her role ever
published under the id is lifted together, and each is shown.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.commands.directory.register import Lifted
from bot.settings import SettingsError
from referrals.publishing.errors import PublishingError
from referrals.publishing.folder import Folder, read_metadata
from referrals.publishing.metadata import suspension_path, suspension_role
from referrals.publishing.operator_public import NAME
from referrals.publishing.targets import Suspension, read_suspensions

_WANTED = re.compile(rf"(?:({NAME}):)?([0-9a-f]{{16}})")


def suspensions(shared: Path, wanted: str) -> tuple[Lifted, ...]:
    """Return what `ID` or `OPERATOR:ID` means. Raises SettingsError where it means nothing, or two operators' suspensions."""
    match = _WANTED.fullmatch(wanted)
    if match is None:
        raise SettingsError(
            "--lift should be the id of a suspension: 16 signs, as `naru directory suspend` printed them."
        )
    operator, suspension_id = match[1], match[2]
    found = {
        name: forms
        for name in ([operator] if operator else _operators(shared))
        if (forms := [each for each in _ever(shared, name) if each.id == suspension_id])
    }
    if not found:
        raise SettingsError(
            "--lift: no operator has published a suspension with this id. `naru directory status` lists them."
        )
    if len(found) > 1:
        choices = " or ".join(f"--lift {name}:{suspension_id}" for name in found)
        raise SettingsError(
            f"--lift: {' and '.join(found)} both have a suspension with this id, which doesn't happen by chance: one was made to look "
            f"like the other. Look at both, and say which: {choices}."
        )
    return tuple(Lifted(operator=name, suspension=each) for name, forms in found.items() for each in forms)


def _operators(shared: Path) -> list[str]:
    roles = Folder(shared).target_roles()
    return [role.removeprefix(suspension_role("")) for role in roles if role.startswith(suspension_role(""))]


def _ever(shared: Path, operator: str) -> Iterator[Suspension]:
    """Every suspension in any published version of an operator's file, each form once; a version that can't be read has none.

    Who signed it is not asked: the worst that a made-up file can bring is that something is lifted which nobody suspended, and it is shown.
    """
    folder, role = Folder(shared), suspension_role(operator)
    seen: set[Suspension] = set()
    for version in folder.versions(role):
        try:
            signed = read_metadata(folder.published / "metadata" / f"{version}.{role}.json", role).signed
            content = folder.published_content(signed.targets[suspension_path(operator)])
            read = read_suspensions(content, operator)
        except (PublishingError, KeyError):
            continue
        yield from (each for each in read if each not in seen)
        seen |= set(read)
