import { expect, it } from "vitest";
import { cell, toCsv } from "./csv";

it("keeps spreadsheets from running what a cell holds", () => {
  expect(["=1+1", "@SUM(A1)", "-2", 'say "hi", you', "plain"].map(cell)).toEqual(["'=1+1", "'@SUM(A1)", "'-2", '"say ""hi"", you"', "plain"]);
});

it("has one line for each match", () => {
  const hit = { kind: "trial", entity_id: "t", project_id: null, user_id: "ada", title: "A, b", status: "alive", at: "2026-11-22T00:00:00Z", tags: ["x", "y"] } as const;
  expect(toCsv([{ ...hit, tags: [...hit.tags] }])).toBe('kind,entity_id,title,status,project_id,user_id,at,tags\r\ntrial,t,"A, b",alive,,ada,2026-11-22T00:00:00Z,x y\r\n');
});
