"""`naru words`: the review of what the bot says. A packet for a reviewer, the marked packet back, and the record of the review."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Words
from bot.commands.failing import clearly
from bot.dialogue import screens
from bot.dialogue.questionnaire import Questionnaire, load
from bot.review.marks import Marked, PacketError, notices, opened, read
from bot.review.packet import comments
from bot.review.packet import packet as made_packet
from bot.review.page import page
from bot.review.verdicts import Mark
from bot.review.wording import NAMES
from bot.review.workbook import workbook
from bot.reviews import FILE, REVIEWED, Language, Review, ReviewsError, Role, digest, parse
from bot.settings import SettingsError
from bot.texts import used_keys

words = typer.Typer(no_args_is_help=True, help="Have the words reviewed: a packet to mark, and what was marked back.")
_HERE = Path("locales")
_LONGEST_NAME = 60  # characters: as Review.reviewer
_Catalogues = Annotated[Path, typer.Option(metavar="DIR", help="The locales/ of a working copy of Naru.")]


@words.command()
def packet(
    language: Annotated[Language | None, typer.Option("--language", "-l", help="Only this one.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where to write the files.")] = Path(),
    catalogues: _Catalogues = _HERE,
) -> None:
    """Write every screen in the order a person meets it, as a workbook to mark and as a page to print.

    The words are those that the bot says. Where --catalogues is a working copy, its comment on each text is added.
    """
    with clearly():
        loaded = Words.loaded()
        said = {each: loaded.catalogues.words(each) for each in NAMES}
        notes = _notes(catalogues)
        try:
            output.mkdir(parents=True, exist_ok=True)
            for each in (language,) if language else REVIEWED:
                made = made_packet(each, loaded.questionnaire, said, notes)
                book, sheet = (output / f"naru-words-{each}.{kind}" for kind in ("xlsx", "html"))
                book.write_bytes(workbook(made))
                sheet.write_text(page(made), encoding="utf-8")
                typer.echo(f"{book}: to mark and give back; {sheet}: to print")
        except OSError as error:
            raise SettingsError(
                f"{output} can't be written: {error.strerror}. Name another folder with --output."
            ) from None


def _notes(catalogues: Path) -> dict[str, str]:
    """The comments of the Korean source, where there is one."""
    try:
        return comments((catalogues / "ko" / "naru.po").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        typer.echo("No working copy in --catalogues: the packet has no comments on single texts.", err=True)
        return {}


@words.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The marked workbook (.xlsx).")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    catalogues: _Catalogues = _HERE,
) -> None:
    """Take a marked workbook back: show each change, check it, and write the catalogue if all is well.

    Nothing is written while anything in the file is wrong. Needs a working copy of Naru; run `make words` afterwards.
    """
    with clearly():
        _need_working_copy()
        from bot.review import catalogue  # noqa: PLC0415  # an installed bot has neither tools/ nor Babel

        questionnaire = _questionnaire()
        used = used_keys(questionnaire)
        try:
            sources = catalogue.read_all(catalogues, used)
            returned = opened(_content(file))
            made = made_packet(returned.language, questionnaire, catalogue.said(sources), {})
            new = _shown(read(returned, made, catalogue.placeholders), returned.language)
            if not new:
                typer.echo("There is nothing to change.")
                return
            change = catalogue.planned(sources, returned.language, new, used)
            if not (yes or typer.confirm(f"Write {len(new)} changes to {change.path}?")):
                typer.echo("Nothing was changed.")
                return
            catalogue.write(change)
        except (PacketError, catalogue.CatalogueError) as error:
            raise SettingsError(f"{file.name}: {error}") from None
    typer.echo(
        f"Wrote {change.path}. Next: `make words`; and `naru words reviewed` once the reviewer has seen it all so."
    )


def _shown(found: Marked, language: str) -> dict[str, str]:
    """Print the preview, and give the new words by key. Raises PacketError when anything in the file is wrong."""
    if found.findings:
        raise PacketError("\n".join(("nothing was changed.", *(str(each) for each in found.findings))))
    for line in _preview(found, language):
        typer.echo(line)
    return {mark.key: mark.new for mark in found.marks if mark.verdict == "change"}


def _preview(found: Marked, language: str) -> Iterator[str]:
    """What would be changed, and what else the reviewer says."""
    for mark in found.marks:
        if mark.verdict == "change":
            yield from (f"{language}  {mark.key}", *_indented("-", mark.old), *_indented("+", mark.new), *_remark(mark))
        elif mark.remark:
            yield from (f"{language}  {mark.key}: no change", *_remark(mark))
    ok = sum(mark.verdict == "ok" for mark in found.marks)
    changed = sum(mark.verdict == "change" for mark in found.marks)
    yield f"{language}: {ok} texts are good, {changed} to change, {found.unread} not read."
    yield from notices(found)


def _indented(sign: str, text: str) -> list[str]:
    return [f"  {sign} {line}" for line in text.split("\n")]


def _remark(mark: Mark) -> list[str]:
    # Escapes of a terminal in a remark would act on it; the new words were checked for such characters.
    shown = "".join(each if each.isprintable() else " " for each in mark.remark)
    return [f"  # {shown}"] if shown else []


@words.command()
def reviewed(
    language: Annotated[Language, typer.Option("--language", "-l", help="Which words were read.")],
    reviewer: Annotated[
        str, typer.Option(help="A name, or the same pseudonym each time. Whoever has the source can read it.")
    ],
    role: Annotated[Role, typer.Option(help="native: grew up with the language; survivor: went through it.")],
    catalogues: _Catalogues = _HERE,
) -> None:
    """Record that somebody read all words of a language as they are now. When words change, it counts no more."""
    with clearly():
        name = reviewer.strip()
        if not name or not name.isprintable() or len(name) > _LONGEST_NAME:
            raise SettingsError(f"--reviewer should be a name or pseudonym of 1 to {_LONGEST_NAME} characters.")
        _need_working_copy()
        from bot.review import catalogue  # noqa: PLC0415  # as above

        record, used = catalogues / FILE, used_keys(_questionnaire())
        try:
            said = catalogue.said(catalogue.read_all(catalogues, used))[language]
            text = record.read_text("utf-8") if record.exists() else ""
            now = digest({key: said[key] for key in used})
            known = {(each.digest, each.reviewer, each.language) for each in parse(text)}
            today = datetime.fromtimestamp(time.time(), UTC).date()
            made = Review(language=language, reviewer=name, role=role, date=today, digest=now)
            if (now, name, language) in known:
                typer.echo(f"This review stands in {record} already. Nothing was changed.")
                return
            catalogue.replace(record, f"{text.rstrip()}\n\n{made.as_toml()}".lstrip().encode())
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{record} can't be read or written as text. Check its owner and mode.") from None
        except (ReviewsError, catalogue.CatalogueError) as error:
            raise SettingsError(str(error)) from None
    typer.echo(f"Recorded in {record}. Commit it together with the words.")


def _need_working_copy() -> None:
    """Changing catalogues needs tools/ and Babel, which an installed bot lacks. Raises SettingsError."""
    try:
        there = find_spec("babel") is not None and find_spec("tools.words") is not None
    except ModuleNotFoundError:
        there = False
    if not there:
        raise SettingsError("This needs a working copy of Naru, made ready with `make words`, not an installed bot.")


def _questionnaire() -> Questionnaire:
    return load((files("bot.dialogue") / "questionnaire.toml").read_text("utf-8"), screens.OPENABLE)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}. Check its name.") from None
