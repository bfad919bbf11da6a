/** What can be put into the page: ours, stock rjsf, or a plain control. */
import TextField from "@mui/material/TextField";
import StockForm from "@rjsf/mui";
import type { RJSFSchema } from "@rjsf/utils";
import stockValidator from "@rjsf/validator-ajv8";
import { useState, type ReactNode } from "react";
import type { Document } from "../../src/api/types";
import { Editor } from "../../src/features/documents/Editor";
import FilesPanel from "../../src/features/files/FilesPanel";
import { makeCheck } from "../../src/forms/check";
import type { Schema } from "../../src/forms/schema";
import { manyFields, tableContent, tableSchema } from "./schemas";

const NONE: string[] = [];
const NO_SYSTEM = new Set<string>();

function ours(schema: Schema, content: Record<string, unknown>): ReactNode {
  const document: Document = { document: "bench.json", content, schema: { name: "bench", source: "packaged" }, valid: true, complete: false, errors: [], missing: [], etag: '"1"' };
  return <Editor path="/bench" document={document} schema={schema} check={makeCheck(schema)} systemNames={NO_SYSTEM} hide={NONE} readOnly={false} />;
}

function Stock({ schema, first }: { schema: Schema; first: unknown }) {
  const [data, setData] = useState(first);
  return <StockForm schema={schema as RJSFSchema} formData={data} validator={stockValidator} liveValidate onChange={(e) => setData(e.formData)} />;
}

/** The plain control: one Material text field alone in the page. */
function Plain() {
  const [text, setText] = useState("");
  return <TextField id="plain" label="Plain" value={text} onChange={(e) => setText(e.target.value)} />;
}

/** A schema as stock ajv takes it: our own words left out. */
const foreign = (schema: Schema): Schema => JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key.startsWith("x-") ? undefined : value))) as Schema;

export function caseOf(name: string, rows: number): ReactNode {
  switch (name) {
    case "plain":
      return <Plain />;
    case "lines":
      return <div data-testid="file-table" style={{ height: 620, overflow: "auto" }}>{Array.from({ length: rows }, (_, i) => <div key={i} data-testid="line" style={{ height: 38 }}>folder/file {i}.csv</div>)}</div>;
    case "form":
      return ours(manyFields(), {});
    case "stock-form":
      return <Stock schema={foreign(manyFields())} first={{}} />;
    case "table":
      return ours(tableSchema(), tableContent(rows));
    case "stock-table":
      return <Stock schema={foreign(tableSchema())} first={tableContent(rows)} />;
    case "files":
      return <FilesPanel datasetId="bench" path="p_Bench/d" />;
    default:
      throw new Error(`no case ${name}`);
  }
}
