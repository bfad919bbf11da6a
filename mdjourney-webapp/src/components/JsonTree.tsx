/** Any JSON as readable nested definition lists. */
import Box from "@mui/material/Box";
import { humanize, plain, when } from "../lib/format";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$/;

/** What says which schema a document follows; its people read the document. */
const QUIET = new Set(["$schema", "schema_version"]);

export function JsonTree({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || value === undefined || value === "") return <Box component="span" color="text.secondary">–</Box>;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    if (items.every((v) => v === null || typeof v !== "object")) return <span>{items.map(plain).join(", ")}</span>;
    return (
      <Box component="ol" sx={{ m: 0, pl: 2.5, "& > li + li": { mt: 1 } }}>
        {items.map((v, i) => <li key={i}><JsonTree value={v} depth={depth + 1} /></li>)}
      </Box>
    );
  }
  if (typeof value === "object") {
    return (
      <Box component="dl" sx={{ m: 0, fontSize: 14, display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: depth === 0 ? "minmax(160px, 240px) 1fr" : "minmax(110px, 170px) 1fr" }, columnGap: 2, rowGap: 0.75 }}>
        {Object.entries(value).filter(([key]) => depth > 0 || !QUIET.has(key)).map(([key, inner]: [string, unknown]) => (
          <Box key={key} sx={{ display: "contents" }}>
            <Box component="dt" sx={{ color: "text.secondary", fontSize: 13 }}>{humanize(key)}</Box>
            <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: "anywhere" }}><JsonTree value={inner} depth={depth + 1} /></Box>
          </Box>
        ))}
      </Box>
    );
  }
  return <span>{typeof value === "string" && MOMENT.test(value) ? <time dateTime={value} title={value}>{when(value)}</time> : plain(value)}</span>;
}
