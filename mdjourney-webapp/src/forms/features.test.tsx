import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { userEvent, type UserEvent } from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Content } from "../api/types";
import { prune } from "./prune";
import { SchemaForm } from "./SchemaForm";
import type { Schema } from "./schema";

afterEach(cleanup);

/** A feature of JSON Schema: how a person fills a form that uses it, and the document that comes out. */
interface Feature {
  schema: Schema;
  first?: Content;
  fill: (user: UserEvent) => Promise<void>;
  gives: Content;
}

const type = (user: UserEvent, label: string, text: string) => user.type(screen.getByLabelText(label), text);
const press = (user: UserEvent, name: RegExp | string) => user.click(screen.getByRole("button", { name }));
const choose = (user: UserEvent, label: string, option: string) => user.selectOptions(screen.getByLabelText(label), option);
const object = (properties: Record<string, Schema>, more: Schema = {}): Schema => ({ type: "object", properties, ...more });
const text = (title: string): Schema => ({ type: "string", title });

const FEATURES: Record<string, Feature> = {
  "$ref with siblings": {
    schema: object({ who: { $ref: "#/$defs/person", title: "Who did it", required: ["name"] } }, { $defs: { person: object({ name: text("Name"), role: text("Role") }, { title: "Person" }) } }),
    fill: async (user) => {
      screen.getByRole("group", { name: "Who did it" });
      await type(user, "Name", "Ada");
    },
    gives: { who: { name: "Ada" } },
  },
  "$ref with siblings that add fields": {
    schema: object({ who: { $ref: "#/$defs/person", title: "Who did it", properties: { badge: text("Badge") } } }, { $defs: { person: object({ name: text("Name") }) } }),
    fill: async (user) => {
      await type(user, "Name", "Ada");
      await type(user, "Badge", "7");
    },
    gives: { who: { name: "Ada", badge: "7" } },
  },
  "if/then/else": {
    schema: object({ access: { enum: ["open", "closed"], title: "Access" } }, { if: { properties: { access: { const: "closed" } }, required: ["access"] }, then: object({ reason: text("Reason") }), else: object({ link: text("Link") }) }),
    fill: async (user) => {
      screen.getByLabelText("Link");
      await choose(user, "Access", "closed");
      expect(screen.queryByLabelText("Link")).toBeNull();
      await type(user, "Reason", "patients");
    },
    gives: { access: "closed", reason: "patients" },
  },
  "oneOf with const": {
    schema: object({ state: { title: "State", oneOf: [{ const: "a", title: "Alive" }, { const: "d", title: "Dead" }] } }),
    fill: (user) => choose(user, "State", "Dead"),
    gives: { state: "d" },
  },
  "T | null as a list of types": {
    schema: object({ n: { type: ["integer", "null"], title: "Count" }, s: { type: ["null", "string"], title: "Note" } }),
    first: { n: null, s: null },
    fill: async (user) => {
      await type(user, "Count", "12");
      await type(user, "Note", "x");
    },
    gives: { n: 12, s: "x" },
  },
  "T | null as anyOf": {
    schema: object({ n: { title: "Count", anyOf: [{ type: "integer" }, { type: "null" }] } }),
    fill: (user) => type(user, "Count", "3"),
    gives: { n: 3 },
  },
  "several types": {
    schema: object({ v: { type: ["string", "number"], title: "Value" } }),
    fill: (user) => type(user, "Value", "12.5"),
    gives: { v: 12.5 },
  },
  prefixItems: {
    schema: object({ at: { type: "array", title: "Place", prefixItems: [{ type: "string", title: "Well" }, { type: "number", title: "Depth" }], items: false } }),
    fill: async (user) => {
      await type(user, "Well", "A1");
      await type(user, "Depth", "2.5");
    },
    gives: { at: ["A1", 2.5] },
  },
  dependentSchemas: {
    schema: object({ card: text("Card") }, { dependentSchemas: { card: object({ address: text("Address") }) } }),
    fill: async (user) => {
      expect(screen.queryByLabelText("Address")).toBeNull();
      await type(user, "Card", "1");
      await user.tab();
      await type(user, "Address", "Road 1");
    },
    gives: { card: "1", address: "Road 1" },
  },
  dependentRequired: {
    schema: object({ card: text("Card"), address: text("Address") }, { dependentRequired: { card: ["address"] } }),
    fill: async (user) => {
      await type(user, "Card", "1");
      await type(user, "Address", "Road 1");
    },
    gives: { card: "1", address: "Road 1" },
  },
  recursion: {
    schema: object({ tree: { $ref: "#/$defs/node", title: "Tree" } }, { $defs: { node: object({ name: text("Name"), children: { type: "array", title: "Children", items: { $ref: "#/$defs/node" } } }) } }),
    fill: async (user) => {
      await type(user, "Name", "root");
      await press(user, "Add: Children");
      await user.type(screen.getAllByLabelText("Name")[1] as HTMLElement, "leaf");
    },
    gives: { tree: { name: "root", children: [{ name: "leaf" }] } },
  },
  patternProperties: {
    schema: object({ by: { type: "object", title: "By sample", patternProperties: { "^s": { type: "number" } }, additionalProperties: false } }),
    fill: async (user) => {
      await press(user, /add/i);
      await type(user, "Name 1", "s1");
      await type(user, "Value 1", "4");
    },
    gives: { by: { s1: 4 } },
  },
  "additionalProperties with a schema": {
    schema: object({ by: { type: "object", title: "By sample", additionalProperties: { type: "number" } } }),
    fill: async (user) => {
      await press(user, /add/i);
      await type(user, "Name 1", "s1");
      await type(user, "Value 1", "4.5");
    },
    gives: { by: { s1: 4.5 } },
  },
  "additionalProperties that are texts": {
    schema: object({ by: { type: "object", title: "By sample", additionalProperties: { type: "string" } } }),
    fill: async (user) => {
      await press(user, /add/i);
      await type(user, "Name 1", "s1");
      await type(user, "Value 1", "007");
      expect(screen.queryByLabelText("Unit 1")).toBeNull();
    },
    gives: { by: { s1: "007" } },
  },
  "additionalProperties that are objects": {
    schema: object({ by: { type: "object", title: "By sample", additionalProperties: object({ dose: { type: "number", title: "Dose" } }) } }),
    fill: async (user) => {
      await press(user, /add/i);
      const key = screen.getByLabelText(/^Name of/);
      await user.clear(key);
      await user.type(key, "s1");
      await user.tab();
      await type(user, "Dose", "4");
    },
    gives: { by: { s1: { dose: 4 } } },
  },
  untyped: {
    schema: object({ any: { title: "Anything" }, none: {} }),
    fill: async (user) => {
      fireEvent.change(screen.getByLabelText("Anything"), { target: { value: '{"a": [1]}' } });
      await user.click(screen.getByLabelText("Anything"));
      await user.tab();
      await type(user, "None", "plain words");
    },
    gives: { any: { a: [1] }, none: "plain words" },
  },
  allOf: {
    schema: object({ a: text("A") }, { allOf: [object({ b: text("B") }), { $ref: "#/$defs/c" }], $defs: { c: object({ c: text("C") }) } }),
    fill: async (user) => {
      await type(user, "A", "1");
      await type(user, "B", "2");
      await type(user, "C", "3");
    },
    gives: { a: "1", b: "2", c: "3" },
  },
  "anyOf of objects": {
    schema: object({ by: { title: "By", anyOf: [object({ name: text("Name") }, { title: "Person" }), object({ lab: text("Laboratory") }, { title: "Group" })] } }),
    fill: async (user) => {
      await choose(user, "By: kind", "Group");
      await type(user, "Laboratory", "Roots");
    },
    gives: { by: { lab: "Roots" } },
  },
  "oneOf of a text or an object": {
    schema: object({ v: { title: "Dose", oneOf: [{ type: "string", title: "As text" }, object({ value: { type: "number", title: "Value" } }, { title: "Measured", required: ["value"] })] } }),
    fill: async (user) => {
      await choose(user, "Dose: kind", "Measured");
      await type(user, "Value", "4");
    },
    gives: { v: { value: 4 } },
  },
  const: {
    schema: object({ kind: { const: "sample", title: "Kind" }, name: text("Name") }),
    fill: async (user) => {
      await choose(user, "Kind", "sample");
      await type(user, "Name", "x");
    },
    gives: { kind: "sample", name: "x" },
  },
  "enum of numbers": {
    schema: object({ plex: { enum: [6, 10, 16], title: "Plex" } }),
    fill: (user) => choose(user, "Plex", "10"),
    gives: { plex: 10 },
  },
  "enum with titles": {
    schema: object({ unit: { type: "string", title: "Unit", oneOf: [{ const: "mm", title: "millimetre" }, { const: "cm", title: "centimetre" }] }, sides: { type: "array", title: "Sides", uniqueItems: true, items: { type: "string", enum: ["left", "right"] } } }),
    fill: async (user) => {
      await choose(user, "Unit", "centimetre");
      await user.click(screen.getByLabelText("right"));
    },
    gives: { unit: "cm", sides: ["right"] },
  },
  "format date, time, date-time, uri, email": {
    schema: object({ d: { type: "string", format: "date", title: "Day" }, t: { type: "string", format: "time", title: "Time" }, dt: { type: "string", format: "date-time", title: "Moment" }, u: { type: "string", format: "uri", title: "Address" }, e: { type: "string", format: "email", title: "Mail" } }),
    fill: async (user) => {
      fireEvent.change(screen.getByLabelText("Day"), { target: { value: "2026-11-22" } });
      await type(user, "Time", "10:30:00Z");
      await type(user, "Moment", "2026-11-22T10:30:00Z");
      await type(user, "Address", "https://example.org");
      await type(user, "Mail", "a@example.org");
    },
    gives: { d: "2026-11-22", t: "10:30:00Z", dt: "2026-11-22T10:30:00Z", u: "https://example.org", e: "a@example.org" },
  },
  "array of objects": {
    schema: object({ people: { type: "array", title: "People", items: object({ name: text("Name"), tags: { type: "array", title: "Tags", items: { type: "string" } } }) } }),
    fill: async (user) => {
      await press(user, "Add: People");
      await type(user, "Name", "Ada");
      await press(user, "Add: People");
      await user.type(screen.getAllByLabelText("Name")[1] as HTMLElement, "Bob");
    },
    gives: { people: [{ name: "Ada" }, { name: "Bob" }] },
  },
  "array of arrays": {
    schema: object({ grid: { type: "array", title: "Grid", items: { type: "array", title: "Line", items: { type: "number", title: "Cell" } } } }),
    fill: async (user) => {
      await press(user, "Add: Grid");
      await press(user, /Add: (Line|Grid-1)/);
      await user.type(document.querySelector("#root_grid_0_0") as HTMLElement, "4");
    },
    gives: { grid: [[4]] },
  },
  "$defs across $id": {
    schema: { $id: "https://lab.example/a", ...object({ who: { $ref: "https://lab.example/person", title: "Who" }, unit: { $ref: "https://lab.example/person#/$defs/unit", title: "Unit" }, own: { $ref: "https://lab.example/a#/$defs/own" } }), $defs: { person: { $id: "https://lab.example/person", ...object({ name: text("Name"), home: { $ref: "#/$defs/place" } }), $defs: { unit: { type: "string" }, place: object({ town: text("Town") }) } }, own: { type: "string", title: "Own" } } },
    fill: async (user) => {
      await type(user, "Name", "Ada");
      await type(user, "Town", "Bonn");
      await type(user, "Unit", "mm");
      await type(user, "Own", "x");
    },
    gives: { who: { name: "Ada", home: { town: "Bonn" } }, unit: "mm", own: "x" },
  },
  "$anchor and $dynamicRef": {
    schema: object({ a: { $ref: "#here" }, b: { $dynamicRef: "#there" } }, { $defs: { x: { $anchor: "here", ...text("Here") }, y: { $dynamicAnchor: "there", ...text("There") } } }),
    fill: async (user) => {
      await type(user, "Here", "1");
      await type(user, "There", "2");
    },
    gives: { a: "1", b: "2" },
  },
  "definitions of old drafts": {
    schema: { id: "https://lab.example/old", $schema: "http://json-schema.org/draft-04/schema#", ...object({ who: { $ref: "#/definitions/person" } }), definitions: { person: object({ name: text("Name") }) } },
    fill: (user) => type(user, "Name", "Ada"),
    gives: { who: { name: "Ada" } },
  },
};

let told: Content = {};

function Held({ feature }: { feature: Feature }) {
  const [content, setContent] = useState(feature.first ?? {});
  told = content;
  return (
    <QueryClientProvider client={new QueryClient()}>
      <SchemaForm schema={feature.schema} content={content} errors={[]} missing={[]} pending={new Set()} onChange={setContent} />
    </QueryClientProvider>
  );
}

describe("a feature of JSON Schema", () => {
  it.each(Object.entries(FEATURES))("%s: is drawn, filled in, and gives its document", async (_, feature) => {
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const user = userEvent.setup();
    const { container } = render(<Held feature={feature} />);
    expect(container.textContent).not.toMatch(/Unsupported|Unknown field type|Missing items definition/);
    await feature.fill(user);
    await user.click(document.body);
    await vi.waitFor(() => expect(prune(told, new Set())).toEqual(feature.gives));
    expect(complaint.mock.calls.filter(([m]) => /same key|unique|uncontrolled/.test(String(m)))).toEqual([]);
  });
});
