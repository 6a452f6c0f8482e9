"""Runs the modules of referrals/desk/browser under node, so that Python and they can be held to each other."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.node import node_command
from tools.browser import install

FOLDER = Path(__file__).parent
_RUN_SECONDS = 120


def asked(*requests: dict[str, Any]) -> list[Any]:
    """The answers to several requests, in one run of node; driver.mjs lists what can be asked."""
    install()
    done = subprocess.run(
        [*node_command(), "driver.mjs"],
        cwd=FOLDER, input=json.dumps(requests), capture_output=True, text=True, check=False, timeout=_RUN_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"driver.mjs failed:\n{done.stderr[-2000:]}")
    answers: list[Any] = json.loads(done.stdout)
    return answers


def ask(do: str, **request: Any) -> Any:
    """The answer to one request."""
    return asked({"do": do, **request})[0]
