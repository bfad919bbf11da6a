import { describe, expect, it } from "vitest";
import { agentName } from "./DevicesTab";
import { meanSeconds, parseMetrics, sum } from "./metrics";

const TEXT = '# HELP x y\nr_total{method="GET",status="2xx"} 10.0\nr_total{method="GET",status="5xx"} 2.0\ns_count 4.0\ns_sum 0.2\n';

describe("the health screen", () => {
  it("adds up samples by label", () => {
    const samples = parseMetrics(TEXT);
    expect(sum(samples, "r_total")).toBe(12);
    expect(sum(samples, "r_total", { status: "5xx" })).toBe(2);
    expect(meanSeconds(samples, "s")).toBeCloseTo(0.05);
    expect(meanSeconds(samples, "nothing")).toBe(0);
  });
});

it("names browsers in short, and programs as they name themselves", () => {
  expect(agentName("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")).toBe("Chrome · Linux");
  expect(agentName("python-httpx/0.28.1")).toBe("python-httpx/0.28.1");
});
