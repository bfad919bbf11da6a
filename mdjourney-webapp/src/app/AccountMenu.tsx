/** Who is signed in, light or dark, and signing out. */
import AccountIcon from "@mui/icons-material/AccountCircleOutlined";
import CheckIcon from "@mui/icons-material/Check";
import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import ListItemText from "@mui/material/ListItemText";
import ListSubheader from "@mui/material/ListSubheader";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useColorScheme } from "@mui/material/styles";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { post } from "../api/client";
import { useMe } from "../api/queries";
import { forgetDrafts } from "../features/documents/draftStore";
import { t } from "../lib/texts";

const MODES = ["light", "dark", "system"] as const;

export function AccountMenu() {
  const [at, setAt] = useState<HTMLElement | null>(null);
  const { mode, setMode } = useColorScheme();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const user = me.data?.user;
  const signOut = async () => {
    setAt(null);
    await post("/api/auth/logout").catch(() => undefined);
    forgetDrafts();
    queries.clear();
    await navigate("/login", { replace: true });
  };
  return (
    <>
      <IconButton aria-label={t.app.account} aria-haspopup="menu" onClick={(e) => setAt(e.currentTarget)} data-testid="account"><AccountIcon /></IconButton>
      <Menu anchorEl={at} open={at !== null} onClose={() => setAt(null)} slotProps={{ list: { dense: true } }}>
        <ListSubheader sx={{ lineHeight: 2 }}>{user?.name ?? user?.user_id}{user && ` · ${t.admin.roles[user.role]}`}</ListSubheader>
        <Divider />
        {MODES.map((m) => (
          <MenuItem key={m} role="menuitemradio" aria-checked={mode === m} onClick={() => setMode(m)} data-testid={`theme-${m}`}>
            <ListItemIcon>{mode === m && <CheckIcon fontSize="small" />}</ListItemIcon>
            <ListItemText>{t.app.themes[m]}</ListItemText>
          </MenuItem>
        ))}
        <Divider />
        <MenuItem onClick={() => void signOut()} data-testid="sign-out"><ListItemText inset>{t.app.signOut}</ListItemText></MenuItem>
      </Menu>
    </>
  );
}
