/** A request that failed: what the server says, and a way to try again. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Button from "@mui/material/Button";
import { ApiError } from "../api/client";
import { t } from "../lib/texts";

export function Failure({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  if (!error) return null;
  const api = error instanceof ApiError ? error : null;
  const text = error instanceof Error ? error.message : t.app.crashed;
  const heading = title ?? api?.body.title;
  return (
    <Alert severity="error" data-testid="failure" action={onRetry && <Button color="inherit" size="small" onClick={onRetry}>{t.app.retry}</Button>}>
      {heading && heading !== text && <AlertTitle>{heading}</AlertTitle>}
      {text}
      {api?.body.instance && <> ({api.body.instance})</>}
    </Alert>
  );
}
