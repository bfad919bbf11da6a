/** Every version of a config with what changed in it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { getAll } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { when } from "../../lib/format";
import { t } from "../../lib/texts";

interface Version {
  version: number;
  yaml: string;
  saved_by: string;
  saved_at: string;
  diff: string;
}

export function Versions({ id, onTake }: { id: string; onTake: (yaml: string) => void }) {
  const versions = useQuery({ queryKey: ["config", id, "versions"], queryFn: ({ signal }) => getAll<Version>(`/api/configs/${id}/versions`, signal) });
  if (versions.isPending) return <Lines />;
  if (!versions.data) return <Failure error={versions.error} onRetry={() => void versions.refetch()} />;
  return (
    <Stack spacing={2} data-testid="config-versions">
      {versions.data.map((v, i) => (
        <Panel key={v.version} title={t.configs.version(v.version)} hint={`${v.saved_by} · ${when(v.saved_at)}`} actions={i === 0 ? <Chip label={t.configs.current} color="success" variant="outlined" /> : <Button size="small" onClick={() => onTake(v.yaml)}>{t.configs.take}</Button>}>
          {i === versions.data.length - 1 ? <Typography variant="body2" color="text.secondary">{t.configs.noDiff}</Typography> : <Diff text={v.diff} />}
        </Panel>
      ))}
    </Stack>
  );
}

const TONE: Record<string, string> = { "+": "success.main", "-": "error.main" };

/** A unified diff without its head; signs stay, so that colour is not all. */
function Diff({ text }: { text: string }) {
  const lines = text.split("\n").filter((l) => !/^(---|\+\+\+|@@)/.test(l));
  return (
    <Box component="pre" tabIndex={0} role="region" aria-label={t.configs.diff} sx={{ m: 0, fontSize: 13, lineHeight: 1.6, overflow: "auto", border: 1, borderColor: "divider", borderRadius: 1, py: 1 }}>
      {lines.map((line, i) => <Box key={i} component="span" sx={{ display: "block", px: 1.5, color: TONE[line[0] ?? ""], borderLeft: 3, borderColor: TONE[line[0] ?? ""] ?? "transparent" }}>{line || " "}</Box>)}
    </Box>
  );
}
