/** Giving oneself a password, or another one. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError, get, post, rememberToken } from "../../api/client";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { t } from "../../lib/texts";

const SHORTEST = 10;

export function PasswordTab() {
  const has = useQuery({ queryKey: ["password"], queryFn: ({ signal }) => get<{ has_password: boolean }>("/api/auth/password", signal) });
  const queries = useQueryClient();
  const [form, setForm] = useState({ old: "", password: "", again: "" });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const save = useMutation({
    mutationFn: () => post("/api/auth/password", { password: form.password, ...(form.old && { old_password: form.old }) }),
    onSuccess: () => {
      rememberToken(null);
      queries.clear();
      queries.setQueryData(["me"], null); // every device is signed out, this one too
    },
  });
  if (has.isPending) return <Lines />;
  if (!has.data) return <Failure error={has.error} onRetry={() => void has.refetch()} />;
  const short = form.password !== "" && form.password.length < SHORTEST;
  const differs = form.again !== "" && form.again !== form.password;
  const ready = form.password.length >= SHORTEST && form.again === form.password && (!has.data.has_password || form.old !== "");
  const wrong = save.error instanceof ApiError && save.error.errors[0]?.pointer === "/old_password";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) save.mutate();
  };
  return (
    <Stack component="form" spacing={2} onSubmit={submit} noValidate sx={{ maxWidth: 420 }} data-testid="password">
      <Typography variant="body2" color="text.secondary">{has.data.has_password ? t.account.passwordLead : t.account.passwordFirst}</Typography>
      {wrong ? <Alert severity="error">{t.account.passwordWrong}</Alert> : <Failure error={save.error} />}
      {has.data.has_password && <TextField label={t.account.passwordOld} type="password" value={form.old} onChange={(e) => set({ old: e.target.value })} autoComplete="current-password" required slotProps={{ htmlInput: { "data-testid": "password-old" } }} />}
      <TextField label={t.account.passwordNew} type="password" value={form.password} error={short} helperText={t.login.tooShort} onChange={(e) => set({ password: e.target.value })} autoComplete="new-password" required slotProps={{ htmlInput: { "data-testid": "password-new" } }} />
      <TextField label={t.login.password2} type="password" value={form.again} error={differs} helperText={differs ? t.login.mismatch : undefined} onChange={(e) => set({ again: e.target.value })} autoComplete="new-password" required slotProps={{ htmlInput: { "data-testid": "password-again" } }} />
      <Button type="submit" variant="contained" disabled={!ready || save.isPending} data-testid="password-save" sx={{ alignSelf: "flex-start" }}>{t.account.passwordSave}</Button>
    </Stack>
  );
}
