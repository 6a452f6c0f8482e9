"""The packet as one page to print: for a reader with a pen. No script, no picture, nothing fetched from anywhere."""

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from bot.review.arrangement import Entry, Section
from bot.review.packet import Packet
from bot.review.wording import NAMES, Labels, guide, heading, labels, words_heading

_FEWEST_LINES = {"text": 2, "button": 1}  # dotted lines to write new words on; a text of more lines has as many


def page(packet: Packet) -> str:
    """The packet as HTML: a cover that says how to review, then each screen on a sheet of its own."""
    name, told = NAMES[packet.language], labels(packet.language)
    style = (files("bot.review") / "page.css").read_text("utf-8")
    body = "\n".join((*_cover(packet, told), *_sections(packet, told)))
    return (
        f'<!doctype html>\n<html lang="{name.tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told.title)}: {escape(name.title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _cover(packet: Packet, told: Labels) -> Iterator[str]:
    own = NAMES[packet.language].guide
    yield f"<h1>{escape(told.title)}: {escape(NAMES[packet.language].title)}</h1>"
    yield f'<p class="who"><span>{escape(told.reviewer)}</span><span>{escape(told.date)}</span></p>'
    for language in (own, *(each for each in guide() if each != own)):
        steps = "".join(f"<li>{escape(each)}</li>" for each in guide()[language].how)
        other = "" if language == own else " other"
        title = "" if language == own else f"<h3>{escape(guide()[language].title)}</h3>"
        yield f'<div class="guide{other}" lang="{language}">{title}<ol>{steps}</ol></div>'
    yield f'<p class="digest" lang="en">{packet.language} {packet.digest}</p>'


def _sections(packet: Packet, told: Labels) -> Iterator[str]:
    for number, section in enumerate(packet.arrangement.screens, 1):
        yield from _section(packet, section, f"{number}.", told)
    for section in packet.arrangement.others:
        yield from _section(packet, section, f"{told.others}:", told)


def _section(packet: Packet, section: Section, title: str, told: Labels) -> Iterator[str]:
    heads = (("said", words_heading(packet.language)), ("beside", ""), ("marks", heading("verdict", packet.language)))
    yield f'<section id="{escape(section.id)}"><h2>{escape(title)} <small lang="en">{escape(section.id)}</small></h2>'
    yield f'<p class="purpose" lang="en">{escape(section.purpose)}</p>'
    cells = "".join(f'<th class="{name}">{escape(text)}</th>' for name, text in heads)
    yield f"<table><thead><tr>{cells}</tr></thead><tbody>"
    for entry in section.entries:
        yield _row(packet, entry, told)
    yield "</tbody></table></section>"


def _row(packet: Packet, entry: Entry, told: Labels) -> str:
    note = f'<p class="key" lang="en">{escape(entry.note)}</p>' if entry.note else ""
    beside = "".join(_beside(packet, entry.key))
    boxes = "".join(f'<span><span class="box"></span>{escape(each)}</span>' for each in (told.ok, told.change))
    lines = max(_FEWEST_LINES[entry.part], packet.reviewed[entry.key].count("\n") + 1)
    room = f'<p class="line">{escape(told.new_words)}</p>' + '<p class="line"></p>' * (lines - 1)
    return (
        f'<tr class="{entry.part}" data-key="{escape(entry.key)}">'
        f'<td class="said"><p class="key" lang="en">{escape(entry.key)}</p>{_words(packet, packet.language, entry.key)}{note}</td>'
        f'<td class="beside">{beside}</td>'
        f'<td class="marks"><p class="choose">{boxes}</p>{room}<p class="line">{escape(told.remark)}</p></td></tr>'
    )


def _beside(packet: Packet, key: str) -> Iterator[str]:
    """The words of the other languages; the same words stand once, and not at all where they are those under review."""
    said: dict[str, list[str]] = {}
    for language in packet.beside:
        said.setdefault(packet.words[language][key], []).append(language)
    for text, languages in said.items():
        own = text == packet.reviewed[key]
        yield f'<p class="key" lang="en">{escape(" · ".join(languages))}{" =" if own else ""}</p>'
        if not own:
            yield _words(packet, languages[0], key)


def _words(packet: Packet, language: str, key: str) -> str:
    return f'<p class="words" lang="{NAMES[language].tag}">{escape(packet.words[language][key])}</p>'
