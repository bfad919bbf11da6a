/** What can be seen of a file: a picture, the first rows, the first lines, or why nothing. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { base } from "../../api/client";
import { t } from "../../lib/texts";
import type { Preview } from "./shapes";

const FRAME = { border: 1, borderColor: "divider", borderRadius: 1, overflow: "auto", maxHeight: 340, bgcolor: "background.default" } as const;

export function Look({ preview, path }: { preview: Preview; path: string }) {
  switch (preview.kind) {
    case "image":
      return <Picture key={path} preview={preview} path={path} />;
    case "table":
      return <><Rows preview={preview} path={path} />{preview.truncated && <Cut />}</>;
    case "text":
      return (
        <>
          <Box component="pre" tabIndex={0} role="region" aria-label={t.files.preview.lines(path)} data-testid="look-text" sx={{ ...FRAME, m: 0, p: 1.5, fontSize: 12, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{preview.text}</Box>
          {preview.truncated && <Cut />}
        </>
      );
    default:
      return <Typography variant="body2" color="text.secondary" data-testid="look-none">{preview.reason}</Typography>;
  }
}

function Picture({ preview, path }: { preview: Extract<Preview, { kind: "image" }>; path: string }) {
  const [broken, setBroken] = useState(false);
  return (
    <Box>
      {broken ? <Typography variant="body2" color="text.secondary">{t.files.preview.noPicture}</Typography> : (
        <Box component="img" src={`${base}${preview.thumbnail}?size=512`} alt={t.files.preview.of(path)} onError={() => setBroken(true)} data-testid="look-image" sx={{ display: "block", maxWidth: "100%", maxHeight: 340, mx: "auto", border: 1, borderColor: "divider", bgcolor: "background.default" }} />
      )}
      <Typography variant="caption" color="text.secondary">{t.files.preview.points(preview.width, preview.height)}</Typography>
    </Box>
  );
}

function Rows({ preview, path }: { preview: Extract<Preview, { kind: "table" }>; path: string }) {
  return (
    <Box tabIndex={0} role="region" aria-label={t.files.preview.cells(path)} sx={FRAME} data-testid="look-table">
      <Box component="table" sx={{ borderCollapse: "collapse", fontSize: 12, "& th, & td": { px: 1, py: 0.5, textAlign: "left", whiteSpace: "nowrap", borderBottom: 1, borderColor: "divider" }, "& th": { position: "sticky", top: 0, bgcolor: "background.paper" } }}>
        <thead><tr>{preview.columns.map((name, i) => <th key={i} scope="col">{name}</th>)}</tr></thead>
        <tbody>{preview.rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{cell}</td>)}</tr>)}</tbody>
      </Box>
    </Box>
  );
}

const Cut = () => <Typography variant="caption" color="text.secondary">{t.files.preview.truncated}</Typography>;
