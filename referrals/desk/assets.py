"""What the pages load: style and script, named by their hash, so that a page pins what it was made for."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}


def shipped_static() -> Traversable | Path:
    """Where the built files lie."""
    return files("referrals.desk") / "static"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, its type, and the hash by which pages and the CSP name it."""

    name: str
    content: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Its Content-Type."""
        return _TYPES[Path(self.name).suffix]

    @property
    def integrity(self) -> str:
        """`sha256-…` as the integrity attribute and a CSP source have it."""
        return f"sha256-{base64.b64encode(hashlib.sha256(self.content).digest()).decode('ascii')}"

    @property
    def path(self) -> str:
        """Where it is served; other bytes have another path."""
        return f"/static/{hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"


class Assets:
    """Every file of a folder, read once at the start."""

    def __init__(self, folder: Traversable | Path) -> None:
        """`folder` holds the built files; what is in folders below it is not served."""
        found = [each for each in folder.iterdir() if each.is_file() and Path(each.name).suffix in _TYPES]
        self._by_name = {each.name: Asset(each.name, each.read_bytes()) for each in found}
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    def named(self, name: str) -> Asset:
        """The file of that name. Raises KeyError: a page that asks for what is not built is a mistake of ours."""
        return self._by_name[name]

    def has(self, name: str) -> bool:
        """Tell whether it was built."""
        return name in self._by_name

    def at(self, untrusted_path: str) -> Asset | None:
        """The file that is served at a path."""
        return self._by_path.get(untrusted_path)
