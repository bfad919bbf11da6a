"""The packaged schemas: self-contained JSON files, read once, and what may be referred to by `$ref`."""

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from mdjourney_backend import strict_json
from mdjourney_backend.schemas.faults import Content, Schema
from mdjourney_backend.schemas.flatten import UnknownReference, flatten
from mdjourney_backend.schemas.judge import Judge
from mdjourney_contract.problems import NotFound

#: Where identifiers live; the host can never resolve (RFC 2606), so nothing ever fetches one.
NAMESPACE = "https://mdjourney.invalid/schemas/"
CONTEXTUAL = "contextual"
BASE_TEMPLATE = "experiment_contextual"
SOURCES = "sources"
VERSIONS = "versions"
#: The shared definitions, or a schema with a version that was released.
_KEPT = re.compile(r"(?:common|(contextual/)?[a-z0-9_]+/[0-9]+\.[0-9]+\.[0-9]+)\Z", re.ASCII)
#: Documents in the order people meet them.
DOCUMENTS = (
    "project_descriptive",
    "dataset_administrative",
    "dataset_structural",
    "file_technical",
    "instrument_technical",
    "experiment_contextual",
    "complete_metadata",
)


class Packaged:
    """One folder of packaged schemas."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._judges: dict[str, Judge] = {}

    @staticmethod
    @functools.cache
    def of(folder: Path) -> "Packaged":
        """The packaged schemas of a folder, read and compiled once in a process: they do not change under it."""
        return Packaged(folder)

    def judge(self, name: str) -> Judge:
        """The validators of `schema(name)`, the same ones for everybody who asks.

        Raises:
            NotFound: there is none of this name.
        """
        found = self._judges.get(name)
        return found if found is not None else self._judges.setdefault(name, Judge(self.schema(name)))

    @cached_property
    def _schemas(self) -> Mapping[str, Schema]:
        found = {}
        for path in [*self.folder.glob("*.json"), *self.folder.glob(f"{CONTEXTUAL}/*.json")]:
            name = path.relative_to(self.folder).as_posix().removesuffix(".json")
            body = self._read(f"{name}.json")
            found[name] = Schema(
                name, "packaged", body["x-version"], body["$id"], body, None, "no local override"
            )
        return found

    def _read(self, name: str) -> Content:
        body: Content = strict_json.loads((self.folder / name).read_bytes())
        return body

    def on_base(self, base: Schema) -> "Packaged":
        """The same schemas, the templates standing on a local `experiment_contextual` instead of the packaged one."""
        return _OnBase(self, base)

    def names(self) -> list[str]:
        """All packaged names."""
        return list(self._schemas)

    def rank(self, name: str) -> int:
        """The place of a name in lists."""
        order = (*DOCUMENTS, f"{CONTEXTUAL}/computational_workflow")
        return order.index(name) if name in order else len(order)

    def has(self, name: str) -> bool:
        return name in self._schemas

    def schema(self, name: str) -> Schema:
        """The packaged schema.

        Raises:
            NotFound: there is none of this name.
        """
        try:
            return self._schemas[name]
        except KeyError:
            raise NotFound(f"there is no schema named {name!r}") from None

    def fallback(self, name: str) -> Schema:
        """What stands in for a refused override: the packaged namesake, or the base of all templates.

        Raises:
            NotFound: a document of this name was never packaged.
        """
        if name.startswith(CONTEXTUAL + "/") and not self.has(name):
            return self.schema(BASE_TEMPLATE)
        return self.schema(name)

    def lookup(self, uri: str) -> Content:
        """The standalone body behind a packaged `$id`, with or without its version.

        Raises:
            UnknownReference: nothing packaged has this identifier.
        """
        name = uri.removeprefix(NAMESPACE)
        for schema in (self._schemas.get(name), self._schemas.get(name.rpartition("/")[0])):
            if (
                uri.startswith(NAMESPACE)
                and schema is not None
                and uri in (schema.id, NAMESPACE + schema.name)
            ):
                return schema.body
        if uri.startswith(NAMESPACE) and _KEPT.match(name):
            for kept in (f"{VERSIONS}/{name}.json", f"{SOURCES}/{name}.json"):
                if (self.folder / kept).is_file():
                    return self._read(kept)
        raise UnknownReference(f"{uri} is no packaged schema; nothing is fetched from anywhere")


class _OnBase(Packaged):
    def __init__(self, packaged: Packaged, base: Schema) -> None:
        super().__init__(packaged.folder)
        self._packaged = packaged
        self._base = base

    def schema(self, name: str) -> Schema:
        schema = self._packaged.schema(name)
        source = self.folder / SOURCES / f"{name}.json"
        if not name.startswith(CONTEXTUAL + "/") or not source.is_file():
            return schema
        body = flatten(self._read(f"{SOURCES}/{name}.json"), self.lookup)
        body["$id"] = f"{NAMESPACE}local/{name}"
        reason = f"the packaged template, on the local {BASE_TEMPLATE}"
        return replace(schema, source="local", id=body["$id"], body=body, reason=reason)

    def lookup(self, uri: str) -> Content:
        found = self._packaged.lookup(uri)
        return self._base.body if found is self._packaged.schema(BASE_TEMPLATE).body else found
