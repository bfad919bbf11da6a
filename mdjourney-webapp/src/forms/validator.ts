/** What rjsf asks of a validator, answered by an interpreter: it only needs to know which branch of a choice fits. */
import { dereference, validate, type Schema as CfSchema } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";
import type { Content } from "../api/types";

const lookups = new WeakMap<object, Record<string, CfSchema | boolean>>();

function lookupOf(root: RJSFSchema): Record<string, CfSchema | boolean> {
  let known = lookups.get(root);
  if (!known) {
    known = dereference(root as CfSchema);
    lookups.set(root, known);
  }
  return known;
}

function fits(schema: RJSFSchema, data: unknown, root: RJSFSchema): boolean {
  const whole = { ...schema, $defs: root.$defs, definitions: root.definitions as unknown } as CfSchema;
  try {
    const lookup = schema === root ? lookupOf(root) : dereference(whole, { ...lookupOf(root) });
    return validate(data, whole, "2020-12", lookup, true).valid;
  } catch {
    // A branch that cannot be judged (a reference to nowhere) is a branch that does not fit.
    return false;
  }
}

export const validator: ValidatorType<Content, RJSFSchema> = {
  isValid: (schema, data, root) => fits(schema, data, root),
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
};
