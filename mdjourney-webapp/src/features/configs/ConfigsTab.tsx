/** The configs that are registered. */
import FileIcon from "@mui/icons-material/DescriptionOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { remove } from "../../api/client";
import { useConfigs } from "../../api/queries";
import type { Config } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { ago } from "../../lib/format";
import { t } from "../../lib/texts";

export function ConfigsTab() {
  const configs = useConfigs();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Config | null>(null);
  const drop = useMutation({
    mutationFn: (id: string) => remove(`/api/configs/${id}`),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: ["configs"] });
    },
  });
  if (configs.isPending) return <Lines />;
  if (!configs.data) return <Failure error={configs.error} onRetry={() => void configs.refetch()} />;
  const add = <Button variant="contained" component={Link} to="/admin/configs/new" data-testid="config-new">{t.configs.new}</Button>;
  if (configs.data.length === 0) return <Empty icon={<FileIcon />} title={t.configs.none} hint={t.configs.noneHint}>{add}</Empty>;
  return (
    <Stack spacing={2}>
      <Box>{add}</Box>
      <Failure error={drop.error} />
      <Sheet label={t.configs.over} head={[t.admin.configName, t.admin.owner, t.configs.members, t.admin.keepRunning, t.admin.version, t.admin.updated, ""]} actions={t.admin.actions} testId="admin-configs">
        {configs.data.map((c) => (
          <TableRow key={c.config_id} hover>
            <TableCell><TextLink strong to={`/admin/configs/${c.config_id}`} testId="config-link">{c.name}</TextLink> {c.running && <Chip label={t.configs.running} color="success" variant="outlined" />}<Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{c.monitor_path}</Typography></TableCell>
            <TableCell>{c.owner}</TableCell>
            <TableCell>{(c.members ?? []).join(", ")}</TableCell>
            <TableCell>{c.keep_running ? t.doc.yes : t.doc.no}</TableCell>
            <TableCell>{c.version}</TableCell>
            <TableCell sx={{ whiteSpace: "nowrap" }}>{ago(c.updated_at)}</TableCell>
            <TableCell align="right"><Button size="small" color="error" onClick={() => setAsked(c)} aria-label={t.admin.removeOf(c.name)}>{t.admin.remove}</Button></TableCell>
          </TableRow>
        ))}
      </Sheet>
      <Ask open={asked !== null} text={t.admin.removeAsk(asked?.name ?? "")} action={t.admin.remove} onYes={() => asked && drop.mutate(asked.config_id)} onNo={() => setAsked(null)} />
    </Stack>
  );
}
