/** English texts of the graph. */
import { many } from "./many";

export const graph = {
  title: "Graph",
  lead: "What links to what: trials, projects and tags. Expand a node to go on from there.",
  picture: "Picture",
  table: "Table",
  view: "View",
  expand: "Expand",
  expandOf: (label: string) => `Expand: show the neighbours of ${label}`,
  expanded: "expanded",
  openOf: (label: string) => `Open ${label}`,
  from: "From",
  to: "To",
  unknown: "not in the catalogue, or not for you to see",
  truncated: "Some neighbours are left out: there are more than can be shown.",
  lonely: "Nothing is linked with it yet.",
  lonelyHint: "Write #a-tag, trial:an-id or project:an-id into any text of its metadata, and the link appears here.",
  around: (label: string) => `Around ${label}`,
  size: (nodes: number, edges: number) => `${many(nodes, "node", "nodes")}, ${many(edges, "link", "links")}`,
  kinds: { trial: "Trial", project: "Project", tag: "Tag" } as Record<string, string>,
  depth: "Steps",
};
