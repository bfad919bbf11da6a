"""The packaged schemas: self-contained JSON files, read once, and what may be referred to by `$ref`."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from mdjourney_backend.schemas import strict_json
from mdjourney_backend.schemas.faults import Content, Schema
from mdjourney_backend.schemas.flatten import UnknownReference
from mdjourney_contract.problems import NotFound

#: Where identifiers live; the host can never resolve (RFC 2606), so nothing ever fetches one.
NAMESPACE = "https://mdjourney.invalid/schemas/"
CONTEXTUAL = "contextual"
BASE_TEMPLATE = "experiment_contextual"
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

    @cached_property
    def _schemas(self) -> Mapping[str, Schema]:
        found = {}
        for path in [*self.folder.glob("*.json"), *self.folder.glob(f"{CONTEXTUAL}/*.json")]:
            name = path.relative_to(self.folder).as_posix().removesuffix(".json")
            body = strict_json.loads(path.read_bytes())
            found[name] = Schema(
                name, "packaged", body["x-version"], body["$id"], body, None, "no local override"
            )
        return found

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
        raise UnknownReference(f"{uri} is no packaged schema; nothing is fetched from anywhere")

    def system_fields(self, name: str) -> tuple[str, ...]:
        """The members that the system always fills."""
        return tuple(self.fallback(name).body.get("required", ())) if self.has(name) or "/" in name else ()
