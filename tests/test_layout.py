"""The layout holds: every module explains itself, stays small, and has a test file that mirrors it."""

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tools.words import ROOT

MODULE_LINES = 300
FUNCTION_LINES = 50  # its docstring not counted
PACKAGES = ("bot", "referrals")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# Modules without a test file of their own name, and where (under tests/) they are tested. Each has its reason.
TESTED_ELSEWHERE = {
    # Fixtures are data; the test of the directory loads them.
    "referrals/fixtures/__init__.py": "referrals/test_directory.py",
}
DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def parse(module: Path) -> ast.Module:
    """Read a module without importing it."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the module's public classes and functions, and the public methods of public classes."""
    for node in tree.body:
        if isinstance(node, DOCUMENTED) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (each for each in node.body if isinstance(each, FUNCTIONS) and not each.name.startswith("_"))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its docstring and decorators."""
    documented = ast.get_docstring(function) is not None
    first = function.body[0]
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def test_there_are_modules() -> None:
    """The tests below look at something."""
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_explains_itself(module: Path) -> None:
    """It has a docstring, and so has every public class, function and method in it."""
    tree = parse(module)

    assert ast.get_docstring(tree)
    assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_small(module: Path) -> None:
    """It has at most 300 lines, and no function in it more than 50."""
    lines = len((ROOT / module).read_text(encoding="utf-8").splitlines())
    long = {node.name: length(node) for node in ast.walk(parse(module)) if isinstance(node, FUNCTIONS)}

    assert lines <= MODULE_LINES
    assert {name: size for name, size in long.items() if size > FUNCTION_LINES} == {}


def does_something(module: Path) -> bool:
    """Say whether the module has any function; one that only declares types has nothing to test.

    A package's own file may hold its types and errors with their methods; only functions count there.
    """
    tree = parse(module)
    return any(isinstance(node, FUNCTIONS) for node in (tree.body if module.stem == "__init__" else ast.walk(tree)))


@pytest.mark.parametrize("module", [module for module in MODULES if does_something(module)], ids=str)
def test_a_module_has_its_test(module: Path) -> None:
    """tests/ mirrors it, or TESTED_ELSEWHERE says which file tests it."""
    elsewhere = TESTED_ELSEWHERE.get(str(module))
    name = module.parent.name if module.stem == "__init__" else module.stem.strip("_")
    mirror = ROOT / "tests" / (elsewhere or module.parent / f"test_{name}.py")

    assert mirror.is_file()


def test_no_exception_outlives_its_module() -> None:
    """Every module in TESTED_ELSEWHERE exists, and has no test file of its own by now."""
    stale = [name for name in TESTED_ELSEWHERE if Path(name) not in MODULES]
    mirrored = [
        name for name in TESTED_ELSEWHERE if (ROOT / "tests" / Path(name).parent / f"test_{Path(name).name}").exists()
    ]

    assert (stale, mirrored) == ([], [])


@pytest.mark.parametrize("test", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_a_test_states_its_fact(test: Path) -> None:
    """Every test has a docstring of its own."""
    tree = ast.parse(test.read_text(encoding="utf-8"))
    tests = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS) and node.name.startswith("test_")]

    assert [node.name for node in tests if not ast.get_docstring(node)] == []


def test_no_test_leaves_this_machine() -> None:
    """A connection to anything but loopback fails at once; the address is one of those kept for documentation (RFC 5737)."""
    with (
        socket.socket() as outside,
        pytest.warns(UserWarning, match="tried to use socket"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 443))
