/** API tokens for scripts and instruments; the secret is shown once. */
import KeyIcon from "@mui/icons-material/KeyOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, remove } from "../../api/client";
import { getAll } from "../../api/queries";
import { Ask } from "../../components/Ask";
import { CopyText } from "../../components/CopyText";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Panel } from "../../components/Panel";
import { Sheet } from "../../components/Sheet";
import { ago, when } from "../../lib/format";
import { t } from "../../lib/texts";

interface Token {
  token_id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string;
}

const KEY = ["tokens"];

export function TokensTab({ admin }: { admin: boolean }) {
  const tokens = useQuery({ queryKey: KEY, queryFn: ({ signal }) => getAll<Token>("/api/auth/tokens", signal) });
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Token | null>(null);
  const drop = useMutation({
    mutationFn: (id: string) => remove(`/api/auth/tokens/${id}`),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  if (tokens.isPending) return <Lines />;
  if (!tokens.data) return <Failure error={tokens.error} onRetry={() => void tokens.refetch()} />;
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary">{t.account.tokensLead}</Typography>
      <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 340px" }, alignItems: "start" }}>
        <Stack spacing={2}>
          <Failure error={drop.error} />
          {tokens.data.length === 0 ? <Empty icon={<KeyIcon />} title={t.account.noTokens} hint={t.account.noTokensHint} /> : (
            <Sheet label={t.account.tabs.tokens} head={[t.account.tokenName, t.account.scope, t.account.expires, ""]} actions={t.admin.actions} testId="tokens">
              {tokens.data.map((token) => (
                <TableRow key={token.token_id} hover>
                  <TableCell sx={{ fontWeight: 600 }}>{token.name}</TableCell>
                  <TableCell>{token.scopes.map((s) => t.account.scopes[s] ?? s).join(", ")}</TableCell>
                  <TableCell title={when(token.expires_at)}>{ago(token.expires_at)}</TableCell>
                  <TableCell align="right"><Button size="small" color="error" onClick={() => setAsked(token)} aria-label={t.account.dropOf(token.name)}>{t.account.drop}</Button></TableCell>
                </TableRow>
              ))}
            </Sheet>
          )}
        </Stack>
        <Make admin={admin} />
      </Box>
      <Ask open={asked !== null} text={t.account.dropAsk(asked?.name ?? "")} action={t.account.drop} onYes={() => asked && drop.mutate(asked.token_id)} onNo={() => setAsked(null)} />
    </Stack>
  );
}

function Make({ admin }: { admin: boolean }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState("read");
  const [days, setDays] = useState("90");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => post<Token & { token: string }>("/api/auth/tokens", { name, scopes: scope === "write" ? ["read", "write"] : scope === "admin" ? ["read", "write", "admin"] : ["read"], days: Number(days) }),
    onSuccess: () => {
      setName("");
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Panel title={t.account.make}>
      <Stack component="form" spacing={2} onSubmit={submit}>
        <TextField label={t.account.tokenName} value={name} onChange={(e) => setName(e.target.value)} slotProps={{ htmlInput: { "data-testid": "token-name", maxLength: 100 } }} />
        <TextField select label={t.account.scope} value={scope} onChange={(e) => setScope(e.target.value)} slotProps={{ select: { native: true } }}>
          {Object.entries(t.account.scopes).filter(([id]) => admin || id !== "admin").map(([id, text]) => <option key={id} value={id}>{text}</option>)}
        </TextField>
        <TextField type="number" label={t.account.days} value={days} onChange={(e) => setDays(e.target.value)} slotProps={{ htmlInput: { min: 1, max: 366 } }} />
        <Failure error={make.error} />
        <Button type="submit" variant="contained" disabled={!name.trim() || make.isPending} data-testid="token-make">{t.account.make}</Button>
        {make.data && <Alert severity="success">{t.account.made}</Alert>}
        {make.data && <CopyText label={make.data.name} text={make.data.token} testId="token-secret" />}
      </Stack>
    </Panel>
  );
}
