"""Where published files come from: a folder or an https address, and nothing beside it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError, SlowRetrievalError

from referrals.publishing.source import DEADLINE, Source
from tests.referrals.publishing.ceremony import HOUR, NOW, Ceremony


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without telling about it."""

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""


class BrokenOff(Quiet):
    """Promises more than it sends."""

    def do_GET(self) -> None:
        """Send half of what was promised."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x" * 50)


@contextmanager
def serving(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """Serve a folder on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def still() -> float:
    """A clock that stands."""
    return 0.0


def test_a_bot_reads_the_same_list_from_a_folder_and_from_an_address(tmp_path: Path) -> None:
    """Pinned from one, refreshed from the other."""
    ceremony = Ceremony(tmp_path / "folder").found()
    with serving(ceremony.published) as address:
        pinned = ceremony.client(tmp_path / "state", address).pin(NOW)
    verified = ceremony.client(tmp_path / "state").refresh(NOW + HOUR)

    assert (verified.refused, verified.directory.partners) == (None, pinned.directory.partners)


def test_a_file_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    """Not by dots and not by a link."""
    (tmp_path / "outside.json").write_text("secret")
    folder = tmp_path / "published"
    (folder / "metadata").mkdir(parents=True)
    (folder / "metadata" / "link.json").symlink_to(tmp_path / "outside.json")
    source = Source(str(folder), still)

    for url in ("../outside.json", "metadata/link.json", "metadata/../../outside.json"):
        with pytest.raises(DownloadHTTPError):
            source.download_bytes(url, 100)


def test_a_folder_that_is_gone_is_not_one_without_a_newer_root(tmp_path: Path) -> None:
    """404 tells tuf that there is no newer root; a disk that isn't mounted must not."""
    with pytest.raises(DownloadHTTPError) as gone:
        Source(str(tmp_path / "gone"), still).download_bytes("metadata/2.root.json", 100)
    with pytest.raises(DownloadHTTPError) as missing:
        Source(str(tmp_path), still).download_bytes("metadata/2.root.json", 100)

    assert (gone.value.status_code, missing.value.status_code) == (503, 404)


def test_more_than_was_signed_is_not_read(tmp_path: Path) -> None:
    """A file that doesn't end stops at its length."""
    (tmp_path / "long").write_bytes(bytes(101))

    with pytest.raises(DownloadLengthMismatchError):
        Source(str(tmp_path), still).download_bytes("long", 100)


def test_a_server_that_drips_is_left(tmp_path: Path) -> None:
    """However steadily the bytes come: the deadline is for the whole file."""
    (tmp_path / "slow").write_bytes(bytes(3 * 1024 * 1024))
    clock = count(step=DEADLINE / 2)

    with pytest.raises(SlowRetrievalError):
        Source(str(tmp_path), lambda: next(clock)).download_bytes("slow", 10**9)


def test_an_answer_that_breaks_off_is_a_failed_download(tmp_path: Path) -> None:
    """Not an error of urllib3's that nobody expects."""
    with serving(tmp_path, BrokenOff) as address, pytest.raises(DownloadError):
        Source(address, still).download_bytes("metadata/timestamp.json", 1000)


@pytest.mark.parametrize("where", ["http://example.org/list", "ftp://example.org", "file:///etc"])
def test_another_kind_of_address_is_refused(where: str) -> None:
    """Plain http only on this machine: what a bot asks for shows that it is one."""
    with pytest.raises(ValueError, match="folder or an https address"):
        Source(where, still)
