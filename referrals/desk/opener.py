"""naru-open.html: one file that opens sealed files from disk, without network and without any server's script. Pure.

The page carries script, style and words within itself. Its policy, in its own first line, lets exactly this script and this style run, and
nothing be asked of anybody; the operators sign the file as a target of the partner list's repository, so that it is known to be ours.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from referrals.desk.words import LANGS, DeskWords, Lang

NAME: Final = "naru-open.html"
KEYS = (
    "opener.title", "opener.what", "opener.files", "opener.key", "opener.key_hint", "opener.words_hint", "opener.signer",
    "opener.signer_label", "opener.signer_hint",
)  # fmt: skip
_STYLE: Final = "desk.css"


class UnsafeToInline(ValueError):
    """A built file holds text that would end its own element in a page. Build it anew: `python -m tools.browser build`."""


def opener(static: Traversable | Path, words: DeskWords, labels: Mapping[Lang, Mapping[str, str]]) -> bytes:
    """The page, from the built files in `static`; the same for the same files and words. Raises UnsafeToInline."""
    script = (static / "opener" / "open.js").read_text("utf-8")
    style = (static / _STYLE).read_text("utf-8")
    if any(end in script.lower() for end in ("</script", "<!--")) or "</style" in style.lower():
        raise UnsafeToInline
    catalogue = {lang: {"words": _words(words, lang), "labels": dict(labels[lang])} for lang in LANGS}
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<title>Naru</title>\n'
        f'<style>{style}</style>\n</head>\n<body>\n<main id="main"></main>\n'
        f'<script type="application/json" id="catalogue">{_inert(catalogue)}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    ).encode()


def policy(script: str, style: str) -> str:
    """The page's Content-Security-Policy: this script and this style, by their hashes, and nothing else at all."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _words(words: DeskWords, lang: Lang) -> dict[str, str]:
    return words.for_browser(lang) | {key: words.say(key, lang) for key in KEYS}


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _inert(value: object) -> str:
    """JSON in which nothing can end the element around it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")
