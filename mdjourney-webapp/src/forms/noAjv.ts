/** Stands in for `@rjsf/validator-ajv8`, which only rjsf's test registry imports; it compiles with `new Function`, which our CSP forbids. */
export default null;
