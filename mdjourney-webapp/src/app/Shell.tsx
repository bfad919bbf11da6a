/** The frame around every screen: header, navigation, and the way to the sign-in when it has ended. */
import SearchIcon from "@mui/icons-material/Search";
import AppBar from "@mui/material/AppBar";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import Toolbar from "@mui/material/Toolbar";
import Typography from "@mui/material/Typography";
import { Suspense } from "react";
import { Link, Navigate, Outlet, useLocation } from "react-router";
import { useMe, useSessions } from "../api/queries";
import { Failure } from "../components/Failure";
import { Lines } from "../components/Lines";
import { Logo } from "../components/Logo";
import { useInRow } from "../components/useInRow";
import { usePalette } from "../features/palette/store";
import { t } from "../lib/texts";
import { AccountMenu } from "./AccountMenu";
import { Catch } from "./Catch";
import { Commands } from "./Commands";
import { HealthChip } from "./HealthChip";
import { useNoStrayDrops } from "./useNoStrayDrops";
import { usePrintInLight } from "./usePrintInLight";

export function Shell() {
  const me = useMe();
  const sessions = useSessions();
  const place = useLocation();
  useNoStrayDrops();
  usePrintInLight();
  if (me.isPending) return <Box sx={{ p: 4 }}><Lines n={4} /></Box>;
  if (me.error && !me.data) return <Box sx={{ p: 4, maxWidth: 600, mx: "auto" }}><Failure error={me.error} onRetry={() => void me.refetch()} /></Box>;
  if (!me.data) {
    const next = place.pathname === "/" ? "" : `?next=${encodeURIComponent(place.pathname + place.search)}`;
    return <Navigate to={`/login${next}`} replace />;
  }
  const admin = me.data.user.role === "admin";
  const ready = sessions.data?.session?.state === "ready";
  return (
    <Box sx={{ minHeight: "100dvh", display: "flex", flexDirection: "column" }}>
      <Box component="a" href="#main" sx={{ position: "absolute", left: -9999, "&:focus": { left: 8, top: 8, zIndex: 2000, bgcolor: "background.paper", p: 1 } }}>{t.app.skip}</Box>
      <Header admin={admin} />
      <Commands admin={admin} session={ready} />
      <Box component="main" id="main" tabIndex={-1} sx={{ flex: 1, minHeight: 0, outline: "none", p: { xs: 2, md: 3 }, display: "flex", flexDirection: "column" }}>
        <Catch key={place.pathname}>
          <Suspense fallback={<Lines n={6} />}><Outlet /></Suspense>
        </Catch>
      </Box>
    </Box>
  );
}

function Header({ admin }: { admin: boolean }) {
  const sessions = useSessions();
  const current = sessions.data?.session;
  return (
    <AppBar position="sticky" color="default" elevation={0} sx={{ position: { xs: "static", sm: "sticky" }, bgcolor: "background.paper", backgroundImage: "none", borderBottom: 1, borderColor: "divider", "@media print": { display: "none" } }}>
      <Toolbar variant="dense" sx={{ gap: { xs: 0.5, md: 2 }, minHeight: 56, flexWrap: { xs: "wrap", sm: "nowrap" }, justifyContent: "flex-end", py: { xs: 0.75, sm: 0 } }}>
        <Stack direction="row" spacing={1} alignItems="center" component={Link} to="/" sx={{ color: "inherit", textDecoration: "none", mr: { xs: "auto", sm: 0 } }}>
          <Logo />
          <Typography sx={{ fontWeight: 700, display: { xs: "none", sm: "block" } }}>{t.app.name}</Typography>
        </Stack>
        <Stack component="nav" direction="row" aria-label={t.app.nav.main} sx={{ flex: { xs: "1 0 100%", sm: 1 }, order: { xs: 1, sm: 0 }, minWidth: 0, overflow: "auto" }}>
          <NavLink to="/overview" id="overview">{t.app.nav.overview}</NavLink>
          <NavLink to="/start" id="start">{t.app.nav.start}</NavLink>
          {current && <NavLink to="/workspace" id="workspace">{t.app.nav.workspace}</NavLink>}
          {current && <NavLink to="/inbox" id="inbox">{t.app.nav.inbox}</NavLink>}
          <NavLink to="/catalogue" id="catalogue">{t.app.nav.catalogue}</NavLink>
          {admin && <NavLink to="/admin" id="admin">{t.app.nav.admin}</NavLink>}
        </Stack>
        <FindButton />
        {current?.state === "ready" && <HealthChip name={current.name ?? current.monitor_path} />}
        <AccountMenu />
      </Toolbar>
    </AppBar>
  );
}

function NavLink({ to, id, children }: { to: string; id: string; children: string }) {
  const here = useLocation().pathname.startsWith(to);
  const ref = useInRow<HTMLAnchorElement>(here);
  return (
    <Button component={Link} ref={ref} to={to} aria-current={here ? "page" : undefined} data-testid={`nav-${id}`} color="inherit" sx={{ color: here ? "primary.main" : "text.secondary", borderRadius: 1.5, flexShrink: 0, bgcolor: here ? "action.selected" : undefined }}>
      {children}
    </Button>
  );
}

function FindButton() {
  const { show } = usePalette();
  return (
    <Button color="inherit" variant="outlined" size="small" startIcon={<SearchIcon />} onClick={() => show("palette")} aria-label={`${t.palette.open}, ${t.palette.shortcut}`} aria-keyshortcuts="Control+K" data-testid="open-palette" sx={{ color: "text.secondary", borderColor: "divider", flexShrink: 0, "& .MuiButton-startIcon": { mr: { xs: 0, md: 1 } } }}>
      <Box component="kbd" sx={{ fontFamily: "inherit", fontSize: 12, display: { xs: "none", md: "inline" } }}>{t.palette.shortcut}</Box>
    </Button>
  );
}
