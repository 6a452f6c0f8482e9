"""Reads published files from a folder or an https address, for python-tuf's client; remembers the last one for the words of an error."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface
from tuf.ngclient.urllib3_fetcher import Urllib3Fetcher
from urllib3.exceptions import HTTPError

TIMEOUT = 10  # seconds without a byte; the bot asks once a minute
# Seconds for one file, however steadily it drips: 64 MiB at 0.5 MB/s. A server that is slower keeps a bot from newer files, which alarms.
DEADLINE = 120
_CHUNK_BYTES = 1024 * 1024
_NOT_FOUND = 404
_UNAVAILABLE = 503
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Source(FetcherInterface):
    """The published part of a repository: `metadata/` and `targets/` under one folder or address."""

    def __init__(self, where: str, monotonic: Callable[[], float]) -> None:
        """`where` is a folder or an https address (http only on this machine); raises ValueError for anything else."""
        parts = urlsplit(where)
        remote = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if parts.scheme and not remote:
            raise ValueError("the partner list is read from a folder or an https address")
        self._base = where.rstrip("/")
        self._remote = Urllib3Fetcher(socket_timeout=TIMEOUT) if remote else None
        self._folder = Path(where).resolve()
        self._monotonic = monotonic
        self.last_name = ""  # of the metadata asked for last: "timestamp.json", "7.targets.json"
        self.last_bytes = b""

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """As FetcherInterface; metadata comes this way."""
        self.last_name, self.last_bytes = url.rpartition("/")[2], b""
        self.last_bytes = super().download_bytes(url, max_length)
        return self.last_bytes

    def _fetch(self, url: str) -> Iterator[bytes]:
        """Return the chunks of the file at `url`, which begins with metadata/ or targets/. Raises DownloadError, then as later."""
        if self._remote is not None:
            return self._in_time(self._remote.fetch(f"{self._base}/{url}"))
        path = (self._folder / url).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            # A folder that isn't there at all must not look like one without a newer root.
            raise DownloadHTTPError("no such file", _NOT_FOUND if self._folder.is_dir() else _UNAVAILABLE)
        return self._in_time(_chunks(path))

    def _in_time(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Give the chunks on until the deadline; what breaks on the way is a DownloadError too, which tuf leaves to the fetcher."""
        until = self._monotonic() + DEADLINE
        try:
            for chunk in chunks:
                yield chunk
                if self._monotonic() > until:
                    raise SlowRetrievalError("too slow")
        except (OSError, HTTPError) as error:
            raise DownloadError("broken off") from error


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
