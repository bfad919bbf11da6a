/** The name of an entry that people name themselves, and a button that takes the entry away. */
import DeleteIcon from "@mui/icons-material/DeleteOutline";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useState, type ReactNode } from "react";
import { LineControl } from "../widgets/Control";
import { t } from "../../lib/texts";

interface Props {
  id: string;
  name: string;
  fixed: boolean;
  onRename: (name: string) => void;
  onRemove: () => void;
  children: ReactNode;
}

export function FreeName({ id, name, fixed, onRename, onRemove, children }: Props) {
  const [text, setText] = useState(name);
  const leave = () => (text.trim() === "" ? setText(name) : text.trim() !== name && onRename(text.trim()));
  return (
    <Box sx={{ border: 1, borderColor: "divider", borderRadius: 1.5, p: 2, pt: 1.5 }}>
      <Stack direction="row" spacing={1} alignItems="center" sx={{ mb: 1 }}>
        <Typography component="label" htmlFor={`${id}__name`} variant="caption" color="text.secondary" sx={{ fontWeight: 600 }}>{t.doc.keyName}</Typography>
        <LineControl id={`${id}__name`} value={text} disabled={fixed} aria-label={t.doc.nameOf(name)} onChange={(e) => setText(e.target.value)} onBlur={leave} onKeyDown={(e) => e.key === "Enter" && leave()} style={{ maxWidth: 320 }} />
        <Box sx={{ flex: 1 }} />
        {!fixed && <IconButton size="small" aria-label={`${t.doc.remove} ${name}`} onClick={onRemove}><DeleteIcon fontSize="inherit" /></IconButton>}
      </Stack>
      {children}
    </Box>
  );
}
