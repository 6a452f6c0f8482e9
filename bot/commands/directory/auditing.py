"""`naru directory audit verify`: the logs of what operators did, verified by anyone who has the shared folder."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.directory.place import content, on_disk, text
from bot.commands.directory.trust import verified
from bot.commands.failing import clearly
from bot.settings import SettingsError
from referrals.publishing import audit as chain
from referrals.publishing.errors import DamagedFolderError
from referrals.publishing.folder import Folder
from referrals.publishing.metadata import Anchor, anchors_of

audit = typer.Typer(no_args_is_help=True, help="Verify the logs of what operators did. Needs no key.")


@audit.callback()
def _audit() -> None:
    """Verify the logs of what operators did. Needs no key."""


@audit.command()
def verify(
    shared: Annotated[Path, typer.Argument(metavar="DIR", help="The operators' shared folder, or a copy of it.")],
    root: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A root that you trust, as a bot has it; the folder's first otherwise."),
    ] = None,
) -> None:
    """Verify every log: each line follows the one before, and the published list vouches for where each log stood.

    Whose signatures vouch is printed, to be compared with what the operators say. Each line names an action, ids and a time, and nothing of
    any case. Ends with 1 where something doesn't hold, and says at which line.
    """
    with clearly(), on_disk():
        logs = sorted((shared / "audit").glob("*.log"))
        anchors = _anchors(shared, root)
        if not logs and not anchors:
            raise SettingsError(f"{shared} has no logs. Name the shared folder, in which audit/ and published/ lie.")
        names = sorted({path.stem for path in logs} | set(anchors))
        broken = [name for name in names if not _verified(name, shared, anchors)]
    if broken:
        typer.echo(f"Keep a copy of this folder, and ask {', '.join(broken)} for her own audit.log.")
        raise typer.Exit(1)


def _verified(name: str, shared: Path, anchors: dict[str, Anchor]) -> bool:
    path = shared / "audit" / f"{name}.log"
    lines = text(path).splitlines() if path.exists() else []
    problems = chain.verify(lines, anchors.get(name))
    if problems:
        typer.echo(f"{name}: BROKEN at line {problems[0].line}: {problems[0].why}")
        return False
    vouched = anchors[name].lines if name in anchors else 0
    typer.echo(f"{name}: {len(lines)} lines hold; {vouched} of them stood when two operators signed the list")
    return True


def _anchors(shared: Path, root: Path | None) -> dict[str, Anchor]:
    """Where each log stood, from the published list, once its signatures hold."""
    if not Folder(shared).has("targets"):
        return {}
    trusted = verified(shared, content(root or shared / "published" / "metadata" / "1.root.json"), 0)
    typer.echo(f"List {trusted.targets.version} vouches, signed by two of these; compare by phone:")
    for name, public in sorted(trusted.publics.items()):
        typer.echo(f"  {name:20}  {public.fingerprint}")
    try:
        return anchors_of(trusted.targets)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DamagedFolderError("targets") from None
