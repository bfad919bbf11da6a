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
import { useState } from "react";
import { Link } from "react-router";
import { useMe } from "../api/queries";
import { usePalette } from "../features/palette/store";
import { t } from "../lib/texts";
import { useSignOut } from "./useSignOut";

const MODES = ["light", "dark", "system"] as const;

export function AccountMenu() {
  const [at, setAt] = useState<HTMLElement | null>(null);
  const { mode, setMode } = useColorScheme();
  const me = useMe();
  const { show } = usePalette();
  const user = me.data?.user;
  const leave = useSignOut();
  const signOut = async () => {
    setAt(null);
    await leave();
  };
  return (
    <>
      <IconButton aria-label={t.app.account} aria-haspopup="menu" onClick={(e) => setAt(e.currentTarget)} data-testid="account"><AccountIcon /></IconButton>
      <Menu anchorEl={at} open={at !== null} onClose={() => setAt(null)} slotProps={{ list: { dense: true } }}>
        <ListSubheader role="presentation" sx={{ lineHeight: 2 }}>{user?.name ?? user?.user_id}{user && ` · ${t.admin.roles[user.role]}`}</ListSubheader>
        <Divider />
        {MODES.map((m) => (
          <MenuItem key={m} role="menuitemradio" aria-checked={mode === m} onClick={() => setMode(m)} data-testid={`theme-${m}`}>
            <ListItemIcon>{mode === m && <CheckIcon fontSize="small" />}</ListItemIcon>
            <ListItemText>{t.app.themes[m]}</ListItemText>
          </MenuItem>
        ))}
        <Divider />
        <MenuItem component={Link} to="/account" onClick={() => setAt(null)} data-testid="your-account"><ListItemText inset>{t.app.yourAccount}</ListItemText></MenuItem>
        <MenuItem onClick={() => { setAt(null); show("map"); }}><ListItemText inset>{t.palette.keyboard}</ListItemText></MenuItem>
        <Divider />
        <MenuItem onClick={() => void signOut()} data-testid="sign-out"><ListItemText inset>{t.app.signOut}</ListItemText></MenuItem>
      </Menu>
    </>
  );
}
