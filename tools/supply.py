"""What Naru is built from: `python -m tools.supply bill` writes it down, `python -m tools.supply check` asks for known vulnerabilities.

The bill of materials (CycloneDX 1.6, JSON) names every locked package with its hashes: what Python runs, and what is bundled for the
caseworker's browser. The check is green only when every package was really looked up: pip-audit by itself says that it could not ask, and
ends as if all were well.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("run", "build")  # what is installed where Naru runs; dev.txt stays on developers' machines
BROWSER_LOCK = ROOT / "referrals" / "desk" / "browser" / "package-lock.json"
BILL = ROOT / "dist" / "naru.cdx.json"

Json: TypeAlias = dict[str, Any]


def locked(text: str) -> dict[str, str]:
    """The packages of a lock file: name -> version. A marker does not matter: what may be installed is asked for."""
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement = Requirement(line.split("--hash=")[0].strip())
            (pin,) = requirement.specifier
            found[str(canonicalize_name(requirement.name))] = pin.version
    return found


def findings(untrusted_report: Json, asked: Mapping[str, str]) -> list[str]:
    """What is wrong by a report of pip-audit (`-f json`): known vulnerabilities, and every package that was not looked up."""
    told = {str(canonicalize_name(str(each.get("name")))): each for each in untrusted_report.get("dependencies", [])}
    lines = []
    for name, version in sorted(asked.items()):
        each = told.get(name)
        if each is None or "vulns" not in each or each.get("version") != version:
            lines.append(f"{name} {version}: NOT LOOKED UP")
            continue
        for vulnerability in each["vulns"]:
            fixed = ", ".join(vulnerability.get("fix_versions") or ["none yet"])
            lines.append(f"{name} {version}: {vulnerability.get('id')}, fixed in: {fixed}")
    return lines


def browser_components(lock: Json) -> list[Json]:
    """The packages of the browser's bundle as components of a bill, with their hashes in hex, from a package-lock.json."""
    components = []
    for path, package in sorted(lock.get("packages", {}).items()):
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("optional"):  # the folder itself, and builds for other machines
            continue
        components.append(
            {
                "type": "library",
                "name": name,
                "version": package["version"],
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{package['version']}",
                "bom-ref": f"npm:{name}@{package['version']}",
                "properties": [{"name": "integrity", "value": package["integrity"]}],
            }
        )
    return components


def with_browser(bill: Json, components: Iterable[Json]) -> Json:
    """A bill of materials with the browser's packages in it."""
    return bill | {"components": [*bill.get("components", []), *components]}


def _check() -> int:
    asked: dict[str, str] = {}
    lines: list[str] = []
    for name in LOCKS:
        lock = ROOT / "requirements" / f"{name}.txt"
        wanted = locked(lock.read_text("utf-8"))
        command = [
            "pip-audit",
            "--require-hashes",
            "--disable-pip",
            "-r",
            str(lock),
            "-f",
            "json",
            "--progress-spinner",
            "off",
        ]
        said = subprocess.run([_beside(command[0]), *command[1:]], capture_output=True, text=True, check=False)
        try:
            report = json.loads(said.stdout)
        except ValueError:
            report = {}
        lines += findings(report, wanted)
        asked |= wanted
    for line in lines:
        print(line)
    missed = sum(line.endswith("NOT LOOKED UP") for line in lines)
    if missed:
        print(
            f"NOT CHECKED: {missed} of {len(asked)} packages could not be looked up. Run it where pypi.org or osv.dev can be reached."
        )
    elif not lines:
        print(f"{len(asked)} packages looked up: no known vulnerability.")
    return 1 if lines else 0


def _bill() -> int:
    command = [_beside("cyclonedx-py"), "requirements", str(ROOT / "requirements" / "run.txt")]
    options = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--output-format", "JSON"]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    lock = json.loads(BROWSER_LOCK.read_text("utf-8"))
    BILL.parent.mkdir(exist_ok=True)
    whole = with_browser(json.loads(made.stdout), browser_components(lock))
    BILL.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"Wrote {BILL.relative_to(ROOT)}: {len(whole['components'])} components.")
    return 0


def _beside(program: str) -> str:
    """A program of the environment that this one runs in."""
    return str(Path(sys.executable).with_name(program))


if __name__ == "__main__":
    sys.exit({"bill": _bill, "check": _check}[sys.argv[1]]())
