import { expect, it } from "vitest";
import { ApiError } from "../../api/client";
import { columnOf, sentenceOf } from "./SearchBox";

const error = (first: { column?: number; key?: string; message: string }) => new ApiError(400, { detail: "x", errors: [first] });

it("names the field that makes no sense, and finds it in the search", () => {
  const senseless = error({ key: "status", message: "has no order" });
  expect(sentenceOf(senseless)).toBe("status has no order");
  expect(columnOf(senseless, "x AND (y OR status>3)")).toBe(13);
  expect(columnOf(senseless, "elsewhere")).toBeUndefined();
});

it("goes by the column where one is told", () => {
  const told = error({ column: 4, key: "born", message: "the query ends too early" });
  expect(columnOf(told, "born>")).toBe(4);
  expect(sentenceOf(error({ column: 4, message: "the query ends too early" }))).toBe("The query ends too early");
});
