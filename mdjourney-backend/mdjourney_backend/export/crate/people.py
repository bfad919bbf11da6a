"""Persons, organisations and contact points of a crate."""

from mdjourney_backend.changes import Content
from mdjourney_backend.export.crate.graph import Entity, Graph
from mdjourney_backend.export.identifiers import local, organisation_id, person_id, ror


def person(graph: Graph, who: Content) -> Entity:
    """A reference to a person, with affiliation and, where it may be told, address."""
    entity: Entity = {
        "@id": person_id(who),
        "@type": "Person",
        "name": who["name"],
        "email": who.get("email"),
    }
    if who.get("affiliation"):
        entity["affiliation"] = organisation(graph, who["affiliation"], who.get("affiliation_ror"))
    return graph.add(entity)


def organisation(graph: Graph, name: str, ror_id: str | None = None, point: Entity | None = None) -> Entity:
    """A reference to an organisation; how to reach it is told by `point`, else by its page in the ROR registry."""
    identifier, page = organisation_id(name, ror_id), ror(ror_id)
    known = graph.entities.get(identifier, {}).get("contactPoint")
    if point is None and known is None and page:
        point = graph.add(
            {
                "@id": local("contact", page.rpartition("/")[2]),
                "@type": "ContactPoint",
                "name": name,
                "contactType": "registry entry",
                "url": page,
            }
        )
    entity = {
        "@id": identifier,
        "@type": "Organization",
        "name": name,
        "url": page,
        "contactPoint": point or known,
    }
    return graph.add(entity)


def contact(graph: Graph, who: Content, purpose: str) -> Entity:
    """A reference to a contact point: whom to ask about what."""
    entity = {
        "@id": local("contact", f"{purpose}-{who['name']}"),
        "@type": "ContactPoint",
        "name": who["name"],
        "contactType": purpose,
        "email": who.get("email"),
        "url": person_id(who) if person_id(who).startswith("https:") else None,
    }
    return graph.add(entity)
