/** A link inside the app, in the colour of links. */
import MuiLink from "@mui/material/Link";
import type { ReactNode } from "react";
import { Link } from "react-router";

interface Props {
  to: string;
  children: ReactNode;
  strong?: boolean;
  quiet?: boolean;
  testId?: string;
  label?: string;
}

export function TextLink({ to, children, strong, quiet, testId, label }: Props) {
  return (
    <MuiLink component={Link} to={to} aria-label={label} color={quiet ? "inherit" : "primary"} underline={quiet ? "always" : "hover"} data-testid={testId} sx={{ fontWeight: strong ? 600 : undefined, overflowWrap: "anywhere", textDecorationColor: quiet ? "rgba(127,127,127,.6)" : undefined }}>
      {children}
    </MuiLink>
  );
}
