# The part of sqlcipher3 0.6.4 that referrals/database.py and its tests use; the package ships no types.
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, overload

_Value: TypeAlias = str | bytes | int | float | None
_Parameters: TypeAlias = Sequence[_Value] | Mapping[str, _Value]
_C = TypeVar("_C", bound=Connection)

SQLITE_BUSY: int
SQLITE_CANTOPEN: int
SQLITE_CORRUPT: int
SQLITE_FULL: int
SQLITE_IOERR: int
SQLITE_LOCKED: int
SQLITE_NOTADB: int
SQLITE_PERM: int
SQLITE_READONLY: int

sqlite_version: str

class Error(Exception):
    sqlite_errorcode: int
    sqlite_errorname: str

class DatabaseError(Error): ...
class IntegrityError(DatabaseError): ...
class OperationalError(DatabaseError): ...
class ProgrammingError(DatabaseError): ...

class Cursor(Iterator[Any]):
    lastrowid: int | None
    rowcount: int
    def __iter__(self) -> Cursor: ...
    def __next__(self) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def close(self) -> None: ...

class Connection:
    in_transaction: bool
    isolation_level: str | None
    total_changes: int
    row_factory: Any
    def execute(self, sql: str, parameters: _Parameters = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[_Parameters], /) -> Cursor: ...
    def set_key(self, key: str, /) -> None: ...
    def set_progress_handler(self, handler: Callable[[], int] | None, n: int, /) -> None: ...
    def close(self) -> None: ...

class Row:
    def __getitem__(self, key: str | int) -> Any: ...
    def keys(self) -> list[str]: ...

@overload
def connect(
    database: str, timeout: float = ..., *, isolation_level: str | None = ..., uri: bool = ..., check_same_thread: bool = ...
) -> Connection: ...
@overload
def connect(
    database: str,
    timeout: float = ...,
    *,
    isolation_level: str | None = ...,
    uri: bool = ...,
    check_same_thread: bool = ...,
    factory: type[_C],
) -> _C: ...
def complete_statement(statement: str) -> bool: ...
