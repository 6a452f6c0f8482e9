"""Builds what runs in a caseworker's browser, and holds the built files to their sources.

    python -m tools.browser build    install from the lockfile, bundle, write the files with their hashes
    python -m tools.browser check    types, and two fresh builds that equal each other and the committed files, byte for byte

The built files are committed, so that neither the desk nor `make demo` needs node.
"""

import fcntl
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.node import node_command, npm_command
from tools.wording.lists import lists

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "referrals" / "desk" / "browser"
STATIC = ROOT / "referrals" / "desk" / "static"
LISTS = SOURCES / "lists.js"
# Entry -> built file. What lies in a folder below static is not served: naru-open.html carries it within itself.
BUNDLES: Mapping[str, Path] = {"desk.js": STATIC / "desk.js", "open.js": STATIC / "opener" / "open.js"}
SUMS = SOURCES / "SHA256SUMS"

_SECONDS = 180  # thirteen small packages, or one build; a registry that does not answer is a failure, not a skip
_LANGS = {"ko": "ko", "zh_Hans": "zh"}  # what replies are written in
# Rules for screens before the agreement, or for the catalogue of Yanbian alone: a reply stands behind code and word.
_NOT_FOR_REPLIES = frozenset({"forbidden", "northern-spelling", "seen-before"})
_LIMITS = ("korean_sentence", "korean_screen", "chinese_clause", "chinese_screen")
_SYNTAX = re.compile(
    r"[\\^$.*+?()\[\]{}|/]"
)  # what JavaScript's "u" flag lets be escaped; re.escape would escape spaces too
_BANNER = "/*! Naru: built by tools/browser.py from referrals/desk/browser and its lockfile. Not edited by hand. */"


class BuildError(Exception):
    """The bundle could not be built, or is not what its sources say: the message says which and what to do."""


def lists_module() -> str:
    """The wording lists as a module: one regular expression a rule and language, and the lengths."""
    rules = [dict(each) for each in _rules()]
    limits = {name: getattr(lists().limits, name) for name in _LIMITS}
    body = json.dumps({"rules": rules, "limits": limits}, ensure_ascii=False, indent=1, sort_keys=True)
    return f"// Made by tools/browser.py from tools/wording/lists.toml. Not edited by hand.\nexport default {body};\n"


def _rules() -> Iterator[dict[str, str]]:
    for each in lists().lists:
        for locale in sorted(set(each.locales) & _LANGS.keys()):
            if each.rule not in _NOT_FOR_REPLIES:
                words = sorted(each.words, key=len, reverse=True)  # where two begin at one place, the longer is told
                patterns = [*(_SYNTAX.sub(r"\\\g<0>", word) for word in words), *each.patterns]
                yield {
                    "rule": each.rule,
                    "lang": _LANGS[locale],
                    "pattern": "|".join(patterns),
                    "unless": "|".join(each.unless),
                }


def install() -> None:
    """Install exactly what package-lock.json names, once for each state of it. Raises BuildError."""
    lock = SOURCES / "package-lock.json"
    state = hashlib.sha256(lock.read_bytes()).hexdigest()
    installed = SOURCES / "node_modules" / ".installed-from"
    with lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # several test processes ask at once; one installs
        if not installed.exists() or installed.read_text() != state:
            _run([*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci")
            installed.write_text(state)


def bundle(entry: str, folder: Path) -> bytes:
    """Bundle one entry into `folder` and return its bytes. Raises BuildError."""
    made = folder / entry
    options = [
        "--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8", "--legal-comments=eof", "--log-level=warning",
        f"--banner:js={_BANNER}", f"--outfile={made}",
    ]  # fmt: skip
    _run([*node_command(), "node_modules/esbuild/bin/esbuild", entry, *options], f"esbuild {entry}")
    return made.read_bytes()


def build() -> None:
    """Write lists, bundles and their hashes. Raises BuildError."""
    LISTS.write_text(lists_module(), "utf-8")
    install()
    with TemporaryDirectory() as folder:
        for entry, target in BUNDLES.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(bundle(entry, Path(folder)))
    SUMS.write_text(sums(), "ascii")


def sums() -> str:
    """The hashes of the committed bundles, as `sha256sum -c` reads them in referrals/desk."""
    names = {target: target.relative_to(STATIC.parent) for target in BUNDLES.values()}
    return "".join(f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {name}\n" for each, name in names.items())


def check() -> None:
    """Raise BuildError unless types hold, and two builds equal each other and what is committed."""
    if LISTS.read_text("utf-8") != lists_module():
        raise BuildError("lists.js differs from tools/wording/lists.toml. Run: python -m tools.browser build")
    install()
    _run([*node_command(), "node_modules/typescript/bin/tsc", "--project", "."], "types")
    for entry, target in BUNDLES.items():
        with TemporaryDirectory() as one, TemporaryDirectory() as other:
            first, second = bundle(entry, Path(one)), bundle(entry, Path(other))
        if first != second:
            raise BuildError(f"{entry}: two builds of the same sources differ, so nobody could verify the built file.")
        if first != target.read_bytes():
            raise BuildError(f"{target.name} is not what its sources give. Run: python -m tools.browser build")
    if SUMS.read_text("ascii") != sums():
        raise BuildError("SHA256SUMS differs from the built files. Run: python -m tools.browser build")


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode != 0 or done.stderr.strip():
        raise BuildError(f"{what} failed in {SOURCES.relative_to(ROOT)}:\n{(done.stdout + done.stderr)[-2000:]}")


def main(arguments: list[str]) -> int:
    """Run `build` or `check`."""
    commands = {"build": build, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__)
        return 2
    try:
        commands[arguments[0]]()
    except BuildError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
