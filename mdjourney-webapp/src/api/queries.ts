/** What the server knows, as queries; one key per noun, so that live news can name what is stale. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ApiError, get, getDocument, rememberToken } from "./client";
import { usePollInterval } from "./events";
import type { Config, Dataset, Document, Health, Instrument, Page, Project, Run, SchemaItem, Sessions, SignedIn } from "./types";

const MOST_PAGES = 50;

/** Every page of a list. */
export async function getAll<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const url = cursor ? `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}` : path;
    const answer = await get<Page<T>>(url, signal);
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return items;
}

/** Who is signed in; null when nobody is. */
export function useMe(): UseQueryResult<SignedIn | null> {
  return useQuery({
    queryKey: ["me"],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      try {
        const me = await get<SignedIn>("/api/auth/me", signal);
        rememberToken(me.csrf_token);
        return me;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
  });
}

/** Whether whoever is signed in may change anything; readers only look. What a project allows is the server's to say. */
export const useMayChange = (): boolean => useMe().data?.user.role !== "reader";

export function useSessions(poll = 15_000): UseQueryResult<Sessions> {
  return useQuery({ queryKey: ["session"], refetchInterval: poll, queryFn: ({ signal }) => get<Sessions>("/api/session", signal) });
}

export function useConfigs(): UseQueryResult<Config[]> {
  return useQuery({ queryKey: ["configs"], queryFn: ({ signal }) => getAll<Config>("/api/configs", signal) });
}

export function useHealth(enabled: boolean): UseQueryResult<Health> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["health"], enabled, refetchInterval: Math.min(interval, 5_000), retry: false, queryFn: ({ signal }) => get<Health>("/api/v1/health", signal) });
}

export function useProjects(): UseQueryResult<Project[]> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["projects"], refetchInterval: interval, queryFn: ({ signal }) => getAll<Project>("/api/v1/projects", signal) });
}

export function useDatasets(projectId: string, enabled = true): UseQueryResult<Dataset[]> {
  const interval = usePollInterval();
  return useQuery({
    queryKey: ["datasets", projectId],
    enabled,
    refetchInterval: interval,
    queryFn: ({ signal }) => getAll<Dataset>(`/api/v1/projects/${projectId}/datasets`, signal),
  });
}

export function useDataset(id: string): UseQueryResult<Dataset> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["dataset", id], refetchInterval: interval, queryFn: ({ signal }) => get<Dataset>(`/api/v1/datasets/${id}`, signal) });
}

export function useProject(id: string): UseQueryResult<Project> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["projects", id], refetchInterval: interval, queryFn: ({ signal }) => get<Project>(`/api/v1/projects/${id}`, signal) });
}

export function useRuns(datasetId: string): UseQueryResult<Run[]> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["runs", datasetId], refetchInterval: interval, queryFn: ({ signal }) => getAll<Run>(`/api/v1/datasets/${datasetId}/runs`, signal) });
}

export function useRun(id: string): UseQueryResult<Run> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["run", id], refetchInterval: interval, queryFn: ({ signal }) => get<Run>(`/api/v1/runs/${id}`, signal) });
}

export function useDocument(path: string): UseQueryResult<Document> {
  const interval = usePollInterval();
  return useQuery({ queryKey: ["document", path], refetchInterval: interval, queryFn: ({ signal }) => getDocument(path, signal) });
}

export function useSchema(note: { name: string; url?: string } | undefined): UseQueryResult<Record<string, unknown>> {
  const url = note && schemaUrl(note);
  return useQuery({ queryKey: ["schema", url], enabled: !!url, staleTime: 60_000, queryFn: ({ signal }) => get<Record<string, unknown>>(url ?? "", signal) });
}

function schemaUrl(note: { name: string; url?: string }): string {
  return note.url?.startsWith("/api/v1/") ? note.url : `/api/v1/schemas/${note.name.split("/").map(encodeURIComponent).join("/")}`;
}

export function useTemplates(): UseQueryResult<SchemaItem[]> {
  return useQuery({ queryKey: ["schemas"], staleTime: 60_000, queryFn: ({ signal }) => getAll<SchemaItem>("/api/v1/schemas", signal) });
}

export function useInstruments(enabled = true): UseQueryResult<Instrument[]> {
  return useQuery({ queryKey: ["instruments"], enabled, queryFn: ({ signal }) => getAll<Instrument>("/api/v1/instruments", signal) });
}
