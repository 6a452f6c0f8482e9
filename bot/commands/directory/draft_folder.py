"""The drafts in the shared folder as files: what they still need, and how some are published without the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api.metadata import Root

from bot.commands.directory.place import Place
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import operators_of, suspension_role


def lacking(place: Place) -> list[str]:
    """What the drafts still need before they can be published, a line each."""
    repository, folder = place.repository, Folder(place.shared)
    lines = []
    for role in repository.drafts():
        standing = repository.standing(role)
        if not standing.ready:
            by = " and ".join(standing.signed) or "nobody"
            lines.append(f"{role}: signed by {by}, needs {standing.missing} more")
    if Root.type in repository.drafts() or not folder.has(Root.type):
        root: Root = folder.drafted(Root.type).signed
        targets = folder.drafted("targets").signed if "targets" in repository.drafts() else None
        for each in operators_of(root):
            role = suspension_role(each.name)
            published = folder.newest(role) if folder.has(role) else None
            counts = (
                published
                and targets
                and targets.get_verification_result(role, published.signed_bytes, published.signatures)
            )
            if role not in repository.drafts() and not counts:
                lines.append(f"{role}: {each.name} signs it on her own machine with `naru directory publish`")
    return lines


def drop(shared: Path, role: str) -> None:
    """Take back a draft that nobody signed."""
    (shared / "draft" / f"{role}.json").unlink(missing_ok=True)


def drop_outdated(shared: Path) -> list[str]:
    """Remove drafts that are no newer than what is published: copying one folder over another leaves them there."""
    folder = Folder(shared)
    old = [
        role for role in folder.drafts() if folder.drafted(role).signed.version <= max(folder.versions(role), default=0)
    ]
    for role in old:
        drop(shared, role)
    return old


@contextmanager
def alone(shared: Path, roles: Callable[[str], bool]) -> Iterator[None]:
    """Have only the drafts of some roles in the draft folder for a while, so that they are published without the others."""
    here, aside = shared / "draft", shared / "draft.waiting"
    _bring_back(here, aside)
    for path in [each for ending in ("json", "age", "html") for each in sorted(here.rglob(f"*.{ending}"))]:
        role = f"suspend-{path.stem}" if path.parent.name == "suspensions" else path.stem
        if not roles(role):
            target = aside / path.relative_to(here)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    try:
        yield
    finally:
        _bring_back(here, aside)


def _bring_back(here: Path, aside: Path) -> None:
    for path in [each for each in sorted(aside.rglob("*")) if each.is_file()]:
        target = here / path.relative_to(aside)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            path.unlink()
        else:
            path.replace(target)
    for path in sorted(aside.rglob("*"), reverse=True):
        path.rmdir()
    if aside.exists():
        aside.rmdir()
