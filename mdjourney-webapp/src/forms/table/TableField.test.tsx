import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Content } from "../../api/types";
import { SchemaForm } from "../SchemaForm";
import type { Schema } from "../schema";

const SCHEMA: Schema = { type: "object", properties: { title: { type: "string", title: "Title" }, variables: { type: "array", title: "Variables", items: { type: "object", properties: { name: { type: "string", title: "Name" }, unit: { type: "string", title: "Unit" }, low: { type: "number", title: "Low" } } } } } };
const many = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `v${i}`, unit: "mm" }));

let told: Content;
const pending = new Set<() => void>();

function Held({ first }: { first: Content }) {
  const [content, setContent] = useState(first);
  told = content;
  return <SchemaForm schema={SCHEMA} content={content} errors={[]} missing={[]} pending={pending} onChange={setContent} />;
}

beforeAll(() => {
  // jsdom lays nothing out
  Object.defineProperty(Element.prototype, "clientHeight", { configurable: true, get: () => 480 });
  Object.defineProperty(Element.prototype, "clientWidth", { configurable: true, get: () => 900 });
});
afterEach(cleanup);

describe("a long list of flat entries", () => {
  it("opens as a table with only the rows in sight, a short one as cards", () => {
    render(<Held first={{ variables: many(1000) }} />);
    expect(screen.getByTestId("rows").getAttribute("aria-rowcount")).toBe("1001");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    cleanup();
    render(<Held first={{ variables: many(3) }} />);
    expect(screen.queryByTestId("rows")).toBeNull();
    fireEvent.click(screen.getByTestId("as-table"));
    expect(screen.getByTestId("rows").getAttribute("aria-rowcount")).toBe("4");
  });

  it("changes one cell and leaves the others and other fields alone", async () => {
    render(<Held first={{ title: "T", variables: many(20) }} />);
    await userEvent.clear(screen.getByLabelText("Unit 2"));
    await userEvent.type(screen.getByLabelText("Unit 2"), "cm");
    await userEvent.type(screen.getByLabelText("Title"), "x");
    act(() => { for (const commit of [...pending]) commit(); });
    expect(told.title).toBe("Tx");
    expect((told.variables as Content[])[1]).toEqual({ name: "v1", unit: "cm" });
    expect((told.variables as Content[])[2]).toEqual({ name: "v2", unit: "mm" });
  });

  it("takes a piece of a spreadsheet, adding rows where it is longer", () => {
    render(<Held first={{ variables: many(14) }} />);
    fireEvent.paste(screen.getByLabelText("Name 14"), { clipboardData: { getData: () => "a\tkg\t1,5\r\nb\tg\tx\r\n" } });
    expect((told.variables as Content[]).slice(13)).toEqual([{ name: "a", unit: "kg", low: 1.5 }, { name: "b", unit: "g", low: "x" }]);
  });

  it("adds and removes rows", () => {
    render(<Held first={{ variables: many(14) }} />);
    fireEvent.click(screen.getByLabelText("Remove 1"));
    expect((told.variables as Content[])[0]).toEqual({ name: "v1", unit: "mm" });
    fireEvent.click(screen.getByLabelText("Add: Variables"));
    expect((told.variables as Content[]).length).toBe(14);
  });
});

const PICKED: Schema = {
  type: "object",
  properties: {
    dataset_identifier_link: { type: "string" },
    steward: { type: "object", properties: { name: { type: "string" }, orcid: { type: "string", format: "orcid" } } },
    rows: {
      type: "array", title: "Rows", "x-widget": "table",
      items: { type: "object", properties: { unit: { type: "string", title: "Unit", "x-widget": "ucum" }, licence: { type: "string", title: "Licence", format: "spdx" }, who: { type: "string", title: "Who", format: "orcid" }, where: { type: "string", title: "Where", format: "ror" }, with: { type: "array", title: "With", "x-widget": "instruments", items: { type: "string" } }, from: { type: "array", title: "From", "x-widget": "files", items: { type: "string" } } } },
    },
  },
};

describe("pickers in the cells of a table", () => {
  const ADA = "https://orcid.org/0000-0002-1825-0097";
  function Picking() {
    const [content, setContent] = useState<Content>({ dataset_identifier_link: "d1", steward: { name: "Ada", orcid: ADA }, rows: [{}, {}] });
    told = content;
    return (
      <QueryClientProvider client={new QueryClient()}>
        <SchemaForm schema={PICKED} content={content} errors={[]} missing={[]} pending={pending} onChange={setContent} />
      </QueryClientProvider>
    );
  }
  const offered = () => [...document.querySelectorAll<HTMLOptionElement>("datalist#root_rows__offered option")].map((o) => [o.value, o.textContent]);

  it("offer units, licences, identifiers of the document, instruments and files, and take them", async () => {
    vi.stubGlobal("fetch", (url: string) => Promise.resolve(Response.json(url.includes("/instruments") ? { items: [{ slug: "m", instrument_id: "i-1", name: "Microscope", model: "X" }] } : { items: [{ file_path: url.includes("q=b") ? "b.csv" : "a.csv" }] })));
    render(<Picking />);
    const enter = (label: string) => userEvent.click(screen.getByLabelText(label));
    await enter("Unit 1");
    expect(offered()).toContainEqual(["Cel", "degree Celsius"]);
    await enter("Licence 1");
    expect(offered()).toContainEqual(["CC-BY-4.0", "Attribution"]);
    await enter("Who 1");
    expect(offered()).toEqual([[ADA, "Ada"]]);
    await userEvent.type(screen.getByLabelText("Who 1"), "0000-0002-1825-0098");
    expect(screen.getByLabelText("Who 1").getAttribute("aria-invalid")).toBe("true");
    await userEvent.clear(screen.getByLabelText("Who 1"));
    await userEvent.type(screen.getByLabelText("Who 1"), "0000-0002-1825-0097");
    await enter("With 1");
    await waitFor(() => expect(offered()).toEqual([["i-1", "Microscope · X"]]));
    await userEvent.type(screen.getByLabelText("With 1"), "i-1; i-2");
    await enter("From 1");
    await userEvent.type(screen.getByLabelText("From 1"), "a.csv; b");
    await waitFor(() => expect(offered()).toEqual([["a.csv; b.csv", ""]]));
    act(() => { for (const commit of [...pending]) commit(); });
    expect((told.rows as Content[])[0]).toEqual({ who: ADA, with: ["i-1", "i-2"], from: ["a.csv", "b"] });
    vi.unstubAllGlobals();
  });
});
