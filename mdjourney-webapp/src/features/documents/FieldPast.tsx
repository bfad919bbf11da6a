/** What stood in a field before, who changed it and when; any of it can be taken back into the draft. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { FieldStep, Page } from "../../api/types";
import { Lines } from "../../components/Lines";
import { same } from "../../forms/same";
import { ago, plain, when } from "../../lib/format";
import { toPointer, type Path } from "../../lib/pointer";
import { t } from "../../lib/texts";

const SHOWN = 6;

interface Props {
  document: string;
  path: Path;
  now: unknown;
  onTake?: (value: unknown) => void;
}

export function FieldPast({ document, path, now, onTake }: Props) {
  const pointer = toPointer(path);
  const log = useInfiniteQuery({
    queryKey: ["history", document, "field", pointer],
    initialPageParam: "",
    retry: false,
    getNextPageParam: (last: Page<FieldStep>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<FieldStep>>(`/api/v1/history/field?document=${encodeURIComponent(document)}&pointer=${encodeURIComponent(pointer)}&limit=${SHOWN}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ""}`, signal),
  });
  if (log.isPending) return <Lines n={2} height={24} />;
  if (!log.data) return null;
  const steps = log.data.pages.flatMap((p) => p.items);
  return (
    <Box data-testid="field-past">
      <Typography variant="overline" component="h4" color="text.secondary">{t.field.past}</Typography>
      {steps.length === 0 && <Typography variant="body2" color="text.secondary">{t.field.noPast}</Typography>}
      <Stack component="ol" spacing={1.25} sx={{ listStyle: "none", p: 0, m: 0 }}>
        {steps.map((s) => (
          <Box component="li" key={s.commit} data-testid="field-step" sx={{ borderLeft: 2, borderColor: "divider", pl: 1.25 }}>
            <Typography variant="caption" color="text.secondary" component="div" title={when(s.at)}>{s.author.name} · {ago(s.at)}</Typography>
            <Typography variant="body2" sx={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap", maxHeight: 120, overflow: "hidden" }}>{plain(s.after) || t.doc.empty}</Typography>
            {onTake && !same(s.after, now) && <Button size="small" onClick={() => onTake(s.after)} aria-label={`${t.field.take}: ${plain(s.after) || t.doc.empty}`} data-testid="field-take" sx={{ ml: -0.75 }}>{t.field.take}</Button>}
          </Box>
        ))}
      </Stack>
      {log.hasNextPage && <Button size="small" onClick={() => void log.fetchNextPage()} sx={{ mt: 0.5 }}>{t.history.more}</Button>}
    </Box>
  );
}
