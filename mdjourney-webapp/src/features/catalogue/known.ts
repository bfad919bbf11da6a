/** What the search box may suggest: names of projects, and the fields that recent trials have. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Page } from "../../api/types";
import { flatten } from "./flatten";
import { ask, listOf, type Project, type Trial } from "./shapes";

const RECENT = 3;

/** Titles of projects by id; the newest 500. */
export function useProjectNames(): Map<string, string> {
  const projects = useQuery(listOf<Project>("/projects?limit=500"));
  return useMemo(() => new Map((projects.data?.items ?? []).map((p) => [p.project_id, p.name ?? p.project_id])), [projects.data]);
}

/** Dotted names of the fields in the latest trials. */
export function useFields(): string[] {
  const latest = useQuery({ ...ask<Page<Trial>>(`/trials?limit=${RECENT}`, false), staleTime: 60_000 });
  const whole = useQueries({ queries: (latest.data?.items ?? []).map((trial) => ({ ...ask<Trial>(`/trials/${trial.trial_id}`, false), staleTime: 60_000 })) });
  const names = whole.flatMap((one) => (one.data?.metadata ? [...flatten(one.data.metadata).keys()] : []));
  const key = [...new Set(names)].join("\n");
  return useMemo(() => (key ? key.split("\n") : []), [key]);
}
