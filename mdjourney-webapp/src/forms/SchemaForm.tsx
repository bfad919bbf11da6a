/**
 * A document's form, drawn from its schema. Controlled: the caller owns the content and gives the faults to show.
 *
 * Plain top-level fields and long tables draw themselves from a store; rjsf draws what is nested or chosen, and is not
 * asked again while only the others change.
 */
import Form from "@rjsf/core";
import type { RJSFSchema } from "@rjsf/utils";
import { memo, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Content, Fault } from "../api/types";
import { fieldId } from "../lib/pointer";
import { t } from "../lib/texts";
import { FormContext, FormStore, TablesContext, type FieldFaults } from "./context";
import { tooLarge } from "./extent";
import { plainFields } from "./PlainField";
import { prepare } from "./prepare";
import type { Schema } from "./schema";
import { isSystem, sectionsOf } from "./sections";
import { useTables } from "./table/useTables";
import { fields, templates, widgets } from "./theme";
import { validator } from "./validator";
import { WholeJson } from "./WholeJson";

interface Props {
  schema: Schema;
  content: Content;
  onChange: (content: Content) => void;
  errors: Fault[];
  missing: Fault[];
  pending: Set<() => void>;
  hide?: string[];
  readOnly?: boolean;
}

const AS_WRITTEN = { emptyObjectFields: "skipDefaults", arrayMinItems: { populate: "never" }, allOf: "skipDefaults", constAsDefaults: "never" } as const;
const NO_HIDE: string[] = [];
const NO_PLAIN: ReadonlyMap<string, Schema> = new Map();

export function SchemaForm(props: Props) {
  const { schema, hide = NO_HIDE, content, onChange, pending, readOnly = false } = props;
  const prepared = useMemo(() => prepare(schema, hide), [schema, hide]);
  const large = useMemo(() => tooLarge(prepared), [prepared]);
  const [store] = useState(() => new FormStore());
  const shared = useMemo(() => ({ store, pending, sections: [], plain: NO_PLAIN, put: () => undefined, readOnly }), [store, pending, readOnly]);
  if (!large) return <Drawn {...props} prepared={prepared} />;
  return <FormContext.Provider value={shared}><WholeJson content={content} onChange={onChange} readOnly={readOnly} /></FormContext.Provider>;
}

function Drawn({ prepared, content, onChange, errors, missing, pending, readOnly = false }: Props & { prepared: Schema }) {
  const plain = useMemo(() => plainFields(prepared), [prepared]);
  const now = useRef({ content, onChange });
  now.current = { content, onChange };
  const change = useCallback((next: Content) => {
    now.current.content = next;
    now.current.onChange(next);
  }, []);
  const put = useCallback((name: string, value: unknown) => change({ ...now.current.content, [name]: value }), [change]);
  const { tables, drawn } = useTables(prepared, content, now, change);
  const sections = useMemo(() => sectionsOf(drawn, t.doc.other, t.doc.system), [drawn]);
  const nested = useMemo(() => withoutPlain(drawn, plain), [drawn, plain]);
  const ui = useMemo(() => withReadOnly(nested), [nested]);
  const apart = useMemo(() => new Set([...tables.shown, ...(conditional(prepared) ? [] : plain.keys())]), [tables.shown, prepared, plain]);
  const rest = useRest(content, apart);
  const faults = useMemo(() => faultsById(errors, missing), [errors, missing]);
  const [store] = useState(() => {
    const made = new FormStore();
    made.set(content, faults);
    return made;
  });
  useLayoutEffect(() => store.set(content, faults), [store, content, faults]);
  const shared = useMemo(() => ({ store, pending, sections, plain, put, readOnly }), [store, pending, sections, plain, put, readOnly]);
  const changeRest = useCallback(
    (next: Content) => {
      const kept = Object.entries(now.current.content).filter(([name]) => apart.has(name) || plain.has(name));
      change({ ...next, ...Object.fromEntries(kept) });
    },
    [change, apart, plain],
  );
  return (
    <FormContext.Provider value={shared}>
      <TablesContext.Provider value={tables}>
        <Nested schema={nested} ui={ui} content={rest} readOnly={readOnly} onChange={changeRest} />
      </TablesContext.Provider>
    </FormContext.Provider>
  );
}

/** What rjsf draws. */
const Nested = memo(function Nested({ schema, ui, content, readOnly, onChange }: { schema: Schema; ui: Record<string, unknown>; content: Content; readOnly: boolean; onChange: (content: Content) => void }) {
  return (
    <Form<Content, RJSFSchema>
      schema={schema as RJSFSchema}
      uiSchema={ui}
      formData={content}
      validator={validator}
      templates={templates}
      widgets={widgets}
      fields={fields}
      readonly={readOnly}
      noValidate
      noHtml5Validate
      showErrorList={false}
      tagName="div"
      experimental_defaultFormStateBehavior={AS_WRITTEN}
      onChange={(event) => event.formData && onChange(event.formData)}
    >
      <></>
    </Form>
  );
});

/** Whether what is drawn depends on values: rjsf then needs all of them. */
const conditional = (schema: Schema) => ["if", "allOf", "dependencies"].some((word) => schema[word] !== undefined);

function withoutPlain(schema: Schema, plain: ReadonlyMap<string, Schema>): Schema {
  return { ...schema, properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !plain.has(name))) };
}

/** The content without what draws itself; the same object for as long as nothing else changed. */
function useRest(content: Content, apart: ReadonlySet<string>): Content {
  const last = useRef<Content>({});
  const entries = Object.entries(content).filter(([name]) => !apart.has(name));
  const old = last.current;
  if (entries.length !== Object.keys(old).length || entries.some(([name, value]) => old[name] !== value)) last.current = Object.fromEntries(entries);
  return last.current;
}

function withReadOnly(schema: Schema): Record<string, unknown> {
  const ui: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isSystem(name, field)) ui[name] = { "ui:readonly": true };
  }
  return ui;
}

function faultsById(errors: Fault[], missing: Fault[]): Map<string, FieldFaults> {
  const map = new Map<string, FieldFaults>();
  const at = (pointer: string) => {
    const id = fieldId(pointer);
    const known = map.get(id) ?? { errors: [], missing: false };
    map.set(id, known);
    return known;
  };
  for (const fault of errors) at(fault.pointer ?? "").errors.push(fault.message);
  for (const fault of missing) at(fault.pointer ?? "").missing = true;
  return map;
}
