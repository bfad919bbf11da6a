/** What can be chosen for a value: licences, units, identifiers known already, instruments, files of the dataset. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useContext, useDeferredValue } from "react";
import { get } from "../api/client";
import { useInstruments } from "../api/queries";
import type { FileEntry, Page } from "../api/types";
import { FormContext, useValue } from "./context";
import { judgeId, type IdKind } from "./ids";
import type { Schema } from "./schema";
import { LICENCES, UNITS } from "./vocabularies";

export type OfferKind = "spdx" | "ucum" | "orcid" | "ror" | "instruments" | "files";
/** A value and what it is called. */
export type Offer = readonly [string, string];

const KINDS = new Set<unknown>(["spdx", "ucum", "orcid", "ror", "instruments", "files"]);

/** What is offered for a field, by its format or by the widget its schema asks for. */
export function offerKind(schema: Schema): OfferKind | null {
  const found = [schema.format, schema["x-widget"]].find((word) => KINDS.has(word));
  return (found as OfferKind | undefined) ?? null;
}

/** Identifiers that stand anywhere in a document, with the name beside them. */
export function knownIds(content: unknown, kind: IdKind): Offer[] {
  const found = new Map<string, string>();
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if (!Array.isArray(value)) {
      const { name, affiliation, funder_name: funder } = value as Record<string, unknown>;
      const called = kind === "ror" ? [affiliation, funder, name] : [name];
      for (const id of Object.values(value)) if (typeof id === "string" && id.includes(`/${kind}.org/`) && judgeId(kind, id) === "fine" && !found.has(id)) found.set(id, called.find((text): text is string => typeof text === "string") ?? "");
    }
    Object.values(value).forEach(visit);
  };
  visit(content);
  return [...found];
}

/** Paths of the dataset's files that go with what is typed. */
export function useFilePaths(typed: string, enabled = true): string[] {
  const dataset = useValue("dataset_identifier_link");
  const datasetId = typeof dataset === "string" ? dataset : "";
  const q = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["files", datasetId, "offered", q],
    enabled: enabled && datasetId !== "",
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await get<Page<FileEntry>>(`/api/v1/datasets/${datasetId}/files?limit=50&status=present&q=${encodeURIComponent(q)}`, signal)).items.map((f) => f.file_path),
  });
  return found.data ?? [];
}

/** What is offered now; nothing is asked for before a kind is named. */
export function useOffers(kind: OfferKind | null, typed: string): Offer[] {
  const { store } = useContext(FormContext);
  const instruments = useInstruments(kind === "instruments");
  const files = useFilePaths(typed, kind === "files");
  switch (kind) {
    case "spdx":
      return LICENCES;
    case "ucum":
      return UNITS;
    case "orcid":
    case "ror":
      return knownIds(store.all(), kind);
    case "instruments":
      return (instruments.data ?? []).map((i) => [i.instrument_id ?? "", [i.name ?? i.slug, i.model].filter(Boolean).join(" · ")] as const).filter(([id]) => id !== "");
    case "files":
      return files.map((path) => [path, ""] as const);
    default:
      return [];
  }
}
