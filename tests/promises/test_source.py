"""N15: what the product imports, and where it connects. The one promise that is about its source."""

import ast
import re
import sys
from pathlib import Path

from tools.words import ROOT

# Every package that the product may import, beside the standard library and itself. A new one is a decision about her data.
KNOWN = {
    *(
        "argon2",
        "babel",
        "cryptography",
        "openpyxl",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "securesystemslib",
        "sqlcipher3",
    ),
    *("starlette", "telegram", "tuf", "typer", "click", "uvicorn", "urllib3", "zoneinfo"),
    *("fido2", "jinja2", "pyotp"),
}
# What can open a connection, and the only folders or files that may use it: the messenger, the list of partners, the desk's mail, and
# what serves pages here.
CONNECTING = {
    "telegram": ("bot/channels/telegram.py",),
    "httpx": (),
    "socket": ("bot/practice/", "bot/commands/", "referrals/desk/notices/"),
    "uvicorn": ("bot/practice/", "bot/commands/", "referrals/desk/"),
    "urllib3": ("referrals/publishing/source.py",),
    "tuf.ngclient": ("referrals/publishing/",),
    "smtplib": ("referrals/desk/notices/sending.py",),  # the desk's mail, which says nothing
    **dict.fromkeys(
        (
            "requests",
            "aiohttp",
            "ftplib",
            "http.client",
            "urllib.request",
            "xmlrpc",
            "telnetlib",
            "webbrowser",
        ),
        (),
    ),
}
HOSTS = {"api.telegram.org", "localhost", "127.0.0.1", "host", "name", "name."}  # the last three stand in descriptions


def sources() -> list[Path]:
    """Every module of the product."""
    return sorted(path for package in ("bot", "referrals") for path in (ROOT / package).rglob("*.py"))


def called(path: Path) -> set[str]:
    """Names of everything that a module calls."""
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {ast.unparse(node.func).rpartition(".")[2] for node in tree if isinstance(node, ast.Call)}


def imported(path: Path) -> set[str]:
    """Full names of the modules that a module imports, those inside functions as well."""
    found_there: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found_there |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found_there |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found_there


def addresses(path: Path) -> set[str]:
    """Hosts of the addresses that stand in a module's strings; in docstrings sources are named."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    ]
    return {host for text in texts for host in re.findall(r"[a-z]://([a-z0-9][a-z0-9.-]*)", text)}


def test_n15_nobody_but_the_messenger_gets_anything_of_her() -> None:
    """N15: no module imports a package that is not known here, connects anywhere else, or names another host."""
    strangers, connections, hosts = set(), set(), set()
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for module in imported(path):
            top = module.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in KNOWN | {"bot", "referrals", "tools"}:
                strangers.add((name, top))
            for connecting, allowed in CONNECTING.items():
                if (module == connecting or module.startswith(f"{connecting}.")) and not name.startswith(
                    allowed or ("-",)
                ):
                    connections.add((name, connecting))
        hosts |= addresses(path) - HOSTS
    assert len(sources()) > 100
    assert (strangers, connections) == (set(), set())
    assert hosts == set()
