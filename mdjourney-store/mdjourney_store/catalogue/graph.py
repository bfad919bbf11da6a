"""The neighbourhood of a trial, project or tag: breadth first, hop by hop, with caps that are told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from psycopg.rows import tuple_row

from mdjourney_contract.problems import NotFound
from mdjourney_store.catalogue.trials import seen
from mdjourney_store.connection import Connection, Store
from mdjourney_store.viewer import Sight, Viewer

Kind = Literal["trial", "project", "tag"]
Direction = Literal["out", "in", "both"]
_Node = tuple[str, str]
_Edge = tuple[_Node, _Node]

DEEPEST: Final = 6
MOST_NODES: Final = 150
FAN_OUT: Final = 50

# each node of the frontier gives at most FAN_OUT + 1 edges: one more than is shown tells that there are more
_OUT: Final = """
SELECT f.kind AS source_kind, f.id AS source_id, e.target_entity_type AS target_kind, e.target_entity_id AS target_id
FROM unnest(%s::text[], %s::text[]) AS f(kind, id)
CROSS JOIN LATERAL (
    (SELECT target_entity_type, target_entity_id FROM graph_edges WHERE f.kind = 'trial' AND source_trial_id = f.id
     ORDER BY target_entity_type, target_entity_id LIMIT %s)
    UNION ALL
    (SELECT target_entity_type, target_entity_id FROM project_edges WHERE f.kind = 'project' AND source_project_id = f.id
     ORDER BY target_entity_type, target_entity_id LIMIT %s)
) e
"""
_IN: Final = """
SELECT e.source_kind, e.source_id, f.kind AS target_kind, f.id AS target_id
FROM (SELECT kind, id, CASE kind WHEN 'tag' THEN id ELSE lower(id) END AS folded
      FROM unnest(%s::text[], %s::text[]) AS u(kind, id)) f
CROSS JOIN LATERAL (
    (SELECT 'trial' AS source_kind, g.source_trial_id AS source_id FROM graph_edges g
     {trials} WHERE g.target_entity_type = f.kind AND g.target_entity_id = f.folded
     ORDER BY g.source_trial_id LIMIT %s)
    UNION ALL
    (SELECT 'project', g.source_project_id FROM project_edges g
     {projects} WHERE g.target_entity_type = f.kind AND g.target_entity_id = f.folded
     ORDER BY g.source_project_id LIMIT %s)
) e
"""
#: Only what the viewer sees counts as a neighbour.
_SEEN: Final = {
    "trials": "JOIN trial_detail t ON t.trial_id = g.source_trial_id AND t.deleted_at IS NULL AND {seen}",
    "projects": "JOIN project_detail p ON p.project_id = g.source_project_id AND p.deleted_at IS NULL AND p.project_id = ANY(%s)",
}
#: Whoever sees everything needs no look at the rows: what is deleted loses its edges.
_ALL: Final = {"trials": "", "projects": ""}
#: By folded identifiers, as links hold them: id, whose it is, project, label, birth, death, clean exit.
_DESCRIBED: Final = {
    "trial": """
SELECT t.trial_id, t.user_id, t.user_domain, t.project_id, COALESCE(s.title, t.experiment_name, t.trial_id), t.birth_timestamp,
       t.death_timestamp, t.clean_exit
FROM trial_detail t LEFT JOIN search_document s ON s.kind = 'trial' AND s.entity_id = t.trial_id
WHERE lower(t.trial_id) = ANY(%s) AND t.deleted_at IS NULL
""",
    "project": """
SELECT project_id, NULL, NULL, project_id, COALESCE(name, project_id)
FROM project_detail WHERE lower(project_id) = ANY(%s) AND deleted_at IS NULL
""",
}
_TOLD: Final = ("project_id", "label", "birth_timestamp", "death_timestamp", "clean_exit")


def neighbourhood(
    store: Store,
    viewer: Viewer,
    kind: Kind,
    identifier: str,
    *,
    depth: int = 1,
    direction: Direction = "both",
) -> dict[str, Any]:
    """Nodes and edges around one node, 150 nodes and 50 neighbours of each at most.

    Returns:
        `{"nodes": [{"kind","id","label","known","depth", ...}], "edges": [{"source","target"}], "truncated": bool}`
        where source and target are `"kind:id"`, `known` is false for links to what does not exist or is not the
        viewer's to see (both look alike), and `truncated` says that a cap cut something off; a node with more
        neighbours than are shown has `"more": true`.

    Raises:
        NotFound: the start is not there, or not for this viewer.
    """
    depth = max(1, min(depth, DEEPEST))
    with store.statements() as connection:
        sight = Sight.of(connection, viewer)
        start: _Node = (kind, identifier.removeprefix("#").casefold() if kind == "tag" else identifier)
        walk = _Walk(connection, sight, direction)
        if kind != "tag" and start not in walk.look_at([start]).values():
            raise NotFound(f"No {kind} {identifier!r}")
        walk.go(start, depth)
    if kind == "tag" and not walk.edges and not sight.viewer.sees_all:
        raise NotFound(f"No tag {identifier!r}")
    return walk.result()


class _Walk:
    def __init__(self, connection: Connection, sight: Sight, direction: Direction) -> None:
        self._connection, self._sight, self._direction = connection, sight, direction
        self._depths: dict[_Node, int] = {}
        self._known: dict[_Node, tuple[Any, ...]] = {}
        self._more: set[_Node] = set()
        self._truncated = False
        self.edges: set[_Edge] = set()

    def go(self, start: _Node, depth: int) -> None:
        self._depths[start] = 0
        frontier = [start]
        for hop in range(1, depth + 1):
            found: list[_Node] = []
            for source, target in self._resolved(self._edges_of(frontier)):
                new = target if source in self._depths else source
                if new not in self._depths and not self._admit(new, hop, found):
                    continue
                if source in self._depths and target in self._depths:
                    self.edges.add((source, target))
            frontier = [node for node in found if node[0] == "tag" or node in self._known]
            if self._truncated or not frontier:
                break

    def look_at(self, nodes: Iterable[_Node]) -> dict[_Node, _Node]:
        """Read what the viewer sees of these nodes; those as links hold them -> as they are written."""
        actual: dict[_Node, _Node] = {}
        by_kind: dict[str, list[str]] = {}
        for kind, identifier in nodes:
            by_kind.setdefault(kind, []).append(identifier.lower())
        for kind, query in _DESCRIBED.items():
            if kind in by_kind:
                for row in self._rows(query, [by_kind[kind]]):
                    if self._sight.includes(row[3], (row[1], row[2])):
                        node = (kind, row[0])
                        self._known[node] = row[3:]
                        # an identifier that is written like the link comes before one that only folds to it
                        link = (kind, row[0].lower())
                        if node == link or link not in actual:
                            actual[link] = node
                        actual.setdefault(node, node)
        return actual

    def result(self) -> dict[str, Any]:
        nodes = [
            {
                "kind": node[0], "id": node[1], "depth": depth, "more": node in self._more,
                "known": node[0] == "tag" or node in self._known, **self._told(node),
            }
            for node, depth in self._depths.items()
        ]  # fmt: skip
        edges = [
            {"source": ":".join(source), "target": ":".join(target)} for source, target in sorted(self.edges)
        ]
        return {"nodes": nodes, "edges": edges, "truncated": self._truncated or bool(self._more)}

    def _told(self, node: _Node) -> Mapping[str, Any]:
        if node[0] == "tag":
            return {"label": f"#{node[1]}"}
        known = self._known.get(node)
        return {"label": node[1]} if known is None else dict(zip(_TOLD, known, strict=False))

    def _resolved(self, edges: list[_Edge]) -> list[_Edge]:
        """Links hold folded identifiers: replace them by the identifiers of what they point at, where there is such."""
        new: dict[_Node, None] = {}
        for edge in edges:
            for node in edge:
                if node[0] != "tag" and node not in self._depths:
                    new[node] = None
        # more cannot be shown
        actual = self.look_at(list(new)[: MOST_NODES - len(self._depths)])
        return [(source, actual.get(target, target)) for source, target in edges]

    def _admit(self, node: _Node, hop: int, found: list[_Node]) -> bool:
        if len(self._depths) >= MOST_NODES:
            self._truncated = True
            return False
        self._depths[node] = hop
        found.append(node)
        return True

    def _edges_of(self, frontier: list[_Node]) -> list[_Edge]:
        lists: list[object] = [[kind for kind, _ in frontier], [identifier for _, identifier in frontier]]
        # a wide frontier shows less of each node: what is read stays in proportion to what can be shown
        fan = max(5, min(FAN_OUT, 2 * MOST_NODES // len(frontier)))
        most = MOST_NODES - len(self._depths) + FAN_OUT
        edges: list[_Edge] = []
        if self._direction in {"out", "both"}:
            rows = self._rows(f"{_OUT} LIMIT %s", [*lists, fan + 1, fan + 1, most + 1])
            edges += self._capped(rows, fan, most, True)
        if self._direction in {"in", "both"}:
            query, trials, projects = self._in()
            rows = self._rows(f"{query} LIMIT %s", [*lists, *trials, fan + 1, *projects, fan + 1, most + 1])
            edges += self._capped(rows, fan, most, False)
        return edges

    def _in(self) -> tuple[str, list[object], list[object]]:
        """What points at nodes, and the values that limit its trials and its projects to what the viewer sees."""
        projects = self._sight.projects
        if projects is None:
            return _IN.format(**_ALL), [], []
        condition, values = seen(self._sight)
        return _IN.format(**_SEEN).format(seen=condition), values, [projects]

    def _rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query, values).fetchall()

    def _capped(self, rows: list[tuple[Any, ...]], fan: int, most: int, out: bool) -> list[_Edge]:
        counts: dict[_Node, int] = {}
        kept = []
        self._truncated |= len(rows) > most
        for source_kind, source_id, target_kind, target_id in rows[:most]:
            source, target = (source_kind, source_id), (target_kind, target_id)
            pivot = source if out else target
            counts[pivot] = counts.get(pivot, 0) + 1
            if counts[pivot] > fan:
                self._more.add(pivot)
            else:
                kept.append((source, target))
        return kept
