/** The root object as sections; objects within it as a quiet group. */
import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { canExpand, type ObjectFieldTemplateProps } from "@rjsf/utils";
import { useContext } from "react";
import { FormContext } from "../context";
import { PlainField } from "../PlainField";
import { follow, type Schema } from "../schema";
import { FieldFrame } from "./FieldFrame";
import { SectionCard } from "./SectionCard";
import { t } from "../../lib/texts";

type Properties = ObjectFieldTemplateProps["properties"];

/** Short fields of an object stand two in a row where there is room; what is long or nested takes a row of its own. */
function Pairs({ properties, schema, root }: { properties: Properties; schema: Schema; root: Schema }) {
  const wide = (name: string) => {
    const field = schema.properties?.[name] && follow(schema.properties[name], root);
    return !field || field.type === "object" || field.type === "array" || field["x-widget"] === "textarea";
  };
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "repeat(2, minmax(0, 1fr))" }, columnGap: 2.5, rowGap: 1.75 }}>
      {properties.filter((p) => !p.hidden).map((p) => <Box key={p.name} sx={{ gridColumn: wide(p.name) ? "1 / -1" : undefined, minWidth: 0 }}>{p.content}</Box>)}
    </Box>
  );
}

export function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const { fieldPathId, properties, schema, title, required, uiSchema, onAddProperty, readonly, registry } = props;
  const formData: unknown = props.formData;
  if (fieldPathId.path.length === 0) return <Root properties={properties} required={schema.required} />;
  const item = typeof fieldPathId.path.at(-1) === "number";
  const body = (
    <>
      <Pairs properties={properties} schema={schema as Schema} root={registry.rootSchema as Schema} />
      {!readonly && canExpand(schema, uiSchema, formData as object | undefined) && (
        <Button size="small" startIcon={<AddIcon />} onClick={onAddProperty} sx={{ mt: 1 }}>
          {t.doc.addPair}
        </Button>
      )}
    </>
  );
  if (item) return <Box role="group" aria-label={title || registry.rootSchema?.title}>{body}</Box>;
  return (
    <FieldFrame id={fieldPathId.$id} label={title} description={schema.description} required={required} filled={formData !== undefined} group>
      <Box sx={{ border: 1, borderColor: "divider", borderRadius: 1.5, p: 2, pt: 1.5, }}>{body}</Box>
    </FieldFrame>
  );
}

function Root({ properties, required = [] }: { properties: Properties; required?: string[] }) {
  const { sections, plain } = useContext(FormContext);
  const nested = new Map(properties.filter((p) => !p.hidden && !plain.has(p.name)).map((p) => [p.name, p.content]));
  const placed = new Set(sections.flatMap((s) => s.names));
  const draw = (name: string) => {
    const own = plain.get(name);
    if (own) return <div key={name}><PlainField name={name} schema={own} required={required.includes(name)} /></div>;
    return nested.has(name) ? <div key={name}>{nested.get(name)}</div> : null;
  };
  const rest = [...nested.keys()].filter((name) => !placed.has(name));
  const drawn = sections.map((s) => ({ ...s, names: s.names.filter((n) => plain.has(n) || nested.has(n)) }));
  // Fields a condition or another key brought in go after the last section that people fill.
  const target = drawn.filter((s) => s.id !== "system").at(-1);
  if (target) target.names.push(...rest);
  return (
    <Stack spacing={2.5}>
      {drawn.filter((s) => s.names.length > 0).map((s) => (
        <SectionCard key={s.id} id={s.id} title={s.title}>
          <Stack spacing={2.25}>{s.names.map(draw)}</Stack>
        </SectionCard>
      ))}
      {!target && <Stack spacing={2.25}>{rest.map(draw)}</Stack>}
    </Stack>
  );
}
