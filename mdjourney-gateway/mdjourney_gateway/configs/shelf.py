"""Keeps session configs: who owns one, who may use it, and every version it had."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mdjourney_contract.people import Identity
from mdjourney_contract.problems import Conflict, NotAllowed, NotFound
from mdjourney_contract.session_config import TREE_KEYS, SessionConfig, load_session_config
from mdjourney_gateway.audit import Audit
from mdjourney_gateway.configs.check import Checked
from mdjourney_gateway.state import State, config, config_version


@dataclass(frozen=True, slots=True)
class Config:
    """One stored config; `monitor_path` is the real path it had when it was saved."""

    config_id: str
    name: str
    owner: str
    yaml: str
    monitor_path: str
    members: tuple[str, ...]
    keep_running: bool
    version: int
    created_at: float
    updated_at: float
    #: Which of several gateways keeps it running; None: this one.
    gateway: str | None = None

    def effective(self) -> SessionConfig:
        """Every key with its value, defaults filled in."""
        return load_session_config(self.yaml).model_copy(update={"monitor_path": self.monitor_path})

    def may_use(self, person: Identity) -> bool:
        """Owner, member or platform admin."""
        return person.role == "admin" or person.user_id in (self.owner, *self.members)

    def may_change(self, person: Identity) -> bool:
        """Owner or platform admin."""
        return person.role == "admin" or person.user_id == self.owner


class Configs:
    """Reads and writes stored configs; each call checks the person it is for."""

    def __init__(
        self, state: State, clock: Callable[[], float] = time.time, audit: Audit | None = None
    ) -> None:
        self._state = state
        self._clock = clock
        self._audit = audit

    def all(self) -> list[Config]:
        """Every config, by name: for the gateway itself."""
        with self._state.transaction() as connection:
            return [_config(row) for row in connection.execute(select(config).order_by(config.c.name))]

    @property
    def shared(self) -> bool:
        """Whether other gateways may change configs."""
        return self._state.shared

    def kept_here(self, found: Config) -> bool:
        """Whether this gateway, where the config was saved last, is the one that keeps it running."""
        return found.gateway == self._state.gateway

    def visible_to(self, person: Identity) -> list[Config]:
        """What a person may use."""
        return [each for each in self.all() if each.may_use(person)]

    def get(self, person: Identity, config_id: str) -> Config:
        """One config a person may use.

        Raises:
            NotFound: there is none, or not for them.
        """
        for each in self.visible_to(person):
            if each.config_id == config_id:
                return each
        raise NotFound(f"no config {config_id!r}")

    def find(self, person: Identity, id_or_name: str) -> Config:
        """By id, or by name: the person's own before those they are a member of.

        Raises:
            NotFound: there is none, or not for them.
            Conflict: several have that name.
        """
        usable = self.visible_to(person)
        for each in usable:
            if each.config_id == id_or_name:
                return each
        named = [each for each in usable if each.name == id_or_name]
        own = [each for each in named if each.owner == person.user_id]
        if not named:
            raise NotFound(f"no config {id_or_name!r}")
        if len(own or named) > 1:
            raise Conflict(f"several configs are called {id_or_name!r}: use the id")
        return (own or named)[0]

    def register(self, owner: Identity, checked: Checked) -> Config:
        """Store a config; the owner's earlier one of the same folder gets a new version if the text differs.

        Raises:
            Conflict: the name is taken, the folder lies in or around another's, or a key that shapes the tree differs.
        """
        before: int | None = None
        with self._state.transaction(alone=True) as connection:
            _refuse_conflicts(connection, checked, owner.user_id)
            same = (config.c.owner == owner.user_id) & (config.c.monitor_path == checked.config.monitor_path)
            row = connection.execute(select(config).where(same)).first()
            if row is None:
                registered = self._insert(connection, checked, owner.user_id)
            else:
                before = row.version
                if row.yaml != checked.text:
                    self._save(connection, row, checked, owner.user_id)
                registered = _config(connection.execute(select(config).where(same)).one())
        if registered.version != before:
            self._note("config-saved", registered, owner)
        return registered

    def change(self, person: Identity, config_id: str, checked: Checked) -> Config:
        """Save a new version.

        Raises:
            NotFound, NotAllowed: see `get`; a member may use a config, not change it.
            Conflict: see `register`.
        """
        found = self._changeable(person, config_id)
        with self._state.transaction(alone=True) as connection:
            _refuse_conflicts(connection, checked, found.owner, but=config_id)
            row = connection.execute(select(config).where(config.c.config_id == config_id)).one()
            self._save(connection, row, checked, person.user_id)
        changed = self.get(person, config_id)
        self._note("config-saved", changed, person)
        return changed

    def delete(self, person: Identity, config_id: str) -> Config:
        """Forget a config; nothing on disk is touched.

        Raises:
            NotFound, NotAllowed: see `change`.
        """
        found = self._changeable(person, config_id)
        with self._state.transaction() as connection:
            connection.execute(delete(config).where(config.c.config_id == config_id))
        self._note("config-deleted", found, person)
        return found

    def versions(self, person: Identity, config_id: str) -> list[dict[str, Any]]:
        """Every version, newest first: `version`, `yaml`, `saved_by`, `saved_at`."""
        self.get(person, config_id)
        chosen = select(config_version).where(config_version.c.config_id == config_id)
        with self._state.transaction() as connection:
            rows = connection.execute(chosen.order_by(config_version.c.version.desc())).all()
        return [
            {"version": r.version, "yaml": r.yaml, "saved_by": r.saved_by, "saved_at": r.saved_at}
            for r in rows
        ]

    def _note(self, event: str, found: Config, person: Identity) -> None:
        if self._audit is not None:
            self._audit.note(
                event,
                actor=person.user_id,
                subject=found.config_id,
                name=found.name,
                version=found.version,
                monitor_path=found.monitor_path,
                members=found.members,
            )

    def _changeable(self, person: Identity, config_id: str) -> Config:
        found = self.get(person, config_id)
        if not found.may_change(person):
            raise NotAllowed("only the owner or an admin may change this config")
        return found

    def _insert(self, connection: Connection, checked: Checked, owner: str) -> Config:
        taken = set(connection.scalars(select(config.c.name).where(config.c.owner == owner)))
        config_id, now = str(uuid.uuid4()), self._clock()
        values = self._values(checked, now) | {"name": _free_name(checked, taken)}
        connection.execute(
            insert(config).values(config_id=config_id, owner=owner, version=1, created_at=now, **values)
        )
        self._keep_version(connection, config_id, 1, checked.text, owner)
        return _config(connection.execute(select(config).where(config.c.config_id == config_id)).one())

    def _save(self, connection: Connection, row: Row[Any], checked: Checked, by: str) -> None:
        version = row.version + 1
        values = self._values(checked, self._clock())
        if checked.config.name is None:
            values["name"] = row.name
        connection.execute(
            update(config).where(config.c.config_id == row.config_id).values(version=version, **values)
        )
        self._keep_version(connection, row.config_id, version, checked.text, by)

    def _values(self, checked: Checked, now: float) -> dict[str, Any]:
        return {
            "name": checked.name,
            "yaml": checked.text,
            "monitor_path": checked.config.monitor_path,
            "members": list(checked.config.members),
            "keep_running": checked.config.keep_running,
            "updated_at": now,
            "gateway": self._state.gateway,
        }

    def _keep_version(self, connection: Connection, config_id: str, version: int, text: str, by: str) -> None:
        connection.execute(
            insert(config_version).values(
                config_id=config_id, version=version, yaml=text, saved_by=by, saved_at=self._clock()
            )
        )


def _config(row: Row[Any]) -> Config:
    return Config(
        config_id=row.config_id,
        name=row.name,
        owner=row.owner,
        yaml=row.yaml,
        monitor_path=row.monitor_path,
        members=tuple(row.members),
        keep_running=row.keep_running,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        gateway=row.gateway,
    )


def _free_name(checked: Checked, taken: set[str]) -> str:
    """A name from the folder may repeat and gets a number; `_refuse_conflicts` saw to those people chose."""
    name, number = checked.name, 2
    while name in taken:
        name, number = f"{checked.name} ({number})", number + 1
    return name


def _refuse_conflicts(connection: Connection, checked: Checked, owner: str, but: str | None = None) -> None:
    real = Path(checked.config.monitor_path)
    for row in connection.execute(select(config)):
        other = _config(row)
        if other.config_id == but:
            continue
        there = Path(other.monitor_path)
        if there in real.parents or real in there.parents:
            raise Conflict(
                f"monitor_path: {str(real)!r} lies in or around {other.monitor_path!r} of config {other.name!r}"
            )
        if there == real and (other.owner != owner or but is not None):
            _refuse_other_shape(checked.config, other)
        if other.owner == owner and checked.config.name == other.name and there != real:
            raise Conflict(f"name: another config of yours is called {other.name!r}")


def _refuse_other_shape(wanted: SessionConfig, other: Config) -> None:
    there = other.effective()
    for name in TREE_KEYS:
        if getattr(wanted, name) != getattr(there, name):
            raise Conflict(
                f"{name}: config {other.name!r} of {other.owner!r} serves the same folder with another value",
                errors=[
                    {
                        "key": name,
                        "pointer": f"/{name}",
                        "message": "differs from another config of this folder",
                    }
                ],
            )
