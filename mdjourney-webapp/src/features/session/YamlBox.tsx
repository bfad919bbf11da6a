/** A config as text: dropped, chosen or typed; previewed here, judged by the server. */
import UploadIcon from "@mui/icons-material/UploadFileOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useRef, useState, type DragEvent } from "react";
import { ApiError, postYaml } from "../../api/client";
import type { Content, Fault } from "../../api/types";
import { t } from "../../lib/texts";
import { Effective } from "./Effective";
import { YamlErrors } from "./YamlErrors";
import { firstFault } from "./yamlFault";

const MOST_BYTES = 64 * 1024;

interface Props {
  /** The person has no config yet: it is said what one is. */
  first: boolean;
  busy: boolean;
  errors: Fault[];
  onStart: (yaml: string) => void;
  onEdit: () => void;
}

/** The server's reading of the text, asked for once typing pauses and the text is YAML at all. */
function useEffective(yaml: string) {
  const settled = useDeferredValue(yaml);
  const local = firstFault(settled);
  const answer = useQuery({
    queryKey: ["validate", settled],
    enabled: settled.trim() !== "" && local === null,
    retry: false,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      signal.throwIfAborted();
      return postYaml<{ effective: Content }>("/api/configs/validate", settled);
    },
  });
  const refused = answer.error instanceof ApiError && answer.error.status === 422 ? answer.error.errors : [];
  return { effective: answer.data?.effective, faults: local ? [local] : refused };
}

export function YamlBox({ first, busy, errors, onStart, onEdit }: Props) {
  const [yaml, setYaml] = useState("");
  const [over, setOver] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const { effective, faults } = useEffective(yaml);
  const edit = (text: string) => {
    setYaml(text);
    setNote(null);
    onEdit();
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) return setNote(t.start.tooBig);
    const text = await file.text();
    if (text.includes("\u0000") || text.includes("\ufffd")) return setNote(t.start.notText);
    edit(text);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const shown = errors.length > 0 ? errors : faults;
  return (
    <Paper variant="outlined" component="section" aria-labelledby="yaml" sx={{ p: 2.5, borderStyle: over ? "solid" : "dashed", borderColor: over ? "primary.main" : "divider", borderWidth: 2 }} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop} data-testid="yaml-drop">
      <Stack spacing={2}>
        <Stack direction="row" spacing={1.5} alignItems="center" justifyContent="space-between" useFlexGap flexWrap="wrap">
          <Box>
            <Typography id="yaml" variant="h2">{t.start.drop}</Typography>
            <Typography variant="body2" color="text.secondary">{t.start.dropHint}</Typography>
          </Box>
          <Button variant="outlined" startIcon={<UploadIcon />} onClick={() => chooser.current?.click()}>{t.start.choose}</Button>
          <input ref={chooser} type="file" hidden accept=".yaml,.yml,text/yaml,application/yaml,text/plain" data-testid="config-file" onChange={(e) => { void take(e.target.files?.[0]); e.target.value = ""; }} />
        </Stack>
        {first && (
          <Box component="ol" sx={{ m: 0, pl: 2.5, fontSize: 14, color: "text.secondary", "& > li": { mb: 0.5 } }}>
            {t.start.teach.map((line) => <li key={line}>{line}</li>)}
          </Box>
        )}
        <TextField
          label={t.start.editor}
          multiline
          minRows={7}
          maxRows={18}
          value={yaml}
          placeholder={t.start.sample}
          error={shown.length > 0}
          inputRef={area}
          onChange={(e) => edit(e.target.value)}
          slotProps={{ htmlInput: { spellCheck: false, "data-testid": "config-yaml", "aria-describedby": "yaml-errors" }, inputLabel: { shrink: true } }}
          sx={{ "& textarea": { fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace", fontSize: 13, lineHeight: 1.6 } }}
        />
        {note && <Typography color="error" role="alert">{note}</Typography>}
        <div id="yaml-errors"><YamlErrors errors={shown} yaml={yaml} area={area} /></div>
        {shown.length === 0 && effective && yaml.trim() !== "" && <Effective effective={effective} yaml={yaml} />}
        <Button variant="contained" size="large" disabled={busy || yaml.trim() === ""} onClick={() => onStart(yaml)} data-testid="yaml-start" sx={{ alignSelf: "flex-start" }}>{t.start.title}</Button>
      </Stack>
    </Paper>
  );
}
