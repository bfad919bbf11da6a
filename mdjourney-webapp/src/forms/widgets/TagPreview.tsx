/** The tags and links the catalogue will find in a text. */
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";
import { tagsIn } from "../tags";
import { t } from "../../lib/texts";

export function TagPreview({ text }: { text: string }) {
  const tags = useMemo(() => tagsIn(text), [text]);
  if (tags.length === 0) return null;
  return (
    <Stack direction="row" spacing={0.75} useFlexGap flexWrap="wrap" alignItems="center" sx={{ mt: 0.5 }} data-testid="tag-preview">
      <Typography variant="caption" color="text.secondary">{t.doc.tags}</Typography>
      {tags.map((tag) => <Typography key={tag} component="span" variant="caption" sx={{ border: 1, borderColor: "divider", borderRadius: 999, px: 1, fontWeight: 600 }}>{tag}</Typography>)}
    </Stack>
  );
}
