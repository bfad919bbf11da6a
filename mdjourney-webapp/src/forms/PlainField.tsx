/** A top-level field of one plain value, drawn without rjsf: it alone is drawn again when it changes. */
import type { RJSFSchema, WidgetProps } from "@rjsf/utils";
import { memo, useCallback, useContext, type ComponentType } from "react";
import { humanize } from "../lib/format";
import { FormContext, useValue } from "./context";
import { choiceOf } from "./registry";
import { isSchema, type Schema } from "./schema";
import { isSystem } from "./sections";
import { FieldFrame } from "./templates/FieldFrame";
import { plainWidgets } from "./plainWidgets";

const nothing = () => undefined;

export const PlainField = memo(function PlainField({ name, schema, required }: { name: string; schema: Schema; required: boolean }) {
  const { put, readOnly } = useContext(FormContext);
  const value = useValue(name);
  const id = `root_${name}`;
  const label = schema.title ?? humanize(name);
  const example = schema.examples?.[0];
  const Widget = plainWidgets[String(choiceOf(schema, name)["ui:widget"])] as ComponentType<Partial<WidgetProps>>;
  const change = useCallback((next: unknown) => put(name, next), [put, name]);
  const choices = schema.enum?.map((v) => ({ value: v, label: String(v) })) ?? (schema.oneOf ?? schema.anyOf)?.map((o) => ({ value: o.const, label: o.title ?? String(o.const) }));
  return (
    <FieldFrame id={id} label={label} description={schema.description} required={required} filled={value !== undefined && value !== null && value !== ""}>
      <Widget
        id={id}
        name={name}
        label={label}
        schema={schema as RJSFSchema}
        value={value}
        options={{ enumOptions: choices }}
        placeholder={typeof example === "string" || typeof example === "number" ? String(example) : undefined}
        readonly={readOnly || isSystem(name, schema)}
        onChange={change}
        onFocus={nothing}
        onBlur={nothing}
      />
    </FieldFrame>
  );
});

/** The top-level fields that can be drawn this way. Schemas that choose or accept other keys at the top leave all to rjsf. */
export function plainFields(root: Schema): Map<string, Schema> {
  const open = isOpen(root.additionalProperties) || root.patternProperties !== undefined || root.oneOf !== undefined || root.anyOf !== undefined || root.$ref !== undefined;
  if (open) return new Map();
  // rjsf looks for what depends on a field only where it draws that field
  const deciding = new Set(Object.keys(isSchema(root.dependencies) ? root.dependencies : {}));
  return new Map(Object.entries(root.properties ?? {}).filter(([name, schema]) => schema.$ref === undefined && !deciding.has(name) && String(choiceOf(schema, name)["ui:widget"]) in plainWidgets && !BRANCHES.some((word) => schema[word] !== undefined)));
}

const BRANCHES = ["allOf", "if", "const"];
const isOpen = (more: unknown) => more !== undefined && more !== false;
