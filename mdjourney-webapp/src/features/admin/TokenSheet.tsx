/** Somebody's API tokens, one's own or another's, each of which can be ended after a question. */
import KeyIcon from "@mui/icons-material/KeyOutlined";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { remove } from "../../api/client";
import { getAll } from "../../api/queries";
import type { ApiToken } from "../../api/types";
import { Ask } from "../../components/Ask";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { ago, when } from "../../lib/format";
import { t } from "../../lib/texts";

interface Props {
  /** Address of the list; each token is deleted below it. */
  at: string;
  label: string;
  /** What is asked before one is ended. */
  question: (name: string) => string;
  empty: { title: string; hint?: string };
}

export const tokensKey = (at: string) => ["tokens", at];

/** What it may, in words where its scopes are a beginning of all there are; else as they are called. */
function scopeOf(scopes: string[]): string {
  const all = Object.keys(t.account.scopes);
  const widest = all.slice(0, scopes.length).at(-1) ?? "";
  return all.slice(0, scopes.length).every((s) => scopes.includes(s)) ? (t.account.scopes[widest] ?? "") : scopes.join(", ");
}

const hasEnded = (token: ApiToken) => new Date(token.expires_at).valueOf() <= Date.now();

export function TokenSheet({ at, label, question, empty }: Props) {
  const tokens = useQuery({ queryKey: tokensKey(at), queryFn: ({ signal }) => getAll<ApiToken>(at, signal) });
  const queries = useQueryClient();
  const [asked, setAsked] = useState<ApiToken | null>(null);
  const drop = useMutation({
    mutationFn: (id: string) => remove(`${at}/${id}`),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: tokensKey(at) });
    },
  });
  if (tokens.isPending) return <Lines />;
  if (!tokens.data) return <Failure error={tokens.error} onRetry={() => void tokens.refetch()} />;
  return (
    <Stack spacing={2}>
      <Failure error={drop.error} />
      {tokens.data.length === 0 ? <Empty icon={<KeyIcon />} {...empty} /> : (
        <Sheet label={label} head={[t.account.tokenName, t.account.scope, t.account.expires, ""]} actions={t.admin.actions} testId="tokens">
          {tokens.data.map((token) => (
            <TableRow key={token.token_id} hover>
              <TableCell sx={{ fontWeight: 600 }}>{token.name}</TableCell>
              <TableCell>{scopeOf(token.scopes)}</TableCell>
              <TableCell title={when(token.expires_at)}>{hasEnded(token) ? <Chip label={t.account.expired} /> : ago(token.expires_at)}</TableCell>
              <TableCell align="right"><Button size="small" color="error" onClick={() => setAsked(token)} aria-label={t.account.dropOf(token.name)}>{t.account.drop}</Button></TableCell>
            </TableRow>
          ))}
        </Sheet>
      )}
      <Ask open={asked !== null} text={asked ? question(asked.name) : ""} action={t.account.drop} onYes={() => asked && drop.mutate(asked.token_id)} onNo={() => setAsked(null)} />
    </Stack>
  );
}
