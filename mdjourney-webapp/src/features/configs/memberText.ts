/** Changes the `members` of a config in its text, leaving comments and everything else as typed. */

const BLOCK = /^members[ \t]*:[^\n]*(?:\n(?:[ \t]+[^\n]*|-[^\n]*|[ \t]*(?=\n)))*\n?/m;

/** A name as YAML; quoted unless it is plainly a word that YAML takes for nothing else. */
const word = (name: string) => (/^[a-z][a-z0-9._-]*$/.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/.test(name) ? name : JSON.stringify(name));

export function withMembers(yaml: string, members: string[]): string {
  const line = `members: [${members.map(word).join(", ")}]\n`;
  if (BLOCK.test(yaml)) return yaml.replace(BLOCK, () => line);
  return `${yaml}${yaml === "" || yaml.endsWith("\n") ? "" : "\n"}${line}`;
}
