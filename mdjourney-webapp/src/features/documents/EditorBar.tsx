/** Save, undo, redo, and what became of the last save; stays in sight. */
import RedoIcon from "@mui/icons-material/Redo";
import UndoIcon from "@mui/icons-material/Undo";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import type { SchemaNote } from "../../api/types";
import { t } from "../../lib/texts";
import type { Draft } from "./useDraft";

function status(draft: Draft): string {
  if (draft.state === "saving") return t.doc.saving;
  if (draft.dirty) return t.doc.unsaved;
  return draft.state === "saved" ? t.doc.saved : "";
}

export function EditorBar({ draft, schema, readOnly }: { draft: Draft; schema: SchemaNote; readOnly: boolean }) {
  return (
    <Box sx={{ position: "sticky", top: { xs: 0, sm: 56 }, zIndex: 5, bgcolor: "background.default", py: 1, mb: 1 }}>
      <Stack direction="row" spacing={1} alignItems="center">
        <Tooltip title={schema.problem ?? schema.name}>
          <Chip tabIndex={0} variant="outlined" color={schema.problem ? "warning" : schema.source === "local" ? "info" : "default"} label={`${schema.source === "local" ? t.doc.schemaLocal : t.doc.schemaPackaged}${schema.version ? ` ${schema.version}` : ""}`} />
        </Tooltip>
        <Box sx={{ flex: 1 }} />
        <Typography variant="body2" role="status" color={draft.dirty ? "warning.main" : "text.secondary"} data-testid="save-state">{status(draft)}</Typography>
        {!readOnly && (
          <>
            <Tooltip title={t.doc.undo}><span><IconButton size="small" aria-label={t.doc.undo} disabled={!draft.canUndo} onClick={draft.undo} data-testid="undo"><UndoIcon fontSize="small" /></IconButton></span></Tooltip>
            <Tooltip title={t.doc.redo}><span><IconButton size="small" aria-label={t.doc.redo} disabled={!draft.canRedo} onClick={draft.redo} data-testid="redo"><RedoIcon fontSize="small" /></IconButton></span></Tooltip>
            {draft.dirty && <Button onClick={draft.discard} data-testid="discard">{t.doc.discard}</Button>}
            <Button variant="contained" disabled={draft.state === "saving"} onClick={() => void draft.save()} data-testid="save">{t.doc.save}</Button>
          </>
        )}
      </Stack>
      <Notes draft={draft} />
    </Box>
  );
}

function Notes({ draft }: { draft: Draft }) {
  const unplaced = draft.refused.filter((f) => !f.pointer);
  return (
    <Stack spacing={1} sx={{ "&:not(:empty)": { mt: 1 } }}>
      {draft.restored && draft.state === "idle" && <Alert severity="info">{t.doc.draftFound}</Alert>}
      {draft.newer && <Alert severity="info">{t.doc.changedOnDisk}</Alert>}
      {draft.state === "refused" && draft.refused.length > 0 && <Alert severity="error" data-testid="save-refused">{t.doc.refused} {unplaced.map((f) => f.message).join(" ")}</Alert>}
      {draft.state === "failed" && <Alert severity="error" data-testid="save-failed">{t.doc.failed}: {draft.error?.message}</Alert>}
      {draft.state === "offline" && <Alert severity="warning" data-testid="save-offline">{t.doc.offline} {t.doc.offlineRetry}</Alert>}
    </Stack>
  );
}
