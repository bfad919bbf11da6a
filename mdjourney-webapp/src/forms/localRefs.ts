/** References made local: `$id`, anchors and dynamic references of a schema become `#/...`; what leads nowhere is left out. */
import { isSchema, type Schema } from "./schema";

const REFS = ["$ref", "$dynamicRef", "$recursiveRef"] as const;
/** Words whose value is data, not a schema. */
const DATA = new Set(["const", "enum", "default", "examples", "required", "type"]);
const SOMEWHERE = "mdj://schema/";

const absolute = (ref: string, base: string): string => {
  try {
    return new URL(ref, base).href.replace(/#$/, "");
  } catch {
    return ref;
  }
};

const idOf = (schema: Schema): string | undefined => {
  const id = schema.$id ?? schema.id;
  return typeof id === "string" && (schema.$id !== undefined || /^[#/]|:\/\//.test(id)) ? id : undefined;
};

const escaped = (part: string) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** A copy of a schema in which every reference begins with `#/` and no part but the whole has an `$id`. */
export function localRefs(root: Schema): Schema {
  const places = new Map<string, string>();
  collect(root, absolute(idOf(root) ?? "", SOMEWHERE), "", places, false);
  return rewrite(root, absolute(idOf(root) ?? "", SOMEWHERE), { root, places }, false) as Schema;
}

/** Where each identified part stands, as a JSON pointer; `named` tells that the keys of `node` are names, not words. */
function collect(node: unknown, base: string, at: string, places: Map<string, string>, named: boolean): void {
  if (Array.isArray(node)) return node.forEach((part, i) => collect(part, base, `${at}/${i}`, places, false));
  if (!isSchema(node)) return;
  const id = named ? undefined : idOf(node);
  const here = id === undefined ? base : absolute(id, base);
  if (at === "" || id !== undefined) places.set(here, at);
  for (const word of named ? [] : (["$anchor", "$dynamicAnchor"] as const)) if (typeof node[word] === "string") places.set(absolute(`#${node[word]}`, here), at);
  for (const [key, value] of Object.entries(node)) if (named || !DATA.has(key)) collect(value, here, `${at}/${escaped(key)}`, places, !named && holdsNames(key));
}

const NAMES = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
const holdsNames = (key: string) => NAMES.has(key);

interface Known {
  root: Schema;
  places: ReadonlyMap<string, string>;
}

function rewrite(node: unknown, base: string, known: Known, named: boolean): unknown {
  if (Array.isArray(node)) return node.map((part) => rewrite(part, base, known, false));
  if (!isSchema(node)) return node;
  const id = named ? undefined : idOf(node);
  const here = id === undefined ? base : absolute(id, base);
  const out: Schema = {};
  for (const [key, value] of Object.entries(node)) {
    if (!named && (DATA.has(key) || (key === "$id" && node === known.root))) out[key] = value;
    else if (!named && (key === "$anchor" || key === "$dynamicAnchor" || (id !== undefined && (key === "$id" || key === "id")))) continue;
    else if (!named && (REFS as readonly string[]).includes(key) && typeof value === "string") {
      const target = locate(value, here, known);
      if (target !== undefined) out.$ref = target;
    } else out[key] = rewrite(value, here, known, !named && holdsNames(key));
  }
  return out;
}

/** The reference as `#/...`, or nothing when it leads nowhere. */
function locate(ref: string, base: string, { root, places }: Known): string | undefined {
  const whole = absolute(ref, base);
  const anchor = places.get(whole);
  if (anchor !== undefined) return `#${anchor}`;
  const [file = "", pointer = ""] = whole.split("#", 2);
  const place = places.get(file);
  if (place === undefined || (pointer !== "" && !pointer.startsWith("/"))) return undefined;
  const parts = `${place}${decodeURIComponent(pointer)}`.split("/").slice(1);
  let here: unknown = root;
  for (const part of parts) here = isSchema(here) || Array.isArray(here) ? (here as Schema)[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  return isSchema(here) ? `#${place}${decodeURIComponent(pointer)}` : undefined;
}
