"""Runs the node scripts of this folder: C2SP's age vectors, and age-encryption as the other side of a seal."""

import base64
import fcntl
import hashlib
import json
import subprocess
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.node import node_command, npm_command

FOLDER = Path(__file__).parent
_INSTALL_SECONDS = 180  # nine small packages; a registry that doesn't answer is a failure, not a skip
_RUN_SECONDS = 60


@dataclass(frozen=True)
class Vector:
    """One CCTV test vector: an age file, and what must come of it (README.md of the npm package cctv-age)."""

    name: str
    expect: str  # "success", "no match", "HMAC failure", "header failure", "payload failure" or "armor failure"
    payload: str | None  # SHA-256 of what may be released, in hex
    identities: tuple[str, ...] = field(repr=False)
    passphrase: bool
    armored: bool
    file_key: bytes | None = field(repr=False)
    file: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """What a program must support to be held to this vector."""
        if self.armored:
            return "armored"
        if self.passphrase:
            return "scrypt"
        if not self.identities:
            return "no recipient"
        hybrid = any(identity.startswith("AGE-SECRET-KEY-PQ-1") for identity in self.identities)
        return "mlkem768x25519" if hybrid else "X25519"


def install() -> None:
    """Install exactly what package-lock.json names, once for each state of it; raises RuntimeError when it can't.

    Safe to call from several processes at once: one installs, the others wait for it.
    """
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    installed = FOLDER / "node_modules" / ".installed-from"
    with (FOLDER / "package-lock.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if installed.exists() and installed.read_text() == lock:
            return
        command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS
        )
        if done.returncode != 0:
            raise RuntimeError(f"npm ci failed in tests/interop, so the seal was not checked:\n{done.stderr[-2000:]}")
        installed.write_text(lock)


def vectors() -> list[Vector]:
    """Return every vector of the package."""
    return [_vector(line["name"], base64.b64decode(line["file"])) for line in map(json.loads, _run("vectors.mjs", ""))]


def typage(do: str, **request: Any) -> Any:
    """Ask age-encryption to do one thing; typage.mjs lists them."""
    return json.loads(_run("typage.mjs", json.dumps({"do": do, **request}))[0])


def typage_encrypt(plaintext: bytes, *recipients: str) -> bytes:
    """Return a file that age-encryption made."""
    answer = typage("encrypt", recipients=recipients, text64=base64.b64encode(plaintext).decode())
    return base64.b64decode(answer["file64"])


def typage_decrypt(file: bytes, identity: str) -> bytes:
    """Return what age-encryption reads in a file; raises ValueError with its reason when it refuses."""
    answer = typage("decrypt", identity=identity, file64=base64.b64encode(file).decode())
    if "refused" in answer:
        raise ValueError(answer["refused"])
    return base64.b64decode(answer["text64"])


def _run(script: str, request: str) -> list[str]:
    command = [*node_command(), script]
    done = subprocess.run(
        command, cwd=FOLDER, input=request, capture_output=True, text=True, check=False, timeout=_RUN_SECONDS
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def _vector(name: str, data: bytes) -> Vector:
    head, _, file = data.partition(b"\n\n")
    lines = [line.partition(": ") for line in head.decode().splitlines()]
    keys = {key: value for key, _, value in lines}
    return Vector(
        name=name,
        expect=keys["expect"],
        payload=keys.get("payload"),
        identities=tuple(value for key, _, value in lines if key == "identity"),
        passphrase="passphrase" in keys,
        armored=keys.get("armored") == "yes",
        file_key=bytes.fromhex(keys["file key"]) if "file key" in keys else None,
        file=zlib.decompress(file) if keys.get("compressed") == "zlib" else file,
    )
