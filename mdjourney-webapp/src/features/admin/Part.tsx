/** One part of the system's health: how it does, and numbers by name. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import type { ReactNode } from "react";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";

/** Names and values; what is null or undefined is left out. */
export type Row = [string, ReactNode];

interface Props {
  title: string;
  ok: boolean;
  /** What is said when it does not do well. */
  away?: string;
  pending?: boolean;
  rows: Row[];
  children?: ReactNode;
}

export function Part({ title, ok, away = t.admin.away, pending, rows, children }: Props) {
  return (
    <Panel title={title} actions={!pending && <Chip label={ok ? t.admin.ok : away} color={ok ? "success" : "warning"} variant="outlined" />}>
      {pending ? <Lines n={2} /> : <Rows rows={rows} />}
      {children}
    </Panel>
  );
}

export function Rows({ rows }: { rows: Row[] }) {
  return (
    <>
      {rows.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => (
        <Box key={name} sx={{ display: "flex", justifyContent: "space-between", gap: 2, py: 0.4 }}>
          <Typography variant="body2" color="text.secondary">{name}</Typography>
          <Typography variant="body2" component="div" sx={{ fontVariantNumeric: "tabular-nums", overflowWrap: "anywhere", textAlign: "right" }}>{value}</Typography>
        </Box>
      ))}
    </>
  );
}
