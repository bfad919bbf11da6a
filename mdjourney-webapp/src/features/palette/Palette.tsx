/** Screens, commands and things of the catalogue, found by typing. */
import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import InputBase from "@mui/material/InputBase";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { screenOf, searchPath, type Hit } from "../../api/catalogue";
import { get } from "../../api/client";
import type { Page } from "../../api/types";
import { t } from "../../lib/texts";
import { usePalette } from "./store";
import type { Place } from "./useKeys";

export interface Command {
  id: string;
  title: string;
  run: () => void;
}

interface Item {
  id: string;
  title: string;
  note: string;
  run: () => void;
}

const LISTED = 14;

/** The search for what was typed: words as beginnings, signs of the language left out. */
export function asQuery(text: string): string {
  return text.split(/[^\p{L}\p{N}_.]+/u).filter(Boolean).map((word) => `${word}*`).join(" ");
}

export default function Palette({ places, commands }: { places: Place[]; commands: Command[] }) {
  const { show } = usePalette();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const query = asQuery(useDeferredValue(text));
  const hits = useQuery({
    queryKey: ["catalogue", "palette", query], enabled: query.length > 2, retry: false, staleTime: 10_000,
    queryFn: ({ signal }) => get<Page<Hit>>(searchPath(query, null, "", 8), signal),
  });
  const go = (to: string) => () => void navigate(to);
  const fits = (title: string) => title.toLowerCase().includes(text.trim().toLowerCase());
  const items: Item[] = [
    ...places.filter((p) => fits(p.title)).map((p) => ({ id: p.id, title: p.title, note: t.palette.groups.go, run: go(p.to) })),
    ...commands.filter((c) => fits(c.title)).map((c) => ({ ...c, note: t.palette.groups.do })),
    ...(query ? (hits.data?.items ?? []).map((h) => ({ id: h.entity_id, title: h.title ?? h.entity_id, note: t.catalogue.kinds[h.kind], run: go(screenOf(h)) })) : []),
    ...(text.trim() ? [{ id: "search", title: t.palette.searchFor(text.trim()), note: t.app.nav.catalogue, run: go(`/catalogue?q=${encodeURIComponent(text.trim())}`) }] : []),
  ].slice(0, LISTED);
  const at = Math.min(active, items.length - 1);
  useEffect(() => document.getElementById(`palette-${at}`)?.scrollIntoView?.({ block: "nearest" }), [at]);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    show(null);
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") choose(items[at]);
    else if (event.key === "ArrowDown") setActive((at + 1) % items.length);
    else if (event.key === "ArrowUp") setActive((at - 1 + items.length) % items.length);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open onClose={() => show(null)} fullWidth maxWidth="sm" aria-label={t.palette.title} sx={{ "& .MuiDialog-container": { alignItems: "flex-start" } }} slotProps={{ paper: { sx: { mt: "12vh" } } }} data-testid="palette">
      <InputBase autoFocus fullWidth placeholder={t.palette.placeholder} value={text} onChange={(e) => { setText(e.target.value); setActive(0); }} onKeyDown={onKeyDown} sx={{ px: 2.5, py: 1.75, fontSize: 16, borderBottom: 1, borderColor: "divider" }}
        inputProps={{ role: "combobox", "aria-label": t.palette.title, "aria-expanded": true, "aria-controls": "palette-list", "aria-activedescendant": items.length ? `palette-${at}` : undefined, "aria-autocomplete": "list", "data-testid": "palette-input", autoComplete: "off", spellCheck: false }} />
      <Box id="palette-list" role="listbox" aria-label={t.palette.title} sx={{ maxHeight: "52vh", overflow: "auto", p: 1 }}>
        {items.map((item, i) => (
          <Box key={item.id} id={`palette-${i}`} role="option" aria-selected={i === at} onClick={() => choose(item)} onMouseMove={() => setActive(i)} data-testid="palette-item" sx={{ display: "flex", justifyContent: "space-between", gap: 2, px: 1.5, py: 1, borderRadius: 1.5, cursor: "pointer", bgcolor: i === at ? "action.selected" : undefined }}>
            <span>{item.title}</span>
            <Typography component="span" variant="body2" color="text.secondary" sx={{ flexShrink: 0 }}>{item.note}</Typography>
          </Box>
        ))}
      </Box>
      <Typography variant="caption" color="text.secondary" sx={{ px: 2.5, py: 1, borderTop: 1, borderColor: "divider" }}>{items.length === 0 ? t.palette.none : t.palette.hint}</Typography>
    </Dialog>
  );
}
