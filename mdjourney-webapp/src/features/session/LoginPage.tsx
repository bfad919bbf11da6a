/** Signing in, by password or by a one-time link, and making the first account. */
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError, post, rememberToken } from "../../api/client";
import type { SignedIn } from "../../api/types";
import { t } from "../../lib/texts";
import { Front } from "./Front";

/** Signs in and goes where the person wanted to go; only paths of this app are taken. */
function useSignIn(path: string): [(body: Record<string, unknown>) => Promise<void>, ApiError | null, boolean] {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const signIn = async (body: Record<string, unknown>) => {
    setBusy(true);
    setError(null);
    try {
      const me = await post<SignedIn>(path, body);
      rememberToken(me.csrf_token);
      queries.clear();
      queries.setQueryData(["me"], me);
      const next = params.get("next") ?? "/";
      await navigate(/^\/(?![/\\])/.test(next) ? next : "/", { replace: true });
    } catch (e) {
      setError(e instanceof ApiError ? e : new ApiError(0, { detail: String(e) }));
      setBusy(false);
    }
  };
  return [signIn, error, busy];
}

export function LoginPage() {
  const [params] = useSearchParams();
  const token = params.get("token");
  return <Front title={t.login.title}>{token ? <ByLink token={token} /> : <ByPassword />}</Front>;
}

function ByLink({ token }: { token: string }) {
  const [signIn, error] = useSignIn("/api/auth/login");
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    void signIn({ token });
  });
  if (!error) return <Typography role="status">{t.login.token} …</Typography>;
  return (
    <Stack spacing={2}>
      <Alert severity="warning" data-testid="login-error">{error.status === 0 ? error.message : t.login.tokenFailed}</Alert>
      <ByPassword />
    </Stack>
  );
}

function ByPassword() {
  const [signIn, error, busy] = useSignIn("/api/auth/login");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void signIn({ username, password });
  };
  return (
    <Stack component="form" spacing={2} onSubmit={submit} noValidate>
      {error && <Alert severity="error" data-testid="login-error">{error.status === 401 ? t.login.failed : error.message}</Alert>}
      <TextField label={t.login.username} value={username} onChange={(e) => setUsername(e.target.value)} autoFocus autoComplete="username" required slotProps={{ htmlInput: { "data-testid": "login-username" } }} />
      <TextField label={t.login.password} type="password" value={password} onChange={(e) => setPassword(e.target.value)} autoComplete="current-password" required slotProps={{ htmlInput: { "data-testid": "login-password" } }} />
      <Button type="submit" variant="contained" size="large" disabled={busy || !username || !password} data-testid="login-submit">{t.login.submit}</Button>
    </Stack>
  );
}

export function SetupPage() {
  const [params] = useSearchParams();
  const token = params.get("token");
  return <Front title={t.login.setupTitle}>{token ? <FirstAccount token={token} /> : <Alert severity="info">{t.login.setupNoToken}</Alert>}</Front>;
}

function FirstAccount({ token }: { token: string }) {
  const [signIn, error, busy] = useSignIn("/api/auth/setup");
  const [form, setForm] = useState({ username: "", name: "", password: "", again: "" });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const short = form.password.length > 0 && form.password.length < 10;
  const differs = form.again.length > 0 && form.again !== form.password;
  const ready = form.username && form.password.length >= 10 && form.again === form.password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void signIn({ token, username: form.username, password: form.password, ...(form.name ? { name: form.name } : {}) });
  };
  return (
    <Stack component="form" spacing={2} onSubmit={submit} noValidate>
      <Typography variant="body2" color="text.secondary">{t.login.setupHint}</Typography>
      {error && <Alert severity="error" data-testid="login-error">{error.message}</Alert>}
      <TextField label={t.login.username} value={form.username} helperText={t.login.usernameHint} onChange={(e) => set({ username: e.target.value.toLowerCase() })} autoFocus autoComplete="username" required slotProps={{ htmlInput: { "data-testid": "setup-username" } }} />
      <TextField label={t.login.name} value={form.name} onChange={(e) => set({ name: e.target.value })} autoComplete="name" slotProps={{ htmlInput: { "data-testid": "setup-name" } }} />
      <TextField label={t.login.password} type="password" value={form.password} error={short} helperText={t.login.tooShort} onChange={(e) => set({ password: e.target.value })} autoComplete="new-password" required slotProps={{ htmlInput: { "data-testid": "setup-password" } }} />
      <TextField label={t.login.password2} type="password" value={form.again} error={differs} helperText={differs ? t.login.mismatch : undefined} onChange={(e) => set({ again: e.target.value })} autoComplete="new-password" required slotProps={{ htmlInput: { "data-testid": "setup-password-again" } }} />
      <Button type="submit" variant="contained" size="large" disabled={busy || !ready} data-testid="setup-submit">{t.login.setupSubmit}</Button>
    </Stack>
  );
}
