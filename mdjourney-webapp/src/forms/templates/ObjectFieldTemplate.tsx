/** The root object as sections; objects within it as a quiet group. */
import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { canExpand, type ObjectFieldTemplateProps } from "@rjsf/utils";
import { useContext } from "react";
import { FormContext } from "../context";
import { follow, type Schema } from "../schema";
import { FieldFrame } from "./FieldFrame";
import { SectionCard } from "./SectionCard";
import { t } from "../../lib/texts";

type Properties = ObjectFieldTemplateProps["properties"];

function Fields({ properties }: { properties: Properties }) {
  return (
    <Stack spacing={2.25}>
      {properties.filter((p) => !p.hidden).map((p) => <div key={p.name}>{p.content}</div>)}
    </Stack>
  );
}

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
  const { sections } = useContext(FormContext);
  if (fieldPathId.path.length === 0) return <Root properties={properties} sections={sections} />;
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

function Root({ properties, sections }: { properties: Properties; sections: { id: string; title: string; names: string[] }[] }) {
  const byName = new Map(properties.map((p) => [p.name, p]));
  const placed = new Set(sections.flatMap((s) => s.names));
  const rest = properties.filter((p) => !placed.has(p.name));
  const drawn = sections.map((s) => ({ ...s, fields: s.names.map((n) => byName.get(n)).filter((p) => p !== undefined) }));
  // Fields a condition or another key brought in go after the last section that people fill.
  const target = drawn.filter((s) => s.id !== "system").at(-1);
  if (target) target.fields.push(...rest);
  return (
    <Stack spacing={2.5}>
      {drawn.filter((s) => s.fields.length > 0).map((s) => (
        <SectionCard key={s.id} id={s.id} title={s.title}>
          <Fields properties={s.fields} />
        </SectionCard>
      ))}
      {!target && <Fields properties={rest} />}
    </Stack>
  );
}
