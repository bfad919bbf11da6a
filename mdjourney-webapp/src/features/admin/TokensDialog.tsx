/** The API tokens of somebody else, for lab admins: of an instrument that was lost, or a secret that came out. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Typography from "@mui/material/Typography";
import { t } from "../../lib/texts";
import { TokenSheet } from "./TokenSheet";

export function TokensDialog({ user, onClose }: { user: string; onClose: () => void }) {
  const title = t.admin.tokensOf(user);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="tokens-of">
      <DialogTitle id="tokens-of">{title}</DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>{t.admin.tokensLead}</Typography>
        <TokenSheet at={`/api/users/${encodeURIComponent(user)}/tokens`} label={title} question={(name) => t.admin.tokenAsk(name, user)} empty={{ title: t.admin.noTokens(user) }} />
      </DialogContent>
      <DialogActions><Button onClick={onClose} data-testid="tokens-close">{t.app.close}</Button></DialogActions>
    </Dialog>
  );
}
