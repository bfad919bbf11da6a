/** A config as text, judged by the server while it is typed, with help for the key under the caret. */
import UploadIcon from "@mui/icons-material/UploadFileOutlined";
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useRef, useState } from "react";
import { ApiError, postYaml } from "../../api/client";
import type { Content, Fault } from "../../api/types";
import { Failure } from "../../components/Failure";
import { plain } from "../../lib/format";
import { t } from "../../lib/texts";
import { KeyHelp } from "./KeyHelp";
import { Members } from "./Members";
import { YamlArea } from "./YamlArea";

const MOST_BYTES = 64 * 1024;

interface Props {
  yaml: string;
  onYaml: (yaml: string) => void;
  action: string;
  busy: boolean;
  changed: boolean;
  error: unknown;
  done: string | null;
  onSave: () => void;
}

/** What the server makes of the text, once typing has paused. */
function useJudged(yaml: string) {
  const settled = useDeferredValue(yaml);
  const answer = useQuery({
    queryKey: ["validate", settled],
    enabled: settled.trim() !== "",
    retry: false,
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      signal.throwIfAborted();
      return postYaml<{ effective: Content }>("/api/configs/validate", settled);
    },
  });
  const refused = answer.error instanceof ApiError && [400, 413, 422].includes(answer.error.status) ? answer.error : null;
  return { effective: answer.data?.effective, faults: refused ? (refused.errors.length ? refused.errors : [{ message: refused.message }]) : [], fine: answer.isSuccess && settled === yaml };
}

export function ConfigEditor({ yaml, onYaml, action, busy, changed, error, done, onSave }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [line, setLine] = useState(1);
  const [note, setNote] = useState<string | null>(null);
  const { effective, faults, fine } = useJudged(yaml);
  const key = /^\s*([\w]+)\s*:/.exec(yaml.split("\n")[line - 1] ?? "")?.[1];
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setNote(t.configs.tooBig);
    setNote(null);
    onYaml(await file.text());
  };
  const goTo = (at: number) => {
    const lines = yaml.split("\n");
    const from = lines.slice(0, at - 1).join("\n").length + (at > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(from, from + (lines[at - 1]?.length ?? 0));
  };
  return (
    <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "minmax(0, 3fr) minmax(0, 2fr)" }, alignItems: "start" }}>
      <Stack spacing={2}>
        <Typography variant="h2">{t.configs.yaml}</Typography>
        <YamlArea ref={area} label={t.configs.yaml} value={yaml} onChange={onYaml} marked={faults.flatMap((f) => (f.line ? [f.line] : []))} onCaret={setLine} describedBy="config-judged" />
        <div id="config-judged" aria-live="polite"><Judged faults={faults} fine={fine && changed} onLine={goTo} /></div>
        {note && <Alert severity="error">{note}</Alert>}
        {faults.length === 0 && <Failure error={error} />}
        {done && <Alert severity="success" data-testid="config-saved">{done}</Alert>}
        <Stack direction="row" spacing={1}>
          <Button variant="contained" disabled={busy || !changed || yaml.trim() === "" || faults.length > 0} onClick={onSave} data-testid="config-save">{action}</Button>
          <Button variant="outlined" startIcon={<UploadIcon />} onClick={() => chooser.current?.click()}>{t.configs.upload}</Button>
          <input ref={chooser} type="file" hidden accept=".yaml,.yml,text/yaml,application/yaml,text/plain" data-testid="config-upload" onChange={(e) => { void take(e.target.files?.[0]); e.target.value = ""; }} />
        </Stack>
      </Stack>
      <Stack spacing={2.5}>
        <Members yaml={yaml} members={Array.isArray(effective?.members) ? effective.members.map(plain) : null} onYaml={onYaml} />
        <KeyHelp here={key} effective={effective} />
      </Stack>
    </Box>
  );
}

function Judged({ faults, fine, onLine }: { faults: Fault[]; fine: boolean; onLine: (line: number) => void }) {
  if (fine) return <Alert severity="success">{t.configs.fine}</Alert>;
  if (faults.length === 0) return null;
  return (
    <Alert severity="error" data-testid="config-faults">
      <AlertTitle>{t.configs.problems(faults.length)}</AlertTitle>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {faults.map((f, i) => (
          <li key={i}>
            {f.line ? <Link component="button" type="button" color="inherit" onClick={() => onLine(f.line ?? 1)}>{t.configs.at(f.line, f.column)}</Link> : null}
            {f.line ? ": " : ""}{f.key && <code>{f.key}</code>} {f.message}
          </li>
        ))}
      </Box>
    </Alert>
  );
}
