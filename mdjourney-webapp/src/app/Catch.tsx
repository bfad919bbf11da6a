/** Keeps one broken screen from taking the others with it. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Button from "@mui/material/Button";
import { Component, type ReactNode } from "react";
import { t } from "../lib/texts";

interface State {
  error: Error | null;
}

export class Catch extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Alert severity="error" data-testid="crash" action={<Button color="inherit" onClick={() => window.location.reload()}>{t.app.reload}</Button>}>
        <AlertTitle>{t.app.crashed}</AlertTitle>
        {t.app.crashedHint}
        <pre>{error.message}</pre>
      </Alert>
    );
  }
}
