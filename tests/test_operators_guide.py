"""docs/OPERATORS.md is true: its commands are run as they are written, one block after the other, in an empty folder."""

import os
import re
import subprocess

import pytest

from bot.commands.directory import directory
from tests.forked import program
from tests.operated import environment
from tools.words import ROOT

GUIDE = (ROOT / "docs" / "OPERATORS.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
SECONDS = 300  # for all of it; 104 were measured on a busy machine
MARK = "== block"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each block printed; they share one shell, which stops at the first command that fails."""
    folder = tmp_path_factory.mktemp("guide")
    work = folder / "work"
    work.mkdir()
    script = "\n".join(f'echo "{MARK}"\n{block}' for block in BLOCKS)
    with program(folder / "bin") as naru:
        ended = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=work,
            env=environment(PATH=f"{naru.parent}{os.pathsep}{os.environ['PATH']}"),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended.stdout.split(MARK)[1:]


def test_every_block_runs(ran: list[str]) -> None:
    """All of them, to the end."""
    assert len(ran) == len(BLOCKS)
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize(
    ("first_words", "expected"),
    [
        ("naru init bot", r"Published list 1: root, suspend-kim, suspend-lee, suspend-park, targets"),
        ("export NARU_DATA_DIR", r"Verified: list 1, 0 partners"),
        ("naru directory publish --renew", r"the dates were renewed"),
        ("naru directory export empty", r"Partners: 1 new"),
        (
            "naru directory review --folder lee",
            r"key 0000000a, until \d{4}-\d\d-\d\d: \d{5} \d{5}(.|\n)*Published list 2",
        ),
        ("naru directory check 7", r"Published list 5(.|\n)*7 +A fictional house +first: (.|\n)*"),
        ("naru directory status --folder kim", r"Published list 6"),
        ("naru directory export today", r"Your list is now version 6, with 1 partners"),
        ("naru directory suspend 7 --reason incident", r"Published at once: suspend-lee|Published list 6: suspend-lee"),
        ("ID=", r"is LIFTED(.|\n)*Published list 7"),
        ("mv park", r"key of park will count; compare by phone(.|\n)*Published list 8: root"),
        ("naru directory rotate-key --online", r"new online key(.|\n)*Published list 9: root"),
        (
            "naru directory audit verify shared\nnaru directory review",
            r"park: \d+ lines hold(.|\n)*bots obey within a minute",
        ),
        ("naru directory publish --again", r"Published list 10"),
        ("naru desk-opener", r"opening page naru-open.html, SHA-256 [0-9a-f]{64}(.|\n)*Published list 11"),
        ("naru directory check-opener", r"is the page that list 11 vouches for"),
        ("naru directory audit verify shared\n", r"kim: \d+ lines hold"),
    ],
)
def test_a_block_does_what_the_guide_says(ran: list[str], first_words: str, expected: str) -> None:
    """What is printed last is what the text around it promises."""
    matching = [said for block, said in zip(BLOCKS, ran, strict=True) if block.startswith(first_words)]
    assert matching
    assert re.search(expected, matching[-1])


def test_every_command_of_the_directory_is_in_the_guide() -> None:
    """Nobody has to find one out by herself."""
    names = [command.name or command.callback.__name__ for command in directory.registered_commands if command.callback]
    names += [str(group.name) for group in directory.registered_groups]
    shown = "\n".join(BLOCKS)

    assert len(names) == 17
    assert [name for name in names if f"naru directory {name}" not in shown] == []


def test_the_guide_is_short() -> None:
    """It is read by somebody who lives in spreadsheets."""
    assert len(GUIDE.splitlines()) < 240
