import { expect, it } from "vitest";
import { asQuery } from "./Palette";

it("searches for beginnings of words, whatever signs are typed", () => {
  expect(asQuery('heat "shi (')).toBe("heat* shi*");
  expect(asQuery("  ")).toBe("");
});
