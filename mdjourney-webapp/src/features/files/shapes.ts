/** What the list, the facets and the previews of files answer, and how filters are written in addresses. */
import type { FileEntry } from "../../api/types";

export const FACETS = ["status", "role", "mime_type", "extension", "described"] as const;
export type Facet = (typeof FACETS)[number];

/** `""` among the values stands for none. */
export type Filter = { q: string } & Record<Facet, string[]>;

export interface Counts {
  total: number;
  bytes: number;
  facets: Partial<Record<Facet, { value: string; count: number }[]>>;
}

export type Preview = { entry: FileEntry & Record<string, unknown> } & (
  | { kind: "image"; width: number; height: number; thumbnail: string }
  | { kind: "table"; columns: string[]; rows: string[][]; truncated: boolean }
  | { kind: "text"; text: string; encoding: string | null; truncated: boolean }
  | { kind: "none"; reason: string }
);

export const NO_FILTER: Filter = { q: "", status: [], role: [], mime_type: [], extension: [], described: [] };

/** Reads a filter from an address; what it does not know it leaves out. */
export function filterOf(params: URLSearchParams): Filter {
  const filter: Filter = { ...NO_FILTER, q: params.get("q") ?? "" };
  for (const facet of FACETS) filter[facet] = params.getAll(facet);
  return filter;
}

/** A filter as the API takes it. */
export function paramsOf(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.q) params.set("q", filter.q);
  for (const facet of FACETS) for (const value of filter[facet]) params.append(facet, value);
  return params;
}

export const isNarrow = (filter: Filter) => filter.q !== "" || FACETS.some((facet) => filter[facet].length > 0);

/** A filter with one value chosen, or no longer. */
export function toggled(filter: Filter, facet: Facet, value: string): Filter {
  const chosen = filter[facet];
  return { ...filter, [facet]: chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value] };
}

/** A path as it stands in an address. */
export const encodePath = (path: string) => path.split("/").map(encodeURIComponent).join("/");
