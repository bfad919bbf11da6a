/** One document: its form, how complete it is, and saving it. */
import { useMemo } from "react";
import { useDocument, useMayChange, useSchema } from "../../api/queries";
import type { Document } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { makeCheck } from "../../forms/check";
import type { Schema } from "../../forms/schema";
import { isSystem } from "../../forms/sections";
import { Editor } from "./Editor";

interface Props {
  /** Address of the document in the API. */
  path: string;
  /** Top-level fields that are edited elsewhere. */
  hide?: string[];
  readOnly?: boolean;
  onDirty?: (dirty: boolean) => void;
}

const NOTHING: string[] = [];

export default function DocumentEditor({ path, hide = NOTHING, readOnly = false, onDirty }: Props) {
  const document = useDocument(path);
  const may = useMayChange();
  const schema = useSchema(document.data?.schema);
  const error = document.error ?? schema.error;
  if (!document.data || !schema.data) {
    return error ? <Failure error={error} onRetry={() => void (document.error ? document.refetch() : schema.refetch())} /> : <Lines n={6} height={64} />;
  }
  return <Ready key={path} path={path} document={document.data} schema={schema.data} hide={hide} readOnly={readOnly || !may} onDirty={onDirty} />;
}

function Ready({ path, document, schema, hide, readOnly, onDirty }: { path: string; document: Document; schema: Schema; hide: string[]; readOnly: boolean; onDirty?: (dirty: boolean) => void }) {
  const check = useMemo(() => makeCheck(schema, hide), [schema, hide]);
  const systemNames = useMemo(
    () => new Set(["$schema", ...hide, ...Object.entries(schema.properties ?? {}).filter(([name, s]) => isSystem(name, s)).map(([name]) => name)]),
    [schema, hide],
  );
  const shown = useMemo(() => (hide.some((name) => name in document.content) ? { ...document, content: without(document.content, hide) } : document), [document, hide]);
  return <Editor path={path} document={shown} schema={schema} check={check} systemNames={systemNames} hide={hide} readOnly={readOnly} onDirty={onDirty} />;
}

function without(content: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name)));
}
