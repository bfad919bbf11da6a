/** What the palette and the keyboard map offer: screens by role, and commands of the frame. */
import { useColorScheme } from "@mui/material/styles";
import { lazy, Suspense, useMemo } from "react";
import { post } from "../api/client";
import { usePalette } from "../features/palette/store";
import { useKeys, type Place } from "../features/palette/useKeys";
import { t } from "../lib/texts";
import { useSignOut } from "./useSignOut";

const Palette = lazy(() => import("../features/palette/Palette"));
const KeyboardMap = lazy(() => import("../features/palette/KeyboardMap"));

function usePlaces(admin: boolean, session: boolean): Place[] {
  return useMemo(() => {
    const always: Place[] = [
      { id: "overview", title: t.app.nav.overview, to: "/overview", letter: "o" },
      { id: "catalogue", title: t.app.nav.catalogue, to: "/catalogue", letter: "c" },
      { id: "start", title: t.app.nav.start, to: "/start", letter: "s" },
      { id: "account-devices", title: `${t.account.title}: ${t.account.tabs.devices}`, to: "/account/devices" },
      { id: "account-tokens", title: `${t.account.title}: ${t.account.tabs.tokens}`, to: "/account/tokens" },
    ];
    const inSession: Place[] = [
      { id: "workspace", title: t.app.nav.workspace, to: "/workspace", letter: "w" },
      { id: "inbox", title: t.app.nav.inbox, to: "/inbox", letter: "i" },
      { id: "attention", title: t.attention.title, to: "/attention" },
      { id: "instruments", title: t.instruments.title, to: "/workspace/instruments" },
    ];
    const forAdmins = Object.entries(t.admin.tabs).map(([id, title], i): Place => ({ id: `admin-${id}`, title: `${t.admin.title}: ${title}`, to: `/admin/${id}`, letter: i === 0 ? "a" : undefined }));
    return [...always, ...(session ? inSession : []), ...(admin ? forAdmins : [])];
  }, [admin, session]);
}

export function Commands({ admin, session }: { admin: boolean; session: boolean }) {
  const places = usePlaces(admin, session);
  const { open, show } = usePalette();
  const { setMode } = useColorScheme();
  const signOut = useSignOut();
  useKeys(places);
  if (open === null) return null;
  const commands = [
    ...(["light", "dark", "system"] as const).map((mode) => ({ id: mode, title: t.palette.appearance(t.app.themes[mode]), run: () => setMode(mode) })),
    { id: "map", title: t.palette.keyboard, run: () => show("map") },
    { id: "print", title: t.app.print, run: () => window.setTimeout(() => window.print(), 200) },
    ...(session ? [{ id: "rescan", title: t.health.rescan, run: () => void post("/api/v1/rescan") }] : []),
    { id: "sign-out", title: t.app.signOut, run: () => void signOut() },
  ];
  return <Suspense fallback={null}>{open === "palette" ? <Palette places={places} commands={commands} /> : <KeyboardMap places={places} />}</Suspense>;
}
