/** Who may sign in, and adding somebody. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import MenuItem from "@mui/material/MenuItem";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post } from "../../api/client";
import { getAll } from "../../api/queries";
import type { User } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";

export function PeopleTab() {
  const people = useQuery({ queryKey: ["users"], queryFn: ({ signal }) => getAll<User>("/api/users", signal) });
  if (people.isPending) return <Lines />;
  if (people.error) return <Failure error={people.error} onRetry={() => void people.refetch()} />;
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "1fr", md: "3fr 2fr" }, alignItems: "start" }}>
      <Paper variant="outlined" sx={{ overflow: "auto" }}>
        <Table size="small" data-testid="admin-people">
          <TableHead><TableRow>{[t.admin.username, t.admin.name, t.admin.email, t.admin.role].map((h) => <TableCell key={h}>{h}</TableCell>)}</TableRow></TableHead>
          <TableBody>
            {people.data.map((u) => (
              <TableRow key={`${u.domain ?? ""}/${u.user_id}`}>
                <TableCell sx={{ fontWeight: 600 }}>{u.user_id} {u.disabled && <Chip label={t.admin.disabled} />}</TableCell>
                <TableCell>{u.name}</TableCell>
                <TableCell>{u.email}</TableCell>
                <TableCell>{t.admin.roles[u.role] ?? u.role}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
      <AddPerson />
    </Box>
  );
}

const BLANK = { username: "", name: "", email: "", role: "researcher", password: "" };

function AddPerson() {
  const [form, setForm] = useState(BLANK);
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => post<User>("/api/users", Object.fromEntries(Object.entries(form).filter(([, v]) => v !== ""))),
    onSuccess: () => {
      setForm(BLANK);
      void queries.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const field = (name: keyof typeof BLANK, label: string, type = "text") => (
    <TextField label={label} type={type} value={form[name]} autoComplete={type === "password" ? "new-password" : "off"} onChange={(e) => setForm({ ...form, [name]: e.target.value })} slotProps={{ htmlInput: { "data-testid": `person-${name}` } }} />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Paper variant="outlined" component="section" sx={{ p: 2.5 }} aria-labelledby="add-person">
      <Typography id="add-person" variant="h3" component="h2" sx={{ mb: 2 }}>{t.admin.addUser}</Typography>
      <Stack component="form" spacing={2} onSubmit={submit}>
        {field("username", t.admin.username)}
        {field("name", t.admin.name)}
        {field("email", t.admin.email, "email")}
        <TextField select label={t.admin.role} value={form.role} onChange={(e) => setForm({ ...form, role: e.target.value })}>
          {(["researcher", "reader", "admin"] as const).map((r) => <MenuItem key={r} value={r}>{t.admin.roles[r]}</MenuItem>)}
        </TextField>
        {field("password", t.admin.password, "password")}
        <Failure error={add.error} />
        {add.isSuccess && <Alert severity="success">{t.admin.added(add.data.user_id ?? "")}</Alert>}
        <Button type="submit" variant="contained" disabled={add.isPending || !form.username || form.password.length < 10} data-testid="person-add">{t.admin.add}</Button>
      </Stack>
    </Paper>
  );
}
