"""The neighbourhood of a trial, project or tag: breadth first, hop by hop, with caps that are told."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from psycopg.rows import tuple_row

from mdjourney_contract.problems import NotFound
from mdjourney_store.connection import Connection, Store
from mdjourney_store.viewer import Sight, Viewer

Kind = Literal["trial", "project", "tag"]
Direction = Literal["out", "in", "both"]
_Node = tuple[str, str]

DEEPEST: Final = 6
MOST_NODES: Final = 300
FAN_OUT: Final = 50
#: Edges read in one direction of one hop.
_MOST_EDGES: Final = 600

# each node of the frontier gives at most FAN_OUT + 1 edges: one more than is shown tells that there are more
_OUT = """
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
_IN = """
SELECT e.source_kind, e.source_id, f.kind AS target_kind, f.id AS target_id
FROM (SELECT kind, id, CASE kind WHEN 'tag' THEN id ELSE lower(id) END AS folded
      FROM unnest(%s::text[], %s::text[]) AS u(kind, id)) f
CROSS JOIN LATERAL (
    (SELECT 'trial' AS source_kind, g.source_trial_id AS source_id FROM graph_edges g
     JOIN trial_detail t ON t.trial_id = g.source_trial_id
     WHERE g.target_entity_type = f.kind AND g.target_entity_id = f.folded AND t.deleted_at IS NULL AND {trials}
     ORDER BY g.source_trial_id LIMIT %s)
    UNION ALL
    (SELECT 'project', g.source_project_id FROM project_edges g
     JOIN project_detail p ON p.project_id = g.source_project_id
     WHERE g.target_entity_type = f.kind AND g.target_entity_id = f.folded AND p.deleted_at IS NULL AND {projects}
     ORDER BY g.source_project_id LIMIT %s)
) e
"""


def neighbourhood(
    store: Store,
    viewer: Viewer,
    kind: Kind,
    identifier: str,
    *,
    depth: int = 1,
    direction: Direction = "both",
) -> dict[str, Any]:
    """Nodes and edges around one node.

    Returns:
        `{"nodes": [{"kind","id","label","known","depth", ...}], "edges": [{"source","target"}], "truncated": bool}`
        where source and target are `"kind:id"`, `known` is false for links to what does not exist or is not the
        viewer's to see (both look alike), and `truncated` says that a cap cut something off; a node with more
        neighbours than are shown has `"more": true`.

    Raises:
        NotFound: the start is not there, or not for this viewer.
    """
    depth = max(1, min(depth, DEEPEST))
    with store.reading() as connection:
        sight = Sight.of(connection, viewer)
        start: _Node = (kind, identifier.removeprefix("#").casefold() if kind == "tag" else identifier)
        walk = _Walk(connection, sight, direction)
        if not walk.describe([start]) and kind != "tag":
            raise NotFound(f"No {kind} {identifier!r}")
        walk.go(start, depth)
    if kind == "tag" and not walk.edges and not sight.viewer.sees_all:
        raise NotFound(f"No tag {identifier!r}")
    return walk.result()


class _Walk:
    def __init__(self, connection: Connection, sight: Sight, direction: Direction) -> None:
        self._connection, self._sight, self._direction = connection, sight, direction
        self._depths: dict[_Node, int] = {}
        self._known: dict[_Node, dict[str, Any]] = {}
        self._more: set[_Node] = set()
        self._truncated = False
        self._fan = FAN_OUT
        self.edges: set[tuple[_Node, _Node]] = set()

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
            described = self.describe(found)
            frontier = [node for node in found if node[0] == "tag" or node in described]
            if self._truncated or not frontier:
                break

    def describe(self, nodes: Iterable[_Node]) -> set[_Node]:
        """Labels of the nodes the viewer sees."""
        described: set[_Node] = set()
        for kind, query in (("trial", _TRIALS), ("project", _PROJECTS)):
            wanted = [identifier for node_kind, identifier in nodes if node_kind == kind]
            if wanted:
                for row in self._connection.execute(query, (wanted,)):
                    if self._sight.includes(row["project_id"]):
                        node = (kind, row.pop("id"))
                        self._known[node] = row
                        described.add(node)
        return described

    def result(self) -> dict[str, Any]:
        nodes = [
            {
                "kind": node[0], "id": node[1], "depth": depth, "more": node in self._more,
                "known": node[0] == "tag" or node in self._known,
                **({"label": f"#{node[1]}"} if node[0] == "tag" else self._known.get(node, {"label": node[1]})),
            }
            for node, depth in self._depths.items()
        ]  # fmt: skip
        edges = [
            {"source": ":".join(source), "target": ":".join(target)} for source, target in sorted(self.edges)
        ]
        return {"nodes": nodes, "edges": edges, "truncated": self._truncated or bool(self._more)}

    def _resolved(self, edges: list[tuple[_Node, _Node]]) -> list[tuple[_Node, _Node]]:
        """Links hold folded identifiers: replace them by the identifiers of what they point at, where there is such."""
        new = {target: None for _, target in edges if target[0] != "tag" and target not in self._depths}
        wanted = list(new)[: MOST_NODES - len(self._depths)]
        actual: dict[_Node, _Node] = {}
        for kind, query in (("trial", _FOLDED_TRIALS), ("project", _FOLDED_PROJECTS)):
            folded = [identifier for node_kind, identifier in wanted if node_kind == kind]
            if folded:
                for row in self._connection.execute(query, (folded,)):
                    # an identifier that is written like the link comes before one that only folds to it
                    if row["id"] == row["folded"] or (kind, row["folded"]) not in actual:
                        actual[kind, row["folded"]] = (kind, row["id"])
        return [(source, actual.get(target, target)) for source, target in edges]

    def _admit(self, node: _Node, hop: int, found: list[_Node]) -> bool:
        if len(self._depths) >= MOST_NODES:
            self._truncated = True
            return False
        self._depths[node] = hop
        found.append(node)
        return True

    def _edges_of(self, frontier: list[_Node]) -> list[tuple[_Node, _Node]]:
        lists: list[object] = [[kind for kind, _ in frontier], [identifier for _, identifier in frontier]]
        # a wide frontier shows less of each node: what is read stays in proportion to what can be shown
        self._fan = max(5, min(FAN_OUT, 2 * MOST_NODES // len(frontier)))
        edges: list[tuple[_Node, _Node]] = []
        if self._direction in {"out", "both"}:
            edges += self._capped(self._ask(_OUT, [*lists, self._fan + 1, self._fan + 1]), True)
        if self._direction in {"in", "both"}:
            trials, trial_values = self._sight.condition("t.project_id")
            projects, project_values = self._sight.condition("p.project_id")
            query = _IN.format(trials=trials, projects=projects)
            values = [*lists, *trial_values, self._fan + 1, *project_values, self._fan + 1]
            edges += self._capped(self._ask(query, values), False)
        return edges

    def _ask(self, query: str, values: list[object]) -> list[tuple[str, str, str, str]]:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            rows: list[tuple[str, str, str, str]] = cursor.execute(
                f"{query} LIMIT {_MOST_EDGES + 1:d}", values
            ).fetchall()
        if len(rows) > _MOST_EDGES:
            self._truncated = True
        return rows[:_MOST_EDGES]

    def _capped(self, rows: list[tuple[str, str, str, str]], out: bool) -> list[tuple[_Node, _Node]]:
        counts: dict[_Node, int] = {}
        kept = []
        for source_kind, source_id, target_kind, target_id in rows:
            source, target = (source_kind, source_id), (target_kind, target_id)
            pivot = source if out else target
            counts[pivot] = counts.get(pivot, 0) + 1
            if counts[pivot] > self._fan:
                self._more.add(pivot)
            else:
                kept.append((source, target))
        return kept


_FOLDED_TRIALS = (
    "SELECT trial_id AS id, lower(trial_id) AS folded FROM trial_detail WHERE lower(trial_id) = ANY(%s)"
)
_FOLDED_PROJECTS = "SELECT project_id AS id, lower(project_id) AS folded FROM project_detail WHERE lower(project_id) = ANY(%s)"
_TRIALS = """
SELECT t.trial_id AS id, t.project_id, t.birth_timestamp, t.death_timestamp, t.clean_exit,
       COALESCE(s.title, t.metadata ->> 'experiment_name', t.trial_id) AS label
FROM trial_detail t LEFT JOIN search_document s ON s.kind = 'trial' AND s.entity_id = t.trial_id
WHERE t.trial_id = ANY(%s) AND t.deleted_at IS NULL
"""
_PROJECTS = """
SELECT project_id AS id, project_id, COALESCE(name, project_id) AS label
FROM project_detail WHERE project_id = ANY(%s) AND deleted_at IS NULL
"""
