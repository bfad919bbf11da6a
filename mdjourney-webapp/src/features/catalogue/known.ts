/** What the search box may suggest: names of projects, and the fields of what the catalogue holds. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Page } from "../../api/types";
import { ask, listOf, type FieldName, type Project } from "./shapes";

/** Titles of projects by id; the newest 500. */
export function useProjectNames(): Map<string, string> {
  const projects = useQuery(listOf<Project>("/projects?limit=500"));
  return useMemo(() => new Map((projects.data?.items ?? []).map((p) => [p.project_id, p.name ?? p.project_id])), [projects.data]);
}

/** Fields that searches can compare and that go with what is typed, the most used first; the last answer until the next one is there. */
export function useFields(word: string): FieldName[] {
  const name = /^-?([\p{L}_][\w.-]*)$/u.exec(word)?.[1];
  const found = useQuery({ ...ask<Page<FieldName>>(`/fields?${new URLSearchParams({ q: name ?? "", limit: "20" }).toString()}`, false), enabled: name !== undefined, staleTime: 60_000, placeholderData: keepPreviousData });
  return name === undefined ? NONE : (found.data?.items ?? NONE);
}

const NONE: FieldName[] = [];
