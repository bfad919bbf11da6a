/** What changing an account meant for projects: those left without an admin, or that it could not be seen. */
import Alert from "@mui/material/Alert";
import type { ChangedUser } from "../../api/types";
import { screenFor } from "../../api/catalogue";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";

export function Consequences({ of: done }: { of: ChangedUser | undefined }) {
  if (!done) return null;
  const left = done.projects_without_admin;
  return (
    <>
      {done.not_checked && <Alert severity="warning" data-testid="person-not-checked">{t.admin.notChecked(done.user_id, done.not_checked)}</Alert>}
      {left.length > 0 && (
        <Alert severity="warning" data-testid="person-left">
          {t.admin.leftBehind(left.length)}{" "}
          {left.map((p, i) => <span key={p.project_id}>{i > 0 && ", "}<TextLink quiet to={screenFor("project", p.project_id)}>{p.name ?? p.project_id}</TextLink></span>)}
        </Alert>
      )}
    </>
  );
}
