"""Roles in the projects of one tree: read from the store now and then, kept on disk for when it is away."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from mdjourney_backend.permissions.rights import ProjectRole, Rights
from mdjourney_contract.people import SYSTEM, Identity
from mdjourney_contract.problems import MDJourneyError, NotFound
from mdjourney_store.catalogue.projects import project as project_in_store
from mdjourney_store.connection import Store
from mdjourney_store.viewer import Viewer

_log = logging.getLogger(__name__)

#: Seconds between looks at the store.
REFRESH_SECONDS: Final = 15.0
_AWAY_SECONDS: Final = 60.0
_ALL: Final = Viewer(SYSTEM.user_id, SYSTEM.domain, "admin")

#: project -> (user id, domain) -> role
Roles = Mapping[str, Mapping[tuple[str, str], ProjectRole]]


class RoleBook:
    """What the store said last. Asking never waits: a thread of its own reads the store and the disk.

    Args:
        path: where the last word is kept, on this machine's disk (0600).
        owner, members: of the session config; they count for projects the store has told nothing of.
        database_url: None: there is no store, the config alone says.
        project_ids: the projects of the tree now.
        introduce: makes owner and members known to the store as people of these projects; it gives each of them a role
            once, so that one taken away stays away.
    """

    def __init__(
        self,
        path: Path,
        *,
        owner: Identity,
        members: Iterable[str],
        database_url: str | None,
        project_ids: Callable[[], Iterable[str]],
        introduce: Callable[[Store, Sequence[str]], None] = lambda _store, _ids: None,
    ) -> None:
        self._path = path
        self._owner = (owner.user_id, owner.domain)
        self._members = frozenset((name, "local") for name in members)
        self._project_ids = project_ids
        self._introduce = introduce
        self._introduced: set[str] = set()
        self._store = Store(database_url, size=1, seconds=5) if database_url else None
        self._roles: Roles = _kept(path) if database_url else {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mdj-roles", daemon=True)

    def rights(self, person: Identity) -> Rights:
        """What a person may do, as far as is known now."""
        key = (person.user_id, person.domain)
        standing: ProjectRole | None = (
            "admin" if key == self._owner else "operator" if key in self._members else None
        )
        roles = self._roles
        mine = {project: people[key] for project, people in roles.items() if key in people}
        return Rights(person, standing, frozenset(roles), mine)

    def start(self) -> None:
        """Begin to read the store; nothing happens where there is none."""
        if self._store is not None:
            self._thread.start()

    def stop(self) -> None:
        """End; a look at the store that is under way is waited for (5 seconds at most)."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._store is not None:
            self._store.close()

    def refresh(self) -> None:
        """Read the store now.

        Raises:
            StoreAway: it does not answer; what was known stays.
        """
        store = self._store
        if store is None:
            return
        ids = list(self._project_ids())
        told = _all_told(store, ids)
        people = {self._owner, *self._members}
        strange = [p for p, known in told.items() if p not in self._introduced and people - set(known)]
        if strange:
            self._introduce(store, strange)
            self._introduced.update(strange)
            told |= _all_told(store, strange)
        roles = {**{k: v for k, v in self._roles.items() if k in ids}, **told}
        if roles != self._roles:
            self._roles = roles
            _keep(self._path, roles)

    def _run(self) -> None:
        pause = 0.0
        while not self._ending.wait(pause):
            try:
                self.refresh()
                pause = REFRESH_SECONDS
            except (MDJourneyError, OSError) as exc:  # away: what was told last holds, and it is asked again
                _log.debug("roles were not read: %s", exc)
                pause = _AWAY_SECONDS if pause else REFRESH_SECONDS


def _all_told(store: Store, project_ids: Iterable[str]) -> dict[str, Mapping[tuple[str, str], ProjectRole]]:
    return {p: found for p in project_ids if (found := _told(store, p)) is not None}


def _told(store: Store, project_id: str) -> dict[tuple[str, str], ProjectRole] | None:
    """The roles in one project, or None while the store does not know it."""
    try:
        rows = project_in_store(store, _ALL, project_id)["roles"]
    except NotFound:
        return None
    return {(row["user_id"], row["domain"]): row["role"] for row in rows}


def _kept(path: Path) -> Roles:
    """What was kept at `path`; nothing where it cannot be read (it is only a copy of what the store says)."""
    try:
        found = json.loads(path.read_bytes())
        return {
            project: {(user, domain): role for user, domain, role in people}
            for project, people in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _keep(path: Path, roles: Roles) -> None:
    kept = {
        project: sorted([*key, role] for key, role in people.items()) for project, people in roles.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(
        os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(kept, file)
    temporary.replace(path)
