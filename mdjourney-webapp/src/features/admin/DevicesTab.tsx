/** Where one is signed in, and signing devices out. */
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { remove } from "../../api/client";
import { getAll } from "../../api/queries";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { ago, when } from "../../lib/format";
import { t } from "../../lib/texts";

interface Device {
  sign_in_id: string;
  created_at: string;
  seen_at: string;
  address: string | null;
  agent: string | null;
  current: boolean;
}

const BROWSERS: [RegExp, string][] = [[/Edg\//, "Edge"], [/Firefox\//, "Firefox"], [/Chrom(e|ium)\//, "Chrome"], [/Safari\//, "Safari"]];
const SYSTEMS: [RegExp, string][] = [[/Windows/, "Windows"], [/Android/, "Android"], [/iPhone|iPad/, "iOS"], [/Mac OS/, "macOS"], [/Linux/, "Linux"]];

/** A browser's long name in short; anything else as it names itself. */
export function agentName(agent: string | null): string {
  const find = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent ?? ""))?.[1];
  const browser = find(BROWSERS);
  return browser ? [browser, find(SYSTEMS)].filter(Boolean).join(" · ") : (agent ?? "").slice(0, 60);
}

export function DevicesTab() {
  const devices = useQuery({ queryKey: ["sign-ins"], queryFn: ({ signal }) => getAll<Device>("/api/auth/sign-ins", signal) });
  const queries = useQueryClient();
  const end = useMutation({ mutationFn: (id: string) => remove(`/api/auth/sign-ins/${id}`), onSettled: () => void queries.invalidateQueries({ queryKey: ["sign-ins"] }) });
  if (devices.isPending) return <Lines />;
  if (!devices.data) return <Failure error={devices.error} onRetry={() => void devices.refetch()} />;
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary">{t.account.devicesLead}</Typography>
      <Failure error={end.error} />
      <Sheet label={t.account.tabs.devices} head={[t.account.device, t.account.address, t.account.first, t.account.seen, ""]} actions={t.admin.actions} testId="devices">
        {devices.data.map((d) => (
          <TableRow key={d.sign_in_id} hover>
            <TableCell title={d.agent ?? ""} sx={{ fontWeight: 600 }}>{agentName(d.agent)} {d.current && <Chip label={t.account.current} color="success" variant="outlined" />}</TableCell>
            <TableCell>{d.address}</TableCell>
            <TableCell>{when(d.created_at)}</TableCell>
            <TableCell>{ago(d.seen_at)}</TableCell>
            <TableCell align="right">{!d.current && <Button size="small" color="error" onClick={() => end.mutate(d.sign_in_id)} aria-label={t.account.endOf(agentName(d.agent))}>{t.account.end}</Button>}</TableCell>
          </TableRow>
        ))}
      </Sheet>
    </Stack>
  );
}
