/** The editor of one loaded document: bar, form, and the panel of what is still owed. */
import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";
import type { Content, Document, Fault } from "../../api/types";
import type { Check } from "../../forms/check";
import { focusField } from "../../forms/focus";
import { SchemaForm } from "../../forms/SchemaForm";
import { same } from "../../forms/same";
import type { Schema } from "../../forms/schema";
import { prune } from "../../forms/prune";
import { ConflictDialog } from "./ConflictDialog";
import { EditorBar } from "./EditorBar";
import { FieldPanel } from "./FieldPanel";
import { OwedPanel } from "./OwedPanel";
import { useDraft } from "./useDraft";
import { withValueAt, type Path } from "../../lib/pointer";

interface Props {
  path: string;
  document: Document;
  schema: Schema;
  check: Check;
  systemNames: ReadonlySet<string>;
  hide: string[];
  readOnly: boolean;
  onDirty?: (dirty: boolean) => void;
}

export function Editor({ path, document, schema, check, systemNames, hide, readOnly, onDirty }: Props) {
  const draft = useDraft(path, document, systemNames);
  const settled = useDeferredValue(draft.content);
  const judged = useMemo(() => check(prune(settled, systemNames)), [check, settled, systemNames]);
  const missing = useSteady(judged.missing);
  const errors = useSteady(useMemo(() => [...judged.errors, ...draft.refused.filter((f) => !judged.errors.some((e) => e.pointer === f.pointer))], [judged.errors, draft.refused]));
  const { save, undo, redo, edit } = draft;
  const form = useRef<HTMLDivElement>(null);
  const now = useRef(draft.content);
  now.current = draft.content;
  const take = useCallback((at: Path, value: unknown) => edit(withValueAt(now.current, at, value) as Content), [edit]);

  useFieldFromAddress();
  useEffect(() => onDirty?.(draft.dirty), [draft.dirty, onDirty]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      const inForm = form.current?.contains(event.target as Node) === true || event.target === window.document.body;
      const act = key === "s" ? () => void save() : !inForm ? null : key === "y" || (key === "z" && event.shiftKey) ? redo : key === "z" ? undo : null;
      if (!act) return;
      event.preventDefault();
      if (!readOnly) act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [save, undo, redo, readOnly]);

  return (
    <Box data-testid="editor" data-dirty={draft.dirty}>
      <EditorBar draft={draft} schema={document.schema} readOnly={readOnly} />
      <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 300px" }, alignItems: "start" }}>
        <Stack ref={form} sx={{ minWidth: 0, order: 1 }}>
          <SchemaForm schema={schema} content={draft.content} onChange={draft.edit} errors={errors} missing={missing} pending={draft.pending} hide={hide} readOnly={readOnly} />
        </Stack>
        <Box sx={{ display: { xs: "contents", lg: "block" }, order: { lg: 2 }, position: { lg: "sticky" }, top: { lg: 132 }, maxHeight: { lg: "calc(100vh - 148px)" }, overflow: { lg: "auto" }, minWidth: 0 }}>
          <OwedPanel schema={schema} errors={errors} missing={missing} />
          <FieldPanel form={form} document={document.document} schema={schema} content={settled} saved={draft.base} readOnly={readOnly} onTake={take} />
        </Box>
      </Box>
      {draft.conflict && <ConflictDialog conflict={draft.conflict} schema={schema} onResolve={(content) => void draft.resolve(content)} onClose={draft.closeConflict} />}
    </Box>
  );
}

/** The same list for as long as it says the same, so that what shows it is not drawn again. */
function useSteady(faults: Fault[]): Fault[] {
  const last = useRef(faults);
  if (last.current !== faults && !same(last.current, faults)) last.current = faults;
  return last.current;
}

/** Opens the field that `?field=/pointer` names, once. */
function useFieldFromAddress() {
  const [params] = useSearchParams();
  const field = params.get("field");
  const done = useRef<string | null>(null);
  useEffect(() => {
    if (!field || done.current === field) return;
    const timer = window.setTimeout(() => {
      if (focusField(field)) done.current = field;
    }, 50);
    return () => window.clearTimeout(timer);
  });
}
