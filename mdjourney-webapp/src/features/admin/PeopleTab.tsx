/** Who may sign in: roles, login links, disabling, and adding somebody. */
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, patch, post } from "../../api/client";
import type { ChangedUser, User } from "../../api/types";
import { Ask } from "../../components/Ask";
import { CopyText } from "../../components/CopyText";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Sheet } from "../../components/Sheet";
import { t } from "../../lib/texts";
import { AddPerson } from "./AddPerson";
import { Consequences } from "./Consequences";
import { ROLES, usePeople, wholeLink } from "./people";
import { TokensDialog } from "./TokensDialog";

/** `force`: also where projects are left without anybody who administers them. */
interface Change {
  id: string;
  role?: string;
  disabled?: boolean;
  force?: boolean;
}

export function PeopleTab({ me }: { me: string }) {
  const people = usePeople();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<User | null>(null);
  const [tokensOf, setTokensOf] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: ({ id, ...body }: Change) => patch<ChangedUser>(`/api/users/${encodeURIComponent(id)}`, body),
    onSettled: () => {
      setAsked(null);
      void queries.invalidateQueries({ queryKey: ["users"] });
    },
  });
  const link = useMutation({ mutationFn: (id: string) => post<{ login_link: string }>(`/api/users/${encodeURIComponent(id)}/login-link`) });
  const orphaning = change.error instanceof ApiError && change.error.body.code === "last-project-admin";
  if (people.isPending) return <Lines />;
  if (!people.data) return <Failure error={people.error} onRetry={() => void people.refetch()} />;
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 320px" }, alignItems: "start" }}>
      <Stack spacing={2}>
        <Failure error={orphaning ? link.error : (change.error ?? link.error)} />
        <Consequences of={change.data} />
        <Ask open={orphaning} text={change.error ? t.admin.forceAsk(change.error.message) : ""} action={t.admin.force} onNo={() => change.reset()} onYes={() => change.variables && change.mutate({ ...change.variables, force: true })} />
        <Sheet label={t.admin.tabs.people} head={[t.admin.username, t.admin.name, t.admin.role, ""]} actions={t.admin.actions} testId="admin-people">
          {people.data.map((u) => (
            <TableRow key={u.user_id} hover>
              <TableCell sx={{ fontWeight: 600 }}>{u.user_id} {u.disabled && <Chip label={t.admin.disabled} />}</TableCell>
              <TableCell>{u.name}<Typography variant="body2" color="text.secondary">{u.email}</Typography></TableCell>
              <TableCell>
                <TextField select variant="standard" value={u.role} disabled={u.user_id === me} onChange={(e) => change.mutate({ id: u.user_id, role: e.target.value })} slotProps={{ select: { native: true }, htmlInput: { "aria-label": t.admin.roleOf(u.user_id), "data-testid": "person-role" }, input: { disableUnderline: true } }} sx={{ minWidth: 130 }}>
                  {ROLES.map((r) => <option key={r} value={r}>{t.admin.roles[r]}</option>)}
                </TextField>
              </TableCell>
              <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                {!u.disabled && <Button size="small" onClick={() => link.mutate(u.user_id)} aria-label={t.admin.linkOf(u.user_id)} data-testid="person-link">{t.admin.link}</Button>}
                <Button size="small" onClick={() => setTokensOf(u.user_id)} aria-label={`${t.admin.tokens}: ${u.user_id}`} data-testid="person-tokens">{t.admin.tokens}</Button>
                {u.user_id !== me && (u.disabled
                  ? <Button size="small" onClick={() => change.mutate({ id: u.user_id, disabled: false })} aria-label={`${t.admin.enable}: ${u.user_id}`}>{t.admin.enable}</Button>
                  : <Button size="small" color="error" onClick={() => setAsked(u)} aria-label={`${t.admin.disable}: ${u.user_id}`}>{t.admin.disable}</Button>)}
              </TableCell>
            </TableRow>
          ))}
        </Sheet>
      </Stack>
      <AddPerson />
      {tokensOf !== null && <TokensDialog user={tokensOf} onClose={() => setTokensOf(null)} />}
      <Ask open={asked !== null} text={t.admin.disableAsk(asked?.user_id ?? "")} action={t.admin.disable} onYes={() => asked && change.mutate({ id: asked.user_id, disabled: true })} onNo={() => setAsked(null)} />
      <Dialog open={link.isSuccess} onClose={() => link.reset()} fullWidth maxWidth="sm" aria-labelledby="login-link">
        <DialogTitle id="login-link">{t.admin.link}</DialogTitle>
        <DialogContent>
          <Typography sx={{ mb: 2 }}>{t.admin.linkReady}</Typography>
          <CopyText label={t.admin.link} text={wholeLink(link.data?.login_link ?? "")} testId="login-link" />
        </DialogContent>
        <DialogActions><Button onClick={() => link.reset()}>{t.app.close}</Button></DialogActions>
      </Dialog>
    </Box>
  );
}
