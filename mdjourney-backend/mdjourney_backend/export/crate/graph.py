"""The entities of a crate, each once, and what the versions of RO-Crate differ in."""

from dataclasses import dataclass, field
from typing import Any

from mdjourney_backend.export.words import present

DESCRIPTOR = "ro-crate-metadata.json"
PREVIEW = "ro-crate-preview.html"
PROCESS_RUN = "https://w3id.org/ro/wfrun/process/0.5"

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of RO-Crate: its profile, its context, and terms we use that the context lacks."""

    profile: str
    context: Any
    process_run: bool


V1_2 = Dialect("https://w3id.org/ro/crate/1.2", "https://w3id.org/ro/crate/1.2/context", process_run=False)
V1_1 = Dialect(
    "https://w3id.org/ro/crate/1.1",
    [
        "https://w3id.org/ro/crate/1.1/context",
        {
            "sha256": "https://w3id.org/ro/terms/workflow-run#sha256",
            "creditText": "http://schema.org/creditText",
        },
    ],
    process_run=True,
)


@dataclass(slots=True)
class Graph:
    """Entities in the order they were met; `add` answers the reference to use elsewhere."""

    dialect: Dialect
    entities: dict[str, Entity] = field(default_factory=dict)

    def add(self, entity: Entity) -> Entity:
        """Add an entity, or complete the one with its `@id`."""
        identifier = entity["@id"]
        self.entities[identifier] = {**self.entities.get(identifier, {}), **present(entity)}
        return {"@id": identifier}

    def document(self) -> Entity:
        """The JSON-LD document."""
        return {"@context": self.dialect.context, "@graph": list(self.entities.values())}
