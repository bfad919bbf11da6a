/** A document's form, drawn from its schema. Controlled: the caller owns the content and gives the faults to show. */
import Form from "@rjsf/core";
import type { RJSFSchema } from "@rjsf/utils";
import { useMemo } from "react";
import type { Content, Fault } from "../api/types";
import { fieldId } from "../lib/pointer";
import { t } from "../lib/texts";
import { FormContext, type FieldFaults } from "./context";
import { prepare } from "./prepare";
import { uiSchemaOf } from "./registry";
import type { Schema } from "./schema";
import { isSystem, sectionsOf } from "./sections";
import { fields, templates, widgets } from "./theme";
import { validator } from "./validator";

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

export function SchemaForm({ schema, content, onChange, errors, missing, pending, hide = NO_HIDE, readOnly = false }: Props) {
  const drawn = useMemo(() => prepare(schema, hide), [schema, hide]);
  const ui = useMemo(() => withReadOnly(drawn), [drawn]);
  const sections = useMemo(() => sectionsOf(drawn, t.doc.other, t.doc.system), [drawn]);
  const faults = useMemo(() => faultsById(errors, missing), [errors, missing]);
  const shared = useMemo(() => ({ faults, pending, sections, readOnly }), [faults, pending, sections, readOnly]);
  return (
    <FormContext.Provider value={shared}>
      <Form<Content, RJSFSchema>
        schema={drawn as RJSFSchema}
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
    </FormContext.Provider>
  );
}

function withReadOnly(schema: Schema): Record<string, unknown> {
  const ui: Record<string, unknown> = { ...uiSchemaOf(schema) };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isSystem(name, field)) ui[name] = { ...(ui[name] as object), "ui:readonly": true };
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
