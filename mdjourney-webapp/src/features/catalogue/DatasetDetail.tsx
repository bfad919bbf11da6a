/** One dataset of the catalogue: its documents and files. */
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useQuery } from "@tanstack/react-query";
import type { Content, Page, VersionState } from "../../api/types";
import { Failure } from "../../components/Failure";
import { JsonTree } from "../../components/JsonTree";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { Sheet } from "../../components/Sheet";
import { StateChip } from "../../components/StateChip";
import { TextLink } from "../../components/TextLink";
import { bytes, plain } from "../../lib/format";
import { t } from "../../lib/texts";
import { DetailFrame } from "./DetailFrame";
import { ask, screenFor, type Dataset } from "./shapes";

export function DatasetDetail({ id }: { id: string }) {
  const dataset = useQuery(ask<Dataset & Content>(`/datasets/${encodeURIComponent(id)}`));
  const files = useQuery(ask<Page<Content>>(`/datasets/${encodeURIComponent(id)}/files?limit=50`));
  if (dataset.isPending) return <Lines />;
  if (!dataset.data) return <Failure error={dataset.error} onRetry={() => void dataset.refetch()} />;
  const row = dataset.data;
  return (
    <DetailFrame title={row.title ?? row.rel_path} badges={<StateChip state={`V${row.state}` as VersionState} />} lead={<TextLink quiet to={screenFor("project", row.project_id)}>{row.rel_path}</TextLink>}>
      <Stack spacing={2.5}>
        {files.data && files.data.items.length > 0 && (
          <Sheet label={t.catalogue.files} head={[t.catalogue.files, t.catalogue.kind, ""]}>
            {files.data.items.map((f, i) => (
              <TableRow key={i} hover>
                <TableCell sx={{ overflowWrap: "anywhere" }}>{plain(f.rel_path ?? f.file_path ?? f.path)}</TableCell>
                <TableCell>{plain(f.mime_type)}</TableCell>
                <TableCell align="right">{bytes(Number(f.size_bytes ?? f.file_size_bytes ?? f.size ?? f.bytes) || 0)}</TableCell>
              </TableRow>
            ))}
          </Sheet>
        )}
        <Panel title={t.catalogue.metadata}><JsonTree value={row.administrative ?? row.details ?? row} /></Panel>
      </Stack>
    </DetailFrame>
  );
}
