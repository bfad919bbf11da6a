/** What is searched for and what was found: the text as typed leads, address and answers follow. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { NavigationType, useLocation, useNavigationType, useSearchParams } from "react-router";
import { ask, asked, searchPath, type Facets, type Hit, type Kind } from "../../api/catalogue";
import { ApiError, get } from "../../api/client";
import type { Page } from "../../api/types";

/** The text as typed: it leads, the address follows; only a link or the browser's back button leads the other way. */
function useTyped(inAddress: string): [string, (text: string) => void] {
  const [text, setText] = useState(inAddress);
  const { key } = useLocation();
  const how = useNavigationType();
  useEffect(() => {
    if (how !== NavigationType.Replace) setText(inAddress);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- each navigation once, whatever is typed meanwhile
  }, [key]);
  return [text, setText];
}

/** The text a moment after typing has paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), 250);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The value, or the last one there was: half a word of the language must not empty the screen. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

export function useCatalogue() {
  const [params, setParams] = useSearchParams();
  const kind = params.get("kind") as Kind | null;
  const [text, setText] = useTyped(params.get("q") ?? "");
  const settled = useSettled(text);
  const query = settled.trim();
  useEffect(() => {
    setParams((old) => ({ ...(settled && { q: settled }), ...(old.get("kind") && { kind: old.get("kind") ?? "" }) }), { replace: true });
  }, [settled, setParams]);
  const setKind = (k: Kind | null) => setParams({ ...(text && { q: text }), ...(k && { kind: k }) }, { replace: true });
  const front = query === "" && kind === null;
  const shown = front ? "trial" : kind;
  const hits = useInfiniteQuery({
    queryKey: ["catalogue", "search", query, shown],
    initialPageParam: "",
    refetchInterval: 15_000,
    retry: false,
    placeholderData: keepPreviousData,
    getNextPageParam: (last: Page<Hit>) => last.next_cursor || undefined,
    queryFn: ({ pageParam, signal }) => get<Page<Hit>>(searchPath(query, shown, pageParam), signal),
  });
  const counts = useQuery({ ...ask<Facets>(`/facets?${asked({ q: query, kind })}`), retry: false, placeholderData: keepPreviousData });
  const pages = useLast(hits.data?.pages);
  const unread = hits.error instanceof ApiError && hits.error.status === 400 ? hits.error : null;
  return { text, setText, query, kind, setKind, front, shown, hits, pages, unread, facets: useLast(counts.data) };
}
