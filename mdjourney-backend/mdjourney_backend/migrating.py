"""Carries the documents of a tree to the versions of the schemas in force: looked at first, then one commit each."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mdjourney_backend.changes import Content, Edit, Ref, file_owner
from mdjourney_backend.documents import Documents, schema_name
from mdjourney_backend.inbox import Inbox
from mdjourney_backend.layout import Layout
from mdjourney_backend.pipeline.moment import writing
from mdjourney_backend.schemas import NoWay, SchemaManager, migrate
from mdjourney_backend.schemas.migration import Step
from mdjourney_backend.tree import Tree
from mdjourney_contract.problems import MDJourneyError
from mdjourney_contract.session_config import SessionConfig

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carried:
    """One document that is not of the version in force: what history will say, or why it cannot be carried over."""

    path: str
    before: str
    after: str
    subject: str
    problem: str | None = None


def carry(
    root: Path, config: SessionConfig, home: Path, steps: Sequence[Step], *, dry_run: bool
) -> Iterator[Carried]:
    """Carry each document over, and tell of it. A document that cannot be carried stays as it is and is told of.

    A finished Complete Metadata File is never changed.
    """
    schemas = SchemaManager(root)
    layout = Layout.of(config)
    tree = Tree(root, layout)
    with contextlib.ExitStack() as stack:
        documents = Documents(root, schemas, Inbox(root))
        committed: Callable[[], object] = lambda: None  # noqa: E731 - replaced where something is written
        if not dry_run:
            documents, committed = stack.enter_context(writing(root, config, home, schemas))
        for ref in tree.documents():
            if ref.kind == "complete_metadata":
                continue
            done = _one(documents, schemas, ref, steps, dry_run=dry_run)
            if done is not None:
                committed()
                yield done


def _one(
    documents: Documents, schemas: SchemaManager, ref: Ref, steps: Sequence[Step], *, dry_run: bool
) -> Carried | None:
    """What became of one document; None where nothing was to do."""
    content = documents.read(ref).content
    schema = schemas.resolve(schema_name(ref.kind, content))
    before = str(content.get("schema_version"))
    try:
        found = migrate(schema, content, steps)
        if not found.steps:
            return None
        subject = f"{ref.path}: {found.subject}"

        def apply(now: Content | None) -> Content:
            return migrate(schema, now or {}, steps).content

        if not dry_run:
            documents.apply(Edit(ref, apply, subject), actor=file_owner(os.getuid()))
            _log.info("%s", subject)
    except NoWay as exc:
        return Carried(ref.path, before, schema.version, "", exc.detail)
    except MDJourneyError as exc:
        return Carried(ref.path, before, schema.version, "", f"not saved: {exc.detail}")
    return Carried(ref.path, before, schema.version, subject)
