"""Connections to the store: a small pool, deadlines kept by the client, foreign errors translated once."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.rows import DictRow, dict_row

from mdjourney_contract.tracing import request_id
from mdjourney_store.problems import StoreAway, Unstorable

_T = TypeVar("_T")
_TELL_REQUEST: Final = "SELECT set_config('application_name', %s, TRUE)"
Row = DictRow
Connection = psycopg.Connection[DictRow]

#: What PostgreSQL says of a value that is larger or nested deeper than it takes; psycopg files it under "operational".
LIMITS: Final = (psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex)
#: What it says of a value that has no place in a column, or points nowhere.
_REFUSED: Final = (*LIMITS, psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation)

#: PostgreSQL's integers know no such value: how long a whole unit of work may take when nothing else is said.
DEFAULT_SECONDS: Final = 10.0


@contextlib.contextmanager
def foreign_errors() -> Iterator[None]:
    """Turn what psycopg and SQLAlchemy say about an absent server into `StoreAway`."""
    try:
        yield
    except LIMITS:
        raise  # about a value, not about the server
    except psycopg.OperationalError as error:
        raise StoreAway(f"the metadata store does not answer: {_first_line(error)}") from error
    except psycopg.InterfaceError as error:
        raise StoreAway(f"the connection to the metadata store was lost: {_first_line(error)}") from error
    except psycopg.Error:
        raise
    except Exception as error:
        # SQLAlchemy wraps psycopg's errors; it is not imported here because a backend does not load it
        original = getattr(error, "orig", None)
        if isinstance(original, psycopg.OperationalError | psycopg.InterfaceError):
            raise StoreAway(f"the metadata store does not answer: {_first_line(original)}") from error
        raise


@contextlib.contextmanager
def refused_values() -> Iterator[None]:
    """Turn what the driver and PostgreSQL say about a value somebody asked with into `Unstorable`.

    For questions of people, whose values may be anything; whoever sends documents finds the one at fault by itself.
    """
    try:
        yield
    except (UnicodeEncodeError, *_REFUSED) as error:
        raise Unstorable(_first_line(error)) from error
    except psycopg.DataError as error:
        # without a state it is the driver's: about NUL in what was asked, or about a row that cannot be read
        if error.sqlstate is None and "NUL" not in str(error):
            raise
        raise Unstorable(_first_line(error)) from error


class Bounded(psycopg.Connection[DictRow]):
    """A connection whose every wait for the server ends at `deadline` (monotonic seconds).

    A server stopped by a signal answers nothing and its `statement_timeout` does not run either: only the client's
    own clock helps.
    """

    deadline: float | None = None

    def wait(self, gen: PQGen[_T], interval: float = 0.1, timeout: float | None = None) -> _T:
        if self.deadline is None:
            return super().wait(gen, interval)
        try:
            return super().wait(_until(gen, self.deadline), min(interval, 0.1))
        except _TimeIsUp:
            self.pgconn.finish()
            raise psycopg.OperationalError("no answer before the deadline") from None


class _TimeIsUp(Exception):
    pass


def _until(gen: PQGen[_T], deadline: float) -> Generator[Any, Any, _T]:
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > deadline:
                raise _TimeIsUp
            wanted = gen.send(ready)
    except StopIteration as done:
        result: _T = done.value
        return result


class Store:
    """The metadata store at one psycopg URL. Cheap to make: connects when first used. Safe to share by threads.

    Args:
        url: `postgresql://...`; holds a password, never log it.
        size: connections kept and given out at most.
        seconds: default deadline of one unit of work (`transaction`).
    """

    def __init__(self, url: str, *, size: int = 8, seconds: float = DEFAULT_SECONDS) -> None:
        self._url = url
        self._seconds = seconds
        self._idle: queue.LifoQueue[Bounded] = queue.LifoQueue()
        self._slots = threading.BoundedSemaphore(size)
        self._closed = False
        self._memory: dict[str, tuple[float, Any]] = {}
        self._answers = True

    @property
    def answers(self) -> bool:
        """Whether the server did when it was last asked."""
        return self._answers

    @contextlib.contextmanager
    def transaction(self, seconds: float | None = None) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end of the block, rolled back on an error.

        The server shows on whose behalf it works: `application_name` is `mdjourney <request id>` inside, where a request
        stands behind it.

        Args:
            seconds: deadline for everything inside, waiting for a free connection included.

        Raises:
            StoreAway: no connection, no answer in time, or the server went away meanwhile. Whether a commit that was
                under way took effect is not known then: what is sent must be idempotent.
        """
        with self.statements(seconds) as connection, connection.transaction():
            if behind := request_id.get():
                connection.execute(_TELL_REQUEST, (f"mdjourney {behind}"[:63],))
            yield connection

    @contextlib.contextmanager
    def statements(self, seconds: float | None = None) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own: it sees the newest committed rows, and what it
        writes is committed when it answers. As `transaction`, without the two round trips of one."""
        deadline = time.monotonic() + (self._seconds if seconds is None else seconds)
        try:
            with foreign_errors():
                if not self._slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
                    raise StoreAway("all connections to the metadata store are busy")
                try:
                    connection = self._take(deadline)
                    try:
                        yield connection
                    finally:
                        self._give_back(connection)
                finally:
                    self._slots.release()
        except StoreAway:
            self._answers = False
            raise
        self._answers = True

    def remembered(self, key: str, seconds: float, ask: Callable[[], _T]) -> _T:
        """What `ask` gave less than `seconds` ago under this key; asked again when older. Two threads may ask at once."""
        found = self._memory.get(key)
        if found is None or found[0] < time.monotonic():
            found = self._memory[key] = (time.monotonic() + seconds, ask())
        value: _T = found[1]
        return value

    def close(self) -> None:
        """Close idle connections; those in use close when they come back."""
        self._closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _take(self, deadline: float) -> Bounded:
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return self._connect(deadline)
            connection.deadline = deadline
            if _usable(connection):
                return connection
            connection.close()

    def _connect(self, deadline: float) -> Bounded:
        left = max(2, round(min(5.0, deadline - time.monotonic())))
        milliseconds = round(self._seconds * 1000)
        connection = Bounded.connect(
            self._url,
            row_factory=dict_row,
            connect_timeout=left,
            autocommit=True,
            options=f"-c statement_timeout={milliseconds} -c timezone=UTC -c client_min_messages=warning",
            application_name="mdjourney",
        )
        connection.deadline = deadline
        return connection

    def _give_back(self, connection: Bounded) -> None:
        connection.deadline = None
        idle = psycopg.pq.TransactionStatus.IDLE
        if self._closed or connection.closed or connection.info.transaction_status != idle:
            connection.close()
        else:
            self._idle.put(connection)


def _usable(connection: Bounded) -> bool:
    """Whether the server has not closed the connection while it lay idle; asks the socket, not the server."""
    if connection.closed:
        return False
    try:
        connection.pgconn.consume_input()
    except psycopg.OperationalError:
        return False
    return connection.pgconn.status == psycopg.pq.ConnStatus.OK


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]
