/** Searches a person keeps under a name. */
import BookmarkIcon from "@mui/icons-material/BookmarkBorder";
import DeleteIcon from "@mui/icons-material/DeleteOutline";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Popover from "@mui/material/Popover";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { CATALOGUE, listOf, type SavedSearch } from "../../api/catalogue";
import { post, remove } from "../../api/client";
import type { Page } from "../../api/types";
import { Failure } from "../../components/Failure";
import { t } from "../../lib/texts";

export function SavedSearches({ query, onQuery }: { query: string; onQuery: (q: string) => void }) {
  const [at, setAt] = useState<HTMLElement | null>(null);
  const [name, setName] = useState("");
  // The button is switched off once its work is done; focus must not fall out of the dialog with it.
  const field = useRef<HTMLInputElement>(null);
  const queries = useQueryClient();
  const saved = useQuery({ ...listOf<SavedSearch>("/searches"), refetchInterval: false, enabled: at !== null });
  const renew = () => void queries.invalidateQueries({ queryKey: ["catalogue", "/searches"] });
  const keep = useMutation({ mutationFn: () => post<SavedSearch>(`${CATALOGUE}/searches`, { name, query }), onSuccess: () => { setName(""); renew(); field.current?.focus(); } });
  const forget = useMutation({ mutationFn: (id: string) => remove(`${CATALOGUE}/searches/${id}`), onSettled: renew });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  return (
    <>
      <Button size="small" startIcon={<BookmarkIcon />} onClick={(e) => setAt(e.currentTarget)} aria-haspopup="dialog" data-testid="saved-searches">{t.catalogue.saved}</Button>
      <Popover open={at !== null} anchorEl={at} onClose={() => setAt(null)} anchorOrigin={{ vertical: "bottom", horizontal: "left" }} slotProps={{ paper: { role: "dialog", "aria-label": t.catalogue.saved } }}>
        <Stack spacing={1.5} sx={{ p: 2, width: 380, maxWidth: "calc(100vw - 32px)" }}>
          {saved.data && saved.data.items.length === 0 && <Typography color="text.secondary" variant="body2">{t.catalogue.noSaved}</Typography>}
          <Failure error={saved.error ?? keep.error ?? forget.error} />
          <List items={saved.data} onUse={(q) => { onQuery(q); setAt(null); }} onForget={(id) => forget.mutate(id)} />
          {query ? (
            <Stack component="form" direction="row" spacing={1} onSubmit={submit}>
              <TextField label={t.catalogue.keepName} value={name} inputRef={field} onChange={(e) => setName(e.target.value)} slotProps={{ htmlInput: { "data-testid": "search-name", maxLength: 255 } }} />
              <Button type="submit" variant="contained" disabled={!name.trim() || keep.isPending} data-testid="search-keep" sx={{ flexShrink: 0 }}>{t.catalogue.keep}</Button>
            </Stack>
          ) : saved.data && saved.data.items.length > 0 && <Typography variant="body2" color="text.secondary">{t.catalogue.keepHint}</Typography>}
          {keep.isSuccess && name === "" && <Alert severity="success">{t.catalogue.kept(keep.data.name)}</Alert>}
        </Stack>
      </Popover>
    </>
  );
}

function List({ items, onUse, onForget }: { items: Page<SavedSearch> | undefined; onUse: (q: string) => void; onForget: (id: string) => void }) {
  if (!items?.items.length) return null;
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, maxHeight: 300, overflow: "auto" }}>
      {items.items.map((s) => (
        <Stack component="li" direction="row" key={s.saved_search_id} alignItems="center">
          <Button onClick={() => onUse(s.query)} data-testid="saved-search" sx={{ flex: 1, justifyContent: "flex-start", textAlign: "left", display: "block", color: "text.primary" }}>
            <span>{s.name}</span>
            <Typography component="span" variant="caption" color="text.secondary" sx={{ display: "block", fontFamily: "ui-monospace, monospace" }}>{s.query}</Typography>
          </Button>
          <IconButton aria-label={t.catalogue.forget(s.name)} onClick={() => onForget(s.saved_search_id)}><DeleteIcon fontSize="small" /></IconButton>
        </Stack>
      ))}
    </Box>
  );
}
