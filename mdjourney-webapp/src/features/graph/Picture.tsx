/** The graph as a picture: nodes are cards with links and buttons, so that Tab reaches all of it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useColorScheme, useTheme } from "@mui/material/styles";
import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { useMemo } from "react";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";
import { HEIGHT, places, WIDTH } from "./places";
import { keyOf, type GraphNode, type Web } from "./web";

interface Shown extends Record<string, unknown> {
  node: GraphNode;
  start: boolean;
  open: boolean;
  to: string;
  onExpand: () => void;
}

const COLOR = { trial: "info.main", project: "primary.main", tag: "secondary.main" } as const;
const TYPES = { card: Card };

interface Props {
  web: Web;
  start: string;
  opened: string[];
  onExpand: (node: GraphNode) => void;
  screen: (kind: string, id: string) => string;
}

export default function Picture({ web, start, opened, onExpand, screen }: Props) {
  const { colorScheme } = useColorScheme();
  const th = useTheme();
  const at = useMemo(() => places(web), [web]);
  const nodes = [...web.nodes.values()].map((node): Node<Shown> => ({
    id: keyOf(node), type: "card", position: at.get(keyOf(node)) ?? { x: 0, y: 0 }, draggable: false, focusable: false, selectable: false, width: WIDTH, height: HEIGHT,
    data: { node, start: keyOf(node) === start, open: opened.includes(keyOf(node)), to: screen(node.kind, node.id), onExpand: () => onExpand(node) },
  }));
  const line = th.vars?.palette.text.secondary ?? "gray";
  const edges = [...web.edges].map(([id, e]): Edge => ({ id, ...e, focusable: false, selectable: false, style: { stroke: line, strokeOpacity: 0.6 }, markerEnd: { type: MarkerType.ArrowClosed, color: line } }));
  return (
    <Box sx={{ height: "min(70dvh, 720px)", border: 1, borderColor: "divider", borderRadius: 2, overflow: "hidden", bgcolor: "background.paper", "& .react-flow__attribution": { display: "none" } }} data-testid="graph-picture">
      <ReactFlow key={nodes.length} nodes={nodes} edges={edges} nodeTypes={TYPES} fitView fitViewOptions={{ maxZoom: 1, padding: 0.12 }} minZoom={0.2} colorMode={colorScheme ?? "light"} nodesConnectable={false} nodesDraggable={false} elementsSelectable={false} nodesFocusable={false} edgesFocusable={false} disableKeyboardA11y preventScrolling={false}>
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Box>
  );
}

function Card({ data }: NodeProps<Node<Shown>>) {
  const { node, start, open, to, onExpand } = data;
  return (
    <Box data-testid="graph-node" data-key={keyOf(node)} className="nopan" sx={{ width: WIDTH, height: HEIGHT, px: 1.5, py: 0.75, boxSizing: "border-box", bgcolor: "background.paper", border: start ? 2 : 1, borderColor: start ? "primary.main" : "divider", borderLeft: 5, borderLeftColor: COLOR[node.kind], borderRadius: 1.5, overflow: "hidden", cursor: "default", fontSize: 13 }}>
      <Handle type="target" position={Position.Left} isConnectable={false} style={{ opacity: 0 }} />
      <Typography variant="caption" color="text.secondary" sx={{ display: "flex", justifyContent: "space-between", lineHeight: 1.5 }}>
        {t.graph.kinds[node.kind]}
        {!open && node.known && <Button size="small" onClick={onExpand} aria-label={t.graph.expandOf(node.label)} data-testid="graph-expand" sx={{ py: 0, px: 0.75, minWidth: 0, minHeight: 24, fontSize: 12 }}>{t.graph.expand}</Button>}
      </Typography>
      <Box sx={{ display: "-webkit-box", WebkitLineClamp: 2, WebkitBoxOrient: "vertical", overflow: "hidden", lineHeight: 1.3 }}>
        {node.known ? <TextLink strong to={to}>{node.label}</TextLink> : <span title={t.graph.unknown}>{node.label.slice(0, 8)} · {t.graph.unknown}</span>}
      </Box>
      <Handle type="source" position={Position.Right} isConnectable={false} style={{ opacity: 0 }} />
    </Box>
  );
}
