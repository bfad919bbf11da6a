/** Somebody else saved first: fields one side changed are merged, the others are chosen one by one. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Paper from "@mui/material/Paper";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { Content } from "../../api/types";
import { titleOf } from "../../forms/check";
import type { Schema } from "../../forms/schema";
import { plain, when } from "../../lib/format";
import { t } from "../../lib/texts";
import { put } from "./merge";
import type { Conflict } from "./useDraft";

export function ConflictDialog({ conflict, schema, onResolve, onClose }: { conflict: Conflict; schema: Schema; onResolve: (content: Content | null) => void; onClose: () => void }) {
  const [choices, setChoices] = useState<Record<string, "mine" | "theirs">>({});
  const result = () => {
    const content = { ...conflict.merged };
    for (const clash of conflict.clashes) if ((choices[clash.name] ?? "mine") === "mine") put(content, clash.name, clash.mine);
    return content;
  };
  const { last_modified_by: by, last_modified_date: at } = conflict.latest.content;
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby="conflict" data-testid="conflict">
      <DialogTitle id="conflict">{t.doc.conflictTitle}</DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="text.secondary" gutterBottom>{[plain(by), when(plain(at))].filter(Boolean).join(" · ")}</Typography>
        <Typography gutterBottom>{conflict.clashes.length === 0 ? t.doc.conflictOnlyMerged : t.doc.conflictLead}</Typography>
        <Stack spacing={1.5} sx={{ mt: 2 }}>
          {conflict.clashes.map((clash) => (
            <Paper key={clash.name} variant="outlined" sx={{ p: 2 }}>
              <Typography id={`clash-${clash.name}`} sx={{ fontWeight: 600 }}>{titleOf(schema, `/${clash.name}`)}</Typography>
              <RadioGroup aria-labelledby={`clash-${clash.name}`} value={choices[clash.name] ?? "mine"} onChange={(_, v) => setChoices({ ...choices, [clash.name]: v as "mine" | "theirs" })}>
                <Side value="mine" title={t.doc.mine} content={clash.mine} />
                <Side value="theirs" title={t.doc.theirs} content={clash.theirs} />
              </RadioGroup>
            </Paper>
          ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t.app.cancel}</Button>
        <Button onClick={() => onResolve(null)} data-testid="take-theirs">{t.doc.takeTheirs}</Button>
        <Button variant="contained" onClick={() => onResolve(result())} data-testid="save-merged">{t.doc.saveMerged}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Side({ value, title, content }: { value: string; title: string; content: unknown }) {
  const text = content === undefined ? t.doc.empty : typeof content === "object" ? JSON.stringify(content, null, 2) : plain(content);
  return (
    <FormControlLabel
      value={value}
      control={<Radio size="small" />}
      sx={{ alignItems: "flex-start", mt: 1 }}
      label={<Box><Typography variant="caption" color="text.secondary">{title}</Typography><Box sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Box></Box>}
    />
  );
}
