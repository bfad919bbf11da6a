/** The uploads one by one: those that need somebody first, then those under way, then the rest. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { bytes } from "../../lib/format";
import { t } from "../../lib/texts";
import { useUploads } from "./uploadStore";
import { NEEDY, SETTLED, type Upload } from "./uploadTypes";

const SHOWN = 60;
const rank = (u: Upload) => (NEEDY.has(u.state) ? 0 : u.state === "sending" || u.state === "offline" ? 1 : SETTLED.has(u.state) ? 3 : 2);

export function UploadList({ uploads }: { uploads: Upload[] }) {
  const ordered = [...uploads].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  return (
    <>
      <Box component="ul" tabIndex={0} aria-label={t.files.upload.list} sx={{ listStyle: "none", p: 0, m: 0, maxHeight: 260, overflow: "auto", border: 1, borderColor: "divider", borderRadius: 1 }} data-testid="upload-list">
        {ordered.slice(0, SHOWN).map((u) => <Line key={u.id} upload={u} />)}
      </Box>
      {ordered.length > SHOWN && <Typography variant="body2" color="text.secondary">{t.files.upload.more(ordered.length - SHOWN)}</Typography>}
    </>
  );
}

function Line({ upload: u }: { upload: Upload }) {
  const { retry, cancel, keepBoth } = useUploads.getState();
  const percent = u.file.size > 0 ? Math.floor((u.sent / u.file.size) * 100) : 0;
  const needy = NEEDY.has(u.state);
  return (
    <Box component="li" data-testid="upload" data-state={u.state} data-path={u.path} sx={{ display: "flex", gap: 1.5, alignItems: "center", px: 1.5, py: 0.5, fontSize: 13, borderBottom: 1, borderColor: "divider", "&:last-child": { borderBottom: 0 } }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ overflowWrap: "anywhere" }}>{u.path}</Box>
        {u.reason && <Box sx={{ color: needy ? "error.main" : "text.secondary", fontSize: 12 }}>{u.reason}</Box>}
      </Box>
      <Box sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>{bytes(u.file.size)}</Box>
      <Box sx={{ width: 190, color: needy ? "error.main" : u.state === "done" ? "success.main" : "text.secondary", fontWeight: 600 }}>{t.files.upload.states[u.state]}{u.state === "sending" ? ` ${percent} %` : ""}</Box>
      {u.state === "clash" && <Button size="small" onClick={() => keepBoth([u.id])} data-testid="keep-both">{t.files.upload.both}</Button>}
      {(u.state === "failed" || u.state === "offline") && <Button size="small" onClick={() => retry([u.id])} data-testid="upload-retry">{t.files.upload.retry}</Button>}
      {u.state !== "done" && u.state !== "there" && <Button size="small" onClick={() => cancel([u.id])} data-testid="upload-cancel">{needy ? t.files.upload.skip : t.files.upload.cancel}</Button>}
    </Box>
  );
}
