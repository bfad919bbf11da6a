/** API tokens for scripts and instruments; the secret is shown once. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post } from "../../api/client";
import type { MadeToken } from "../../api/types";
import { CopyText } from "../../components/CopyText";
import { Failure } from "../../components/Failure";
import { Panel } from "../../components/Panel";
import { t } from "../../lib/texts";
import { tokensKey, TokenSheet } from "./TokenSheet";

const OWN = "/api/auth/tokens";

export function TokensTab({ admin }: { admin: boolean }) {
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary">{t.account.tokensLead}</Typography>
      <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 340px" }, alignItems: "start" }}>
        <TokenSheet at={OWN} label={t.account.tabs.tokens} question={t.account.dropAsk} empty={{ title: t.account.noTokens, hint: t.account.noTokensHint }} />
        <Make admin={admin} />
      </Box>
    </Stack>
  );
}

function Make({ admin }: { admin: boolean }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState("read");
  const [days, setDays] = useState("90");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => post<MadeToken>(OWN, { name, scopes: scope === "write" ? ["read", "write"] : scope === "admin" ? ["read", "write", "admin"] : ["read"], days: Number(days) }),
    onSuccess: () => {
      setName("");
      void queries.invalidateQueries({ queryKey: tokensKey(OWN) });
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
