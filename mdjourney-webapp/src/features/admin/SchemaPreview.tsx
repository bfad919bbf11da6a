/** The form that a schema draws, to try out: nothing typed here goes anywhere. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { Component, useDeferredValue, useMemo, useState, type ReactNode } from "react";
import type { Content } from "../../api/types";
import { makeCheck, type Check } from "../../forms/check";
import { prune } from "../../forms/prune";
import type { Schema } from "../../forms/schema";
import { SchemaForm } from "../../forms/SchemaForm";
import { t } from "../../lib/texts";

const NOTHING: ReadonlySet<string> = new Set();
const SATISFIED: Check = () => ({ errors: [], missing: [] });

export default function SchemaPreview({ schema }: { schema: Schema }) {
  const settled = useDeferredValue(schema);
  const text = useMemo(() => JSON.stringify(settled), [settled]);
  const [content, setContent] = useState<Content>({});
  return (
    <Box data-testid="schema-preview" sx={{ minWidth: 0 }}>
      <Stack direction="row" spacing={2} alignItems="center" justifyContent="space-between" sx={{ mb: 1.5 }}>
        <Typography variant="body2" color="text.secondary">{t.admin.previewHint}</Typography>
        <Button size="small" disabled={Object.keys(content).length === 0} onClick={() => setContent({})} data-testid="preview-reset">{t.admin.previewReset}</Button>
      </Stack>
      <Undrawable key={text}><Tried schema={settled} content={content} onChange={setContent} /></Undrawable>
    </Box>
  );
}

function Tried({ schema, content, onChange }: { schema: Schema; content: Content; onChange: (content: Content) => void }) {
  const [pending] = useState(() => new Set<() => void>());
  const check = useMemo(() => {
    try {
      return makeCheck(schema);
    } catch {
      // Half a schema cannot judge anything; the server says what is wrong with it.
      return SATISFIED;
    }
  }, [schema]);
  const clean = useMemo(() => prune(content, NOTHING), [content]);
  const { errors, missing } = useMemo(() => check(clean), [check, clean]);
  return (
    <>
      <SchemaForm schema={schema} content={content} onChange={onChange} errors={errors} missing={missing} pending={pending} />
      <Paper variant="outlined" sx={{ mt: 2, p: 2 }} component="section" aria-label={t.admin.previewJson}>
        <Typography variant="overline" component="h3" color="text.secondary">{t.admin.previewJson}</Typography>
        <Box component="pre" tabIndex={0} data-testid="preview-json" sx={{ m: 0, maxHeight: 260, overflow: "auto", fontSize: 12.5, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{JSON.stringify(clean, null, 2)}</Box>
      </Paper>
    </>
  );
}

/** Says so where a schema that is being written cannot be drawn yet. */
class Undrawable extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Typography color="text.secondary" data-testid="preview-failed">{t.admin.previewFailed}</Typography> : this.props.children;
  }
}
