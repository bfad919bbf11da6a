/** One line for the search language: suggestions for the word under the caret, errors at their column. */
import ClearIcon from "@mui/icons-material/Clear";
import SearchIcon from "@mui/icons-material/Search";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import Link from "@mui/material/Link";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useId, useRef, useState, type KeyboardEvent } from "react";
import type { ApiError } from "../../api/client";
import { t } from "../../lib/texts";
import { useFields, useValues } from "./known";
import { suggest, without, wordAt, type Suggestion } from "./language";

interface Props {
  value: string;
  onChange: (value: string) => void;
  projects: Map<string, string>;
  error: ApiError | null;
}

export function SearchBox({ value, onChange, projects, error }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useId();
  const { from, word } = wordAt(value, caret);
  const fields = useFields(open ? word : "");
  const facets = useValues(open ? word : "", without(value, from, word));
  const options = open ? suggest(word, { facets, fields, projects }) : [];
  const follow = () => setCaret(input.current?.selectionStart ?? value.length);
  const take = (s: Suggestion) => {
    const next = value.slice(0, from) + s.text + value.slice(caret).trimStart();
    onChange(next);
    setActive(-1);
    const at = from + s.text.length;
    setCaret(at);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at, at);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = options[active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (options.length === 0) return setOpen(true);
      event.preventDefault();
      setActive((active + (event.key === "ArrowDown" ? 1 : options.length)) % Math.max(options.length, 1));
    } else if (event.key === "Escape") setOpen(false);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Enter") setOpen(false);
  };
  const shown = options.length > 0;
  return (
    <Box sx={{ position: "relative" }}>
      <TextField
        type="text"
        label={t.catalogue.search}
        placeholder={t.catalogue.searchHint}
        value={value}
        inputRef={input}
        onChange={(e) => {
          onChange(e.target.value);
          setCaret(e.target.selectionStart ?? e.target.value.length);
          setOpen(true);
          setActive(-1);
        }}
        onKeyUp={follow}
        onClick={follow}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
        error={error !== null && !isUnfinished(error, value)}
        slotProps={{
          htmlInput: { "data-testid": "catalogue-search", role: "combobox", "aria-expanded": shown, "aria-controls": shown ? list : undefined, "aria-autocomplete": "list", "aria-activedescendant": shown && active >= 0 ? `${list}-${active}` : undefined, spellCheck: false, autoComplete: "off" },
          inputLabel: { shrink: true },
          input: {
            startAdornment: <InputAdornment position="start"><SearchIcon /></InputAdornment>,
            endAdornment: value && <InputAdornment position="end"><IconButton size="small" aria-label={t.catalogue.clear} onClick={() => onChange("")}><ClearIcon fontSize="small" /></IconButton></InputAdornment>,
          },
        }}
      />
      {shown && (
        <Paper elevation={6} id={list} role="listbox" aria-label={t.catalogue.suggestions} sx={{ position: "absolute", top: 42, left: 0, right: 0, zIndex: 10, border: 1, borderColor: "divider", py: 0.5 }}>
          {options.map((s, i) => (
            <Box key={s.label + s.kind} id={`${list}-${i}`} role="option" aria-selected={i === active} data-testid="suggestion" onMouseDown={(e) => e.preventDefault()} onClick={() => take(s)} onMouseEnter={() => setActive(i)} sx={{ px: 2, py: 0.75, display: "flex", gap: 1.5, cursor: "pointer", bgcolor: i === active ? "action.selected" : undefined }}>
              <Typography variant="body2" sx={{ fontWeight: 600, flex: 1, overflowWrap: "anywhere" }}>{s.label}</Typography>
              <Typography variant="body2" color="text.secondary">{s.note}</Typography>
              <Typography variant="caption" color="text.secondary" sx={{ width: 64, flexShrink: 0, textAlign: "right" }}>{t.catalogue.suggestHint[s.kind]}</Typography>
            </Box>
          ))}
        </Paper>
      )}
      {error && <Unread error={error} query={value} onGo={(at) => { input.current?.focus(); input.current?.setSelectionRange(at, at + 1); }} />}
    </Box>
  );
}

/** Whether what is missing would come after the end. */
const isUnfinished = (error: ApiError, query: string) => (columnOf(error, query) ?? 0) > query.trimEnd().length;

/** Where it went wrong: the column that was told, or that of the field it is about. */
export function columnOf(error: ApiError, query: string): number | undefined {
  const { column, key } = error.errors[0] ?? {};
  const at = key ? query.toLowerCase().indexOf(key.toLowerCase()) : -1;
  return column ?? (at >= 0 ? at + 1 : undefined);
}

/** What is wrong, beginning with the field it is about. */
export function sentenceOf(error: ApiError): string {
  const { key, message = error.message } = error.errors[0] ?? {};
  return key && !message.toLowerCase().includes(key.toLowerCase()) ? `${key} ${message}` : message.charAt(0).toUpperCase() + message.slice(1);
}

/** What cannot be read, with a mark below the place. */
function Unread({ error, query, onGo }: { error: ApiError; query: string; onGo: (at: number) => void }) {
  const column = columnOf(error, query);
  const unfinished = isUnfinished(error, query);
  return (
    <Alert severity={unfinished ? "info" : "warning"} data-testid="query-error" data-column={column} sx={{ mt: 1 }}>
      <strong>{unfinished ? t.catalogue.unfinished : t.catalogue.badQuery}</strong> {sentenceOf(error)}.{" "}
      {column !== undefined && (
        <>
          <Link component="button" type="button" color="inherit" onClick={() => onGo(column - 1)}>{t.catalogue.goColumn(column)}</Link>
          <Box component="pre" aria-hidden sx={{ m: 0, mt: 1, fontSize: 13, overflowX: "auto", lineHeight: 1.3 }}>{query}{"\n"}{" ".repeat(Math.max(column - 1, 0))}^</Box>
        </>
      )}
    </Alert>
  );
}
