/** Where the value of a field came from: typed, inherited, from a file, copied, a default, or the system's. */
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Origin } from "../../api/types";
import { ago, when } from "../../lib/format";
import { toPointer, type Path } from "../../lib/pointer";
import { t } from "../../lib/texts";

/** What is known of a value, or of the nearest part around it that something is known of. */
export function originAt(origins: Record<string, Origin>, path: Path): Origin | undefined {
  for (let n = path.length; n > 0; n -= 1) {
    const found = origins[toPointer(path.slice(0, n))];
    if (found) return found;
  }
  return undefined;
}

export function FieldOrigin({ document, path }: { document: string; path: Path }) {
  const asked = useQuery({ queryKey: ["origins", document], staleTime: 60_000, retry: false, queryFn: ({ signal }) => get<{ origins: Record<string, Origin> }>(`/api/v1/origins?document=${encodeURIComponent(document)}`, signal) });
  const found = asked.data && originAt(asked.data.origins, path);
  if (!found) return null;
  const { source } = found;
  const from = source && (source.document ?? source.file ?? source.run ?? source.dataset ?? source.project ?? source.instrument);
  return (
    <Typography variant="body2" color="text.secondary" title={when(found.at)} data-testid="field-origin" data-kind={found.kind} sx={{ overflowWrap: "anywhere" }}>
      {[t.field.kinds[found.kind], from && t.field.from(from), found.by && t.field.by(found.by.name), found.at && ago(found.at)].filter(Boolean).join(" · ")}
    </Typography>
  );
}
