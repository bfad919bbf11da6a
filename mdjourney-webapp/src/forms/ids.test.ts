import { describe, expect, it } from "vitest";
import { fullId, judgeId } from "./ids";
import { tagsIn } from "./tags";

describe("identifiers with a check digit", () => {
  it.each([
    ["orcid", "", "empty"], ["orcid", "0000-0002-1825-00", "unfinished"], ["orcid", "0000-0002-1825-0097", "fine"], ["orcid", "https://orcid.org/0000-0002-1825-0098", "wrong"],
    ["orcid", "0000-0002-1694-233X", "fine"], ["ror", "https://ror.org/05dxps055", "fine"], ["ror", "05dxps056", "wrong"], ["ror", "05dx", "unfinished"],
  ] as const)("%s %s is %s", (kind, text, verdict) => expect(judgeId(kind, text)).toBe(verdict));

  it("writes a bare one in full and leaves other text alone", () => {
    expect(fullId("orcid", " 0000-0002-1825-0097 ")).toBe("https://orcid.org/0000-0002-1825-0097");
    expect(fullId("ror", "05DXPS055")).toBe("https://ror.org/05dxps055");
    expect(fullId("orcid", "Ada")).toBe("Ada");
  });
});

describe("tags in text", () => {
  it("finds what the catalogue will link and nothing else", () => {
    expect(tagsIn("#Heat-stress in roots, see trial:7f3c. #12 https://x.org/#part &#39; ## head #a_b. #Heat-stress")).toEqual(["#heat-stress", "trial:7f3c", "#a_b"]);
  });
});
