"""The check of the words finds every kind of mistake, and the compiled words are the checked ones."""

import gettext
from pathlib import Path

import pytest

from tools.words import (
    DESK,
    Finding,
    Words,
    check,
    compile_catalogues,
    placeholders,
    read,
    used_by_the_desk,
    used_by_the_program,
)

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
GOOD = {"q1": "안전합니까?", "card": "{g1} 기관"}
USED = frozenset(GOOD)


def po(words: dict[str, str], before: str = "", after: str = "") -> bytes:
    """Write a small catalogue; `before` stands before its first entry, `after` at its end."""
    entries = "\n".join(f'msgid "{key}"\nmsgstr "{text}"\n' for key, text in words.items())
    return f"{HEADER}{before}{entries}{after}".encode()


def catalogues(**changed: bytes) -> dict[str, Words]:
    """Give four good catalogues, but for those that are given."""
    sources = {"ko": po(GOOD), "ko_CN": po({"q1": "안전함까?"}), "zh_Hans": po(GOOD), "en": po(GOOD)} | changed
    return {locale: read(locale, source) for locale, source in sources.items()}


def test_good_words_pass() -> None:
    """Complete catalogues, with overrides in ko_CN, have no findings."""
    assert check(catalogues(), USED) == []


@pytest.mark.parametrize(
    ("locale", "source", "key", "what"),
    [
        ("ko", po({"q1": "x"}), "card", "is missing"),
        ("zh_Hans", po({"q1": "x"}), "card", "is missing"),
        ("en", po({"q1": "x"}), "card", "is missing"),
        ("en", po(GOOD | {"q1": ""}), "q1", "has no words"),
        ("en", po(GOOD | {"q1": " x"}), "q1", "begins or ends with white space"),
        ("en", po(GOOD | {"q1": "x\\n"}), "q1", "begins or ends with white space"),
        ("en", po(GOOD | {"old": "x"}), "old", "is used by no screen"),
        ("ko_CN", po({"old": "x"}), "old", "is used by no screen"),
        ("ko_CN", po({"old": "x"}), "old", "overrides a key that ko lacks"),
        ("en", po(GOOD, before="#, fuzzy\n"), "q1", "is marked fuzzy"),
        ("en", b"#, fuzzy\n" + po(GOOD), "(header)", "is missing, or is marked fuzzy"),
        ("en", po(GOOD, before='msgctxt "screen"\n'), "q1", "has a msgctxt"),
        ("en", po(GOOD, after='\nmsgid "one"\nmsgid_plural "many"\nmsgstr[0] "x"\n'), "one", "has a plural"),
        ("en", po(GOOD, after='\n#~ msgid "gone"\n#~ msgstr "x"\n'), "gone", "is an obsolete entry"),
        ("en", po(GOOD, after='\nmsgid "q1"\nmsgstr "y"\n'), "q1", "stands there twice"),
        ("en", po(GOOD | {"card": "x"}), "card", "has placeholders none, ko has {g1}"),
        ("zh_Hans", po(GOOD | {"card": "{g1} {g2}"}), "card", "has placeholders {g1}, {g2}, ko has {g1}"),
        ("ko_CN", po({"card": "{g2}"}), "card", "has placeholders {g2}, ko has {g1}"),
        ("en", po(GOOD | {"card": "{g1"}), "card", "expected '}'"),
        ("en", po(GOOD | {"card": "{g1.real}"}), "card", "is not a plain name"),
        ("en", po(GOOD | {"card": "{}"}), "card", "is not a plain name"),
        ("en", po(GOOD, after='\nmsgid "q1" msgstr "x"\n'), "(file)", "is no .po file"),
        ("en", po(GOOD, after='\nmsgid "new\nmsgstr "x"\n'), "(line 11)", "look at its quotes"),
        ("en", po(GOOD, after='\nmsgid "new"\nmsgstr "half a stri\n'), "(line 12)", "look at its quotes"),
        ("en", po(GOOD, after='\nmsgid "new"\nmsgstr "a "quoted" word"\n'), "(line 12)", "look at its quotes"),
        ("fr", po(GOOD), "(file)", "is a language that tools/words.py does not know"),
    ],
)
def test_each_mistake_is_found(locale: str, source: bytes, key: str, what: str) -> None:
    """A mistake is told with its key, its locale and what it is."""
    found = check(catalogues(**{locale: source}), USED)

    assert [finding for finding in found if (finding.key, finding.locale) == (key, locale) and what in finding.what]


@pytest.mark.parametrize("locale", ["ko", "ko_CN", "zh_Hans", "en"])
def test_a_missing_file_is_found(locale: str) -> None:
    """Each of the four catalogues must be there."""
    three = {name: words for name, words in catalogues().items() if name != locale}

    assert Finding("(file)", locale, f"locales/{locale}/naru.po is missing") in check(three, USED)


def test_a_mistake_of_the_reference_is_told_once() -> None:
    """A broken placeholder in ko is no finding against the other languages."""
    found = check(catalogues(ko=po(GOOD | {"card": "{g1"})), USED)

    assert [(finding.key, finding.locale) for finding in found] == [("card", "ko")]


def test_braces_in_words_are_doubled() -> None:
    """A doubled brace is a brace and no placeholder."""
    assert placeholders("{{a}} {b} {b}") == {"b"}


def _write(folder: Path, locale: str, source: bytes) -> None:
    (folder / locale).mkdir(parents=True)
    (folder / locale / "naru.po").write_bytes(source)


def test_compiled_words_are_read_by_gettext(tmp_path: Path) -> None:
    """The standard library reads what was compiled; a fuzzy entry is not in it."""
    _write(tmp_path / "po", "ko", po(GOOD, before="#, fuzzy\n"))

    (mo,) = compile_catalogues(tmp_path / "po", tmp_path / "mo")

    assert mo == tmp_path / "mo" / "ko" / "naru.mo"
    with mo.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("card") == "{g1} 기관"
    assert words.gettext("q1") == "q1"


def test_compiling_twice_gives_the_same_bytes_and_forgets_what_is_gone(tmp_path: Path) -> None:
    """The compiled file depends on the words alone; one without a source is removed."""
    _write(tmp_path / "po", "ko", po(GOOD))
    first, second = (compile_catalogues(tmp_path / "po", tmp_path / name)[0].read_bytes() for name in ("a", "b"))
    (tmp_path / "a" / "fr").mkdir()
    (tmp_path / "a" / "fr" / "naru.mo").write_bytes(b"stale")
    compile_catalogues(tmp_path / "po", tmp_path / "a")

    assert first == second
    assert b"2000-01-01" in first  # and not the minute in which it was compiled
    assert [path.parent.name for path in (tmp_path / "a").glob("*/naru.mo")] == ["ko"]


def test_the_program_tells_which_keys_it_uses() -> None:
    """The keys come from the program: questions, their options, and navigation are among them."""
    used = used_by_the_program()

    assert {"q1_safe", "q1_safe.safe_alone", "nav.wipe"} <= used
    assert len(used) > 100


def test_the_desks_words_have_no_overrides() -> None:
    """Its domain is complete in three languages; a fourth file is one too many, and a missing one is named as its own."""
    three = {locale: words for locale, words in catalogues().items() if locale != "ko_CN"}

    assert check(three, USED, DESK) == []
    assert Finding("(file)", "ko_CN", "is a language that tools/words.py does not know") in check(
        catalogues(), USED, DESK
    )
    del three["en"]
    assert Finding("(file)", "en", "locales/en/desk.po is missing") in check(three, USED, DESK)


def test_both_domains_are_compiled(tmp_path: Path) -> None:
    """Each into its own file, and one that has no source any more is removed without touching the other."""
    _write(tmp_path / "po", "ko", po(GOOD))
    (tmp_path / "po" / "ko" / "desk.po").write_bytes(po({"page.desk": "창구"}))
    compile_catalogues(tmp_path / "po", tmp_path / "mo")
    assert sorted(path.name for path in (tmp_path / "mo").rglob("*.mo")) == ["desk.mo", "naru.mo"]
    (tmp_path / "po" / "ko" / "desk.po").unlink()
    compile_catalogues(tmp_path / "po", tmp_path / "mo")

    assert [path.name for path in (tmp_path / "mo").rglob("*.mo")] == ["naru.mo"]


def test_the_desk_tells_which_keys_it_uses() -> None:
    """Those written in a page, a module or a script, and those that a module puts together."""
    used = used_by_the_desk()

    assert {"page.leave", "enter.slow", "js.passkey.none", "role.lead", "menu.queue"} <= used
    assert "no.such_key" not in used
