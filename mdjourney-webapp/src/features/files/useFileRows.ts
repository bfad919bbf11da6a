/** The rows in sight of a list that may be very long: fetched in pages by number, when scrolling allows. */
import { useQueries, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "../../api/client";
import type { FileEntry, Page } from "../../api/types";
import { paramsOf, type Filter } from "./shapes";

export const PAGE = 100;
/** While rows fly by, the ones in sight are asked for no more often than this, in ms. */
const PATIENCE = 90;

const keyOf = (datasetId: string, filter: Filter, page: number) => ["files", datasetId, "rows", filter, page] as const;

function fetchRows(datasetId: string, filter: Filter, offset: number, limit: number, signal?: AbortSignal): Promise<Page<FileEntry>> {
  const params = paramsOf(filter);
  params.set("offset", String(offset));
  params.set("limit", String(limit));
  params.set("brief", "true");
  return get<Page<FileEntry>>(`/api/v1/datasets/${datasetId}/files?${params.toString()}`, signal);
}

/** Paths of the rows from `first` to `last`, fetched where they are not here. */
export async function pathsBetween(queries: QueryClient, datasetId: string, filter: Filter, first: number, last: number): Promise<string[]> {
  const paths: string[] = [];
  for (let page = Math.floor(first / PAGE); page * PAGE <= last; page += 1) {
    const found = await queries.ensureQueryData({ queryKey: keyOf(datasetId, filter, page), queryFn: ({ signal }) => fetchRows(datasetId, filter, page * PAGE, PAGE, signal) });
    found.items.forEach((file, i) => {
      const at = page * PAGE + i;
      if (at >= first && at <= last) paths.push(file.file_path);
    });
  }
  return paths;
}

export interface FileRows {
  at: (index: number) => FileEntry | undefined;
  total: number | undefined;
  error: Error | null;
  retry: () => void;
  /** Told which rows are in sight. */
  see: (first: number, last: number) => void;
}

export function useFileRows(datasetId: string, filter: Filter, interval: number): FileRows {
  const [seen, setSeen] = useState<[number, number]>([0, 0]);
  const queries = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  const latest = useRef<[number, number]>([0, 0]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const see = useCallback((first: number, last: number) => {
    const next: [number, number] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    if (next[0] === latest.current[0] && next[1] === latest.current[1]) return;
    latest.current = next;
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      setSeen(latest.current);
    }, PATIENCE);
  }, []);
  const pages = useMemo(() => Array.from({ length: seen[1] - seen[0] + 1 }, (_, i) => seen[0] + i), [seen]);
  const answers = useQueries({
    queries: pages.map((page) => ({
      queryKey: keyOf(datasetId, filter, page),
      refetchInterval: interval,
      structuralSharing: false as const,
      gcTime: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchRows(datasetId, filter, page * PAGE, PAGE, signal),
    })),
  });
  const versions = answers.map((a) => a.dataUpdatedAt).join();
  const at = useMemo(() => {
    const here = new Map<number, FileEntry[] | undefined>();
    return (index: number) => {
      const page = Math.floor(index / PAGE);
      if (!here.has(page)) here.set(page, queries.getQueryData<Page<FileEntry>>(keyOf(datasetId, filter, page))?.items);
      return here.get(page)?.[index % PAGE];
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- made anew when an answer came, not when the page scrolled
  }, [queries, datasetId, filter, versions]);
  const first = answers.find((a) => a.data)?.data;
  return { at, total: first?.total ?? undefined, error: answers.find((a) => a.error)?.error ?? null, retry: () => answers.forEach((a) => void a.refetch()), see };
}
