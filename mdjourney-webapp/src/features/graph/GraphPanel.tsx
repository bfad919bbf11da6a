/** The graph around one node, expanded on demand, as a picture or as a table that says the same. */
import HubIcon from "@mui/icons-material/Hub";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useQueries } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useSearchParams } from "react-router";
import { ask, type Graph } from "../../api/catalogue";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";
import { keyOf, merge, type GraphNode, type Web } from "./web";

const Picture = lazy(() => import("./Picture"));

interface Props {
  kind: string;
  id: string;
  /** The screen of a node. */
  screen: (kind: string, id: string) => string;
}

const neighbours = (key: string) => {
  const [kind, ...rest] = key.split(":");
  return { ...ask<Graph>(`/graph/${kind}/${encodeURIComponent(rest.join(":"))}`, false), retry: false, staleTime: 10_000 };
};

export default function GraphPanel({ kind, id, screen }: Props) {
  const [params, setParams] = useSearchParams();
  const start = `${kind}:${id}`;
  const opened = [start, ...params.getAll("open")];
  const view = params.get("view") === "table" ? "table" : "picture";
  const answers = useQueries({ queries: opened.map(neighbours) });
  const stamp = answers.map((a) => a.dataUpdatedAt).join();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `stamp` changes whenever any answer does
  const web = useMemo(() => merge(answers.map((a) => a.data).filter((d) => d !== undefined)), [stamp]);
  const first = answers[0];
  const set = (change: (p: URLSearchParams) => void) => {
    const next = new URLSearchParams(params);
    change(next);
    setParams(next, { replace: true });
  };
  const expand = (node: GraphNode) => set((p) => p.append("open", keyOf(node)));
  const label = web.nodes.get(start)?.label ?? id;
  return (
    <Box sx={{ maxWidth: 1380, mx: "auto", width: "100%" }}>
      <PageTitle title={t.graph.around(label)} lead={web.nodes.size > 0 ? t.graph.size(web.nodes.size, web.edges.size) : t.graph.lead} over={<TextLink quiet to={screen(kind, id)}>← {label}</TextLink>}
        actions={
          <ToggleButtonGroup size="small" exclusive value={view} aria-label={t.graph.view} onChange={(_, v: string | null) => v && set((p) => p.set("view", v))}>
            <ToggleButton value="picture" data-testid="view-picture">{t.graph.picture}</ToggleButton>
            <ToggleButton value="table" data-testid="view-table">{t.graph.table}</ToggleButton>
          </ToggleButtonGroup>
        } />
      {web.truncated && <Alert severity="info" sx={{ mb: 2 }}>{t.graph.truncated}</Alert>}
      {first?.isPending && <Lines n={6} />}
      {first?.error && !first.data && <Failure error={first.error} onRetry={() => void first.refetch()} />}
      {first?.data && web.edges.size === 0 && <Empty icon={<HubIcon />} title={t.graph.lonely} hint={t.graph.lonelyHint} />}
      {web.edges.size > 0 && (view === "table" ? <AsTable web={web} opened={opened} onExpand={expand} screen={screen} /> : (
        <Suspense fallback={<Lines n={1} height={480} />}><Picture web={web} start={start} opened={opened} onExpand={expand} screen={screen} /></Suspense>
      ))}
    </Box>
  );
}

function AsTable({ web, opened, onExpand, screen }: { web: Web; opened: string[]; onExpand: (n: GraphNode) => void; screen: Props["screen"] }) {
  const cell = (key: string) => {
    const node = web.nodes.get(key);
    if (!node) return key;
    return (
      <Box sx={{ display: "flex", justifyContent: "space-between", gap: 1, alignItems: "center" }}>
        <span><Box component="span" sx={{ color: "text.secondary" }}>{t.graph.kinds[node.kind]} </Box>{node.known ? <TextLink strong to={screen(node.kind, node.id)}>{node.label}</TextLink> : `${node.label} (${t.graph.unknown})`}</span>
        {node.known && !opened.includes(key) && <Button size="small" onClick={() => onExpand(node)} aria-label={t.graph.expandOf(node.label)}>{t.graph.expand}</Button>}
      </Box>
    );
  };
  return (
    <Sheet label={t.graph.table} head={[t.graph.from, t.graph.to]} testId="graph-table">
      {[...web.edges].map(([id, e]) => <TableRow key={id} hover><TableCell>{cell(e.source)}</TableCell><TableCell>{cell(e.target)}</TableCell></TableRow>)}
    </Sheet>
  );
}
