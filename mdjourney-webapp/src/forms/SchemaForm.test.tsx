import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { readFileSync } from "node:fs";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Content } from "../api/types";
import { SchemaForm } from "./SchemaForm";
import type { Schema } from "./schema";

afterEach(cleanup);

const PACKAGED = ["project_descriptive", "dataset_administrative", "dataset_structural", "instrument_technical", "experiment_contextual", "contextual/computational_workflow", "contextual/genomics_sequencing", "contextual/microscopy_imaging", "contextual/anndata_mudata"];
const packaged = (name: string) => JSON.parse(readFileSync(`../packaged_schemas/${name}.json`, "utf8")) as Schema;

function Held({ schema, first = {}, tell, pending = new Set() }: { schema: Schema; first?: Content; tell?: (c: Content) => void; pending?: Set<() => void> }) {
  const [content, setContent] = useState(first);
  return (
    <QueryClientProvider client={new QueryClient()}>
      <SchemaForm schema={schema} content={content} errors={[]} missing={[]} pending={pending} hide={["file_descriptions"]} onChange={(c) => { setContent(c); tell?.(c); }} />
    </QueryClientProvider>
  );
}

describe("a form drawn from a schema", () => {
  it.each(PACKAGED)("draws %s with a control for each field a person fills", (name) => {
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    const schema = packaged(name);
    const told = vi.fn();
    const { container } = render(<Held schema={schema} tell={told} />);
    const asked = Object.entries(schema.properties ?? {}).filter(([key, s]) => s["x-filled-by"] !== "system" && key !== "file_descriptions");
    expect(asked.length).toBeGreaterThan(3);
    for (const [key] of asked) expect(container.querySelector(`[data-field="root_${key}"]`), key).not.toBeNull();
    expect(container.textContent).not.toMatch(/Unsupported field|Unknown field type/);
    expect(told.mock.calls.map(([c]) => c as Content).filter((c) => Object.keys(c).length > 0)).toEqual([]);
  });

  const small: Schema = { type: "object", properties: { title: { type: "string", title: "Title" }, n: { type: "integer", title: "N" }, tags: { type: "array", title: "Tags", items: { type: "string" } }, ok: { type: "boolean", title: "Fine" }, kind: { enum: ["a", "b"], title: "Kind" } } };

  it("holds typed text in the field and commits it when the field is left", async () => {
    const told = vi.fn();
    render(<Held schema={small} tell={told} />);
    await userEvent.type(screen.getByLabelText("Title"), "Warm roots");
    await userEvent.tab();
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ title: "Warm roots" }));
    expect(told.mock.calls.length).toBeLessThan("Warm roots".length);
  });

  it("commits what is still held when somebody saves without leaving the field", async () => {
    const told = vi.fn();
    const pending = new Set<() => void>();
    render(<Held schema={small} tell={told} pending={pending} />);
    await userEvent.type(screen.getByLabelText("N"), "12");
    act(() => {
      for (const commit of [...pending]) commit();
    });
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ n: 12 }));
  });

  it("keeps a number that is no number as text, so that it can be told and corrected", async () => {
    const told = vi.fn();
    render(<Held schema={small} tell={told} />);
    await userEvent.type(screen.getByLabelText("N"), "12x");
    await userEvent.tab();
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ n: "12x" }));
  });

  it("takes words one by one with Enter", async () => {
    const told = vi.fn();
    render(<Held schema={small} tell={told} />);
    await userEvent.type(screen.getByLabelText("Tags"), "one{Enter}two{Enter}");
    expect(told).toHaveBeenLastCalledWith(expect.objectContaining({ tags: ["one", "two"] }));
  });

  it("assumes neither yes nor no, nor the first of a list", async () => {
    const told = vi.fn();
    render(<Held schema={small} tell={told} />);
    await userEvent.selectOptions(screen.getByLabelText("Kind"), "b");
    expect(told).toHaveBeenLastCalledWith({ kind: "b" });
    await userEvent.selectOptions(screen.getByLabelText("Kind"), "not said");
    expect((told.mock.calls.at(-1)?.[0] as Content).kind).toBeUndefined();
  });

  it("shows hostile titles and values as text", () => {
    const hostile = `<img src=x onerror="window.hit=1">`;
    const { container } = render(<Held schema={{ type: "object", properties: { a: { type: "string", title: hostile, description: hostile } } }} first={{ a: hostile }} />);
    expect(container.querySelector("img")).toBeNull();
    expect(container.textContent).toContain(hostile);
  });

  it.each<[string, Schema]>([
    ["recursion", { type: "object", properties: { a: { $ref: "#/$defs/n" } }, $defs: { n: { type: "object", title: "Node", properties: { name: { type: "string" }, child: { $ref: "#/$defs/n" } } } } }],
    ["oneOf with const", { type: "object", properties: { a: { oneOf: [{ const: "x", title: "X" }, { const: "y", title: "Y" }] } } }],
    ["oneOf of objects", { type: "object", properties: { a: { oneOf: [{ title: "P", properties: { p: { type: "string" } } }, { title: "Q", properties: { q: { type: "string" } } }] } } }],
    ["if/then/else", { type: "object", properties: { a: { type: "string" } }, if: { properties: { a: { const: "1" } } }, then: { properties: { b: { type: "string" } } }, else: { properties: { c: { type: "string" } } } }],
    ["patternProperties", { type: "object", properties: { a: { type: "object", patternProperties: { "^x": { type: "string" } } } } }],
    ["untyped", { type: "object", properties: { a: {} } }],
    ["prefixItems", { type: "object", properties: { a: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] } } }],
    ["several types", { type: "object", properties: { a: { type: ["string", "number", "object"] } } }],
    ["a reference to nowhere", { type: "object", properties: { a: { type: "string" } }, allOf: [{ if: { properties: { a: { $ref: "#/$defs/gone" } } }, then: {} }] }],
  ])("draws %s", (_name, schema) => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { container } = render(<Held schema={schema} />);
    expect(container.querySelectorAll("[data-field], input, select, textarea").length).toBeGreaterThan(0);
  });
});
