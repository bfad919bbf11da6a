/** What rjsf asks of a validator, answered by an interpreter: it only needs to know which branch of a choice fits. */
import { dereference, validate, type Schema as CfSchema } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";
import type { Content } from "../api/types";

type Lookup = Record<string, CfSchema | boolean>;

/** Names by which references are found: those of the whole schema, and of each branch in front of them. */
const ofWhole = new WeakMap<object, Lookup>();
const ofBranch = new WeakMap<object, Lookup>();
const NOWHERE = new URL("mdj://drawn");
/** A branch is no place in the whole; it is given one that no pointer leads to. */
const BRANCH = "/~branch";

function whole(root: RJSFSchema): Lookup {
  let known = ofWhole.get(root);
  if (!known) {
    known = dereference(root as CfSchema, undefined, NOWHERE);
    ofWhole.set(root, known);
  }
  return known;
}

function branch(schema: RJSFSchema, root: RJSFSchema): Lookup {
  let known = ofBranch.get(schema);
  if (!known) {
    known = dereference(schema as CfSchema, Object.create(whole(root)) as Lookup, NOWHERE, BRANCH);
    ofBranch.set(schema, known);
  }
  return known;
}

function fits(schema: RJSFSchema, data: unknown, root: RJSFSchema): boolean {
  try {
    return validate(data, schema as CfSchema, "2020-12", schema === root ? whole(root) : branch(schema, root), true).valid;
  } catch {
    // A branch that cannot be judged (a reference to nowhere, a pattern that is none) is a branch that does not fit.
    return false;
  }
}

export const validator: ValidatorType<Content, RJSFSchema> = {
  isValid: (schema, data, root) => fits(schema, data, root),
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({ errors: [] }),
};
