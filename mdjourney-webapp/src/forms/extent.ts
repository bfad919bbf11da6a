/** How much a form of a schema would come to: every part that is reached, references followed, a recursion once. */
import { follow, isSchema, type Schema } from "./schema";

/** More parts than this are not drawn as a form. */
export const MOST_PARTS = 20_000;

const HOLDERS = ["properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf", "then", "else", "dependencies", "additionalItems"];

export function tooLarge(root: Schema): boolean {
  let parts = 0;
  const visit = (schema: Schema, within: ReadonlySet<string>): void => {
    parts += 1;
    if (parts > MOST_PARTS) return;
    const ref = schema.$ref;
    if (ref !== undefined && within.has(ref)) return;
    const inside = ref === undefined ? within : new Set([...within, ref]);
    const whole = ref === undefined ? schema : follow(schema, root);
    for (const word of HOLDERS) {
      const held = whole[word];
      const children = Array.isArray(held) || word === "properties" || word === "dependencies" ? Object.values(held ?? {}) : [held];
      for (const child of children) if (isSchema(child) && parts <= MOST_PARTS) visit(child, inside);
    }
  };
  visit(root, new Set());
  return parts > MOST_PARTS;
}
