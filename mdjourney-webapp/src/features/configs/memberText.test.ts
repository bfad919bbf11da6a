import { describe, expect, it } from "vitest";
import { withMembers } from "./memberText";

describe("members in a config's text", () => {
  it("are appended where there are none", () => {
    expect(withMembers("monitor_path: /d # mine", ["bob", "no"])).toBe('monitor_path: /d # mine\nmembers: [bob, "no"]\n');
  });
  it("replace a list in a row or below each other, and nothing else", () => {
    expect(withMembers("a: 1\nmembers: [x]\nb: 2\n", ["bob"])).toBe("a: 1\nmembers: [bob]\nb: 2\n");
    expect(withMembers("members:\n  - x\n  - y\n# note\nb: 2\n", [])).toBe("members: []\n# note\nb: 2\n");
    expect(withMembers("members:\n- x\n- y\nb: 2\n", ["z"])).toBe("members: [z]\nb: 2\n");
  });
});
