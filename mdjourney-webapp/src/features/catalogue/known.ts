/** What the search box may suggest: names of projects, the fields of what the catalogue holds, and their values. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask, asked, listOf, type Facets, type FieldName, type ProjectRow } from "../../api/catalogue";
import type { Page } from "../../api/types";
import { comparedField } from "./language";

/** Titles of projects by id; the newest 500. */
export function useProjectNames(): Map<string, string> {
  const projects = useQuery(listOf<ProjectRow>("/projects?limit=500"));
  return useMemo(() => new Map((projects.data?.items ?? []).map((p) => [p.project_id, p.name ?? p.project_id])), [projects.data]);
}

/** Fields that searches can compare and that go with what is typed, the most used first; the last answer until the next one is there. */
export function useFields(word: string): FieldName[] {
  const name = /^-?([\p{L}_][\w.-]*)$/u.exec(word)?.[1];
  const found = useQuery({ ...ask<Page<FieldName>>(`/fields?${asked({ q: name, limit: 20 })}`, false), enabled: name !== undefined, staleTime: 60_000, placeholderData: keepPreviousData });
  return name === undefined ? NONE : (found.data?.items ?? NONE);
}

/** What there is to compare with, counted over what the rest of the search finds: with the unfinished word it could not be read. */
export function useValues(word: string, rest: string): Facets["facets"] {
  const wanted = word.startsWith("#") || comparedField(word) !== null || /^\p{L}/u.test(word);
  const found = useQuery({ ...ask<Facets>(`/facets?${asked({ q: rest })}`, false), enabled: wanted, retry: false, staleTime: 15_000, placeholderData: keepPreviousData });
  return found.data?.facets ?? EMPTY;
}

const NONE: FieldName[] = [];
const EMPTY: Facets["facets"] = {};
