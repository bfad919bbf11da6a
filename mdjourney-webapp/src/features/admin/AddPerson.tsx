/** Adding somebody: with a first password, or with a one-time link to pass on. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, post } from "../../api/client";
import type { User } from "../../api/types";
import { CopyText } from "../../components/CopyText";
import { Failure } from "../../components/Failure";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { wholeLink } from "./people";
import { RoleChoice } from "./RoleChoice";

const BLANK = { username: "", name: "", email: "", role: "researcher", password: "" };

export function AddPerson() {
  const [form, setForm] = useState(BLANK);
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => post<User & { login_link: string | null }>("/api/users", Object.fromEntries(Object.entries(form).filter(([, v]) => v !== ""))),
    onSuccess: () => {
      setForm(BLANK);
      void queries.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const faults = add.error instanceof ApiError ? add.error.errors : [];
  const faultOf = (name: string) => faults.find((f) => f.pointer === `/${name}` || f.key === name || (name === "username" && f.pointer === "/user_id"))?.message;
  const field = (name: Exclude<keyof typeof BLANK, "role">, label: string, type = "text", hint?: string) => (
    <TextField label={label} type={type} value={form[name]} error={faultOf(name) !== undefined} helperText={faultOf(name) ?? hint} autoComplete={type === "password" ? "new-password" : "off"} onChange={(e) => setForm({ ...form, [name]: e.target.value })} slotProps={{ htmlInput: { "data-testid": `person-${name}` } }} />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Panel title={t.admin.addUser} hint={t.admin.addUserHint}>
      <Stack component="form" spacing={2} onSubmit={submit}>
        {field("username", t.admin.username, "text", t.admin.usernameHint)}
        {field("name", t.admin.name)}
        {field("email", t.admin.email, "email")}
        <RoleChoice value={form.role} onChange={(role) => setForm({ ...form, role })} />
        {field("password", t.admin.password, "password")}
        <Failure error={add.error} />
        {add.isSuccess && <Alert severity="success" data-testid="person-added">{t.admin.added(add.data.user_id)}</Alert>}
        {add.data?.login_link && <CopyText label={t.admin.link} text={wholeLink(add.data.login_link)} testId="new-link" />}
        <Button type="submit" variant="contained" disabled={add.isPending || !form.username} data-testid="person-add">{t.admin.add}</Button>
      </Stack>
    </Panel>
  );
}
