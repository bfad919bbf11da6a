/** A local override of a schema: its text as it lies in the folder, trying a change out, saving it, taking it away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, fetchText, remove, request } from "../../api/client";
import type { Content, Impact } from "../../api/types";
import type { SchemaItem } from "../../api/types";

/** What a change would do; with the schema that documents would get. */
export type Tried = Impact & { schema?: Content };

export const pathOf = (name: string) => `/api/v1/schemas/${name.split("/").map(encodeURIComponent).join("/")}/override`;

/** The override as it was written; null where there is none. */
export function useRawOverride(row: SchemaItem) {
  return useQuery({
    queryKey: ["schemas", "override", row.name],
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async ({ signal }) => {
      try {
        return await fetchText(pathOf(row.name), signal);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function useOverride(row: SchemaItem, etag: string | null) {
  const queries = useQueryClient();
  const path = pathOf(row.name);
  const renew = () => {
    for (const key of ["schemas", "schema", "projects", "inbox", "document"]) void queries.invalidateQueries({ queryKey: [key] });
  };
  const send = (schema: Content, dryRun: boolean) => request<Tried>(path, { method: "PUT", json: { schema, dry_run: dryRun }, headers: dryRun || etag === null ? undefined : { "If-Match": etag } });
  const tried = useMutation({ mutationFn: (schema: Content) => send(schema, true) });
  const saved = useMutation({ mutationFn: (schema: Content) => send(schema, false), onSuccess: renew });
  const dropped = useMutation({ mutationFn: () => remove(path), onSettled: renew });
  return { tried, saved, dropped };
}

/** A value once it has not changed for a while. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
