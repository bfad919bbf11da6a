import { expect, it } from "vitest";
import { inReadingOrder } from "./order";

it("begins with what a thing is and ends with what the system notes", () => {
  const stored = { os: "Linux", created_by: "ada", command: ["x"], experiment_name: "Heat", dataset_identifier_link: "d", experimenters: [], clean_exit: true };
  expect(Object.keys(inReadingOrder(stored))).toEqual(["experiment_name", "experimenters", "command", "os", "clean_exit", "created_by", "dataset_identifier_link"]);
  expect(inReadingOrder(stored)).toEqual(stored);
});
