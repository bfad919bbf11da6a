/** What is wrong with a config: line and column, key and value; a click goes to the line. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Link from "@mui/material/Link";
import type { RefObject } from "react";
import type { Fault } from "../../api/types";
import { plain } from "../../lib/format";
import { t } from "../../lib/texts";

function select(area: HTMLTextAreaElement | null, yaml: string, line: number) {
  if (!area) return;
  const lines = yaml.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
}

export function YamlErrors({ errors, yaml, area }: { errors: Fault[]; yaml: string; area: RefObject<HTMLTextAreaElement | null> }) {
  if (errors.length === 0) return null;
  return (
    <Alert severity="error" data-testid="yaml-errors">
      <AlertTitle>{t.start.problems(errors.length)}</AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {errors.map((e, i) => (
          <li key={i}>
            {e.line !== undefined && (
              <Link component="button" type="button" color="inherit" onClick={() => select(area.current, yaml, e.line ?? 1)}>
                {t.start.at(e.line, e.column)}
              </Link>
            )}
            {e.key ? <>: <code>{e.key}</code></> : null} {e.message}
            {e.value !== undefined && e.value !== null && plain(e.value) !== "" && <> (<code>{plain(e.value).slice(0, 120)}</code>)</>}
          </li>
        ))}
      </Box>
    </Alert>
  );
}
