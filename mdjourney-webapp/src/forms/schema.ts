/** The part of JSON Schema (and of our own keywords) that the forms read. */

export interface Schema {
  $id?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  examples?: unknown[];
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema | Schema[] | boolean;
  additionalProperties?: Schema | boolean;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  readOnly?: boolean;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  if?: Schema;
  then?: Schema;
  else?: Schema;
  maxLength?: number;
  "x-group"?: string;
  "x-order"?: number;
  "x-required-to-complete"?: string[];
  "x-multiline"?: boolean;
  [keyword: string]: unknown;
}

export const isSchema = (value: unknown): value is Schema =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Follows `#/...` references; a reference that leads nowhere gives the schema itself. */
export function follow(schema: Schema, root: Schema): Schema {
  let here = schema;
  for (let hops = 0; hops < 20 && typeof here.$ref === "string"; hops += 1) {
    const target = lookUp(here.$ref, root);
    if (!target) return here;
    here = { ...target, ...here, $ref: target.$ref };
  }
  return here;
}

function lookUp(ref: string, root: Schema): Schema | null {
  const hash = ref.indexOf("#");
  if (hash !== 0 && !(root.$id && ref.startsWith(root.$id))) return null;
  let here: unknown = root;
  for (const part of ref.slice(hash + 1).split("/").slice(1)) {
    here = isSchema(here) ? here[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isSchema(here) ? here : null;
}
