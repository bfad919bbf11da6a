/** The catalogue of the lab: what its rows are called here, how it is asked, and where its things are shown. */
import type { components } from "./generated/gateway";
import { get } from "./client";
import type { Page } from "./types";

type Gateway = components["schemas"];

export type Hit = Gateway["Match"];
export type Kind = Hit["kind"];
export type Trial = Gateway["WholeTrial"];
export type TrialRow = Gateway["Trial"];
export type Project = Gateway["WholeProject"];
export type ProjectRow = Gateway["Project"];
export type Dataset = Gateway["WholeDataset"];
export type DatasetRow = Gateway["Dataset"];
export type FileRow = Gateway["File"];
export type Save = Gateway["Saved"];
export type Change = Gateway["Change"];
export type Changes = Gateway["Changes"];
export type TrialEvent = Gateway["Moments"];
export type SavedSearch = Gateway["SavedSearch"];
/** A field that searches can compare, what it holds, and how many things carry it. */
export type FieldName = Gateway["FieldName"];
export type Facets = Gateway["Facets"];
export type TagRow = Gateway["Tag"];
export type Graph = Gateway["Graph"];
export type Trace = Gateway["Trace"];
export type Person = Gateway["StorePerson"];
export type StoreHealth = Gateway["StoreHealth"];

export const CATALOGUE = "/api/catalog/v1";

/** A question to the catalogue, asked again now and then. */
export const ask = <T,>(path: string, refetchInterval: number | false = 15_000) => ({
  queryKey: ["catalogue", path],
  refetchInterval,
  queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(CATALOGUE + path, signal),
});

export const listOf = <T,>(path: string) => ask<Page<T>>(path);

/** What follows a path: every member that has a value. */
export function asked(members: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(members).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

export const searchPath = (q: string, kind: Kind | null, cursor = "", limit = 50) => `${CATALOGUE}/search?${asked({ q, kind, limit, cursor })}`;

/** The screen that shows a thing of the catalogue. */
export function screenFor(kind: string, id: string): string {
  if (kind === "tag") return `/catalogue?q=${encodeURIComponent(`#${id}`)}`;
  return `/catalogue/${kind}s/${encodeURIComponent(id)}`;
}

/** The screen of what a search found; a file is shown in its dataset. */
export function screenOf(hit: Hit): string {
  return hit.kind === "file" ? `${screenFor("dataset", hit.dataset_id ?? "")}?files=${encodeURIComponent(hit.path ?? "")}` : screenFor(hit.kind, hit.entity_id);
}

export const graphFor = (kind: string, id: string) => `/catalogue/graph/${kind}/${encodeURIComponent(id)}`;

/** One doing may touch several documents: of neighbours that say the same, the first is told. */
export function once<T extends { subject: string | null }>(told: T[]): T[] {
  return told.filter((one, i) => i === 0 || one.subject === null || one.subject !== told[i - 1]?.subject);
}
