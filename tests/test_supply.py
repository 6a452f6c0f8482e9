"""The check of known vulnerabilities is never green by not having asked, and the bill names everything that is shipped."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.supply import BROWSER_LOCK, browser_components, findings, locked, with_browser
from tools.words import ROOT

ASKED = {"fictional-one": "1.0", "fictional-two": "2.0"}
# What pip-audit 2.10 printed on a machine without a network, shortened and renamed.
SKIPPED: dict[str, Any] = {
    "dependencies": [
        {
            "name": "fictional-one",
            "skip_reason": "Dependency not found on PyPI and could not be audited: fictional-one (1.0)",
        },
        {"name": "fictional-two", "version": "2.0", "vulns": []},
    ],
    "fixes": [],
}


def _report(*found: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": [{"name": "Fictional_One", "version": "1.0", "vulns": []}, *found]}


def test_a_package_that_was_not_looked_up_is_a_finding() -> None:
    """Skipped, missing from the report, or looked up in another version: each is told."""
    assert findings(SKIPPED, ASKED) == ["fictional-one 1.0: NOT LOOKED UP"]
    assert findings({}, ASKED) == ["fictional-one 1.0: NOT LOOKED UP", "fictional-two 2.0: NOT LOOKED UP"]
    other = _report({"name": "fictional-two", "version": "2.1", "vulns": []})
    assert findings(other, ASKED) == ["fictional-two 2.0: NOT LOOKED UP"]


def test_a_known_vulnerability_is_told_with_its_remedy() -> None:
    """Its name and the version that mends it; nothing wrong is an empty list."""
    vulnerable = {"id": "FICTION-2026-1", "fix_versions": ["2.1"]}
    told = findings(_report({"name": "fictional-two", "version": "2.0", "vulns": [vulnerable]}), ASKED)
    assert told == ["fictional-two 2.0: FICTION-2026-1, fixed in: 2.1"]
    assert findings(_report({"name": "fictional-two", "version": "2.0", "vulns": []}), ASKED) == []


def test_the_check_fails_loudly_when_it_could_not_ask(tmp_path: Path) -> None:
    """Run with a pip-audit that reaches nothing, as on this machine: exit code 1 and the words NOT CHECKED."""
    program = tmp_path / "pip-audit"
    program.write_text("#!/bin/sh\necho 'could not be audited' >&2\nexit 0\n", "ascii")
    program.chmod(0o755)
    code = (
        f"import sys, tools.supply as supply\nsupply._beside = lambda _: {str(program)!r}\nsys.exit(supply._check())\n"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert "NOT CHECKED" in said.stdout


def test_a_lock_is_read_whole() -> None:
    """Every pinned package of run.txt is asked for, markers and all."""
    text = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    assert len(locked(text)) == sum("==" in line for line in text.splitlines())
    assert "cryptography" in locked(text)


def test_the_bill_names_what_the_browser_gets() -> None:
    """Each package of the bundle's lock has name, version and integrity; the lock's own folder is none."""
    components = browser_components(json.loads(BROWSER_LOCK.read_text("utf-8")))
    assert "age-encryption" in {each["name"] for each in components}
    assert all(each["properties"][0]["value"].startswith("sha512-") for each in components)
    assert with_browser({"components": [{"name": "fictional"}]}, components)["components"][0] == {"name": "fictional"}
