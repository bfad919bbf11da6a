/** The configs a person may start. */
import FolderIcon from "@mui/icons-material/FolderOutlined";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import List from "@mui/material/List";
import ListItem from "@mui/material/ListItem";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Typography from "@mui/material/Typography";
import { Link } from "react-router";
import type { Config } from "../../api/types";
import { t } from "../../lib/texts";

/** `current`: the config of the session at hand, which is opened, not started. */
export function ConfigList({ configs, current, busy, onStart }: { configs: Config[]; current: string | null; busy: boolean; onStart: (config: Config) => void }) {
  return (
    <section aria-labelledby="recent">
      <Typography id="recent" variant="h2" sx={{ mb: 1 }}>{t.start.recent}</Typography>
      {configs.length > 0 && (
        <Paper variant="outlined">
          <List disablePadding data-testid="config-list">
            {configs.map((config, i) => (
              <ListItem key={config.config_id} divider={i < configs.length - 1} sx={{ gap: 1.5, py: 1.25 }}>
                <FolderIcon color="primary" />
                <ListItemText
                  primary={config.name}
                  secondary={config.monitor_path}
                  slotProps={{ primary: { sx: { fontWeight: 600 } }, secondary: { sx: { overflowWrap: "anywhere" } } }}
                />
                {config.running && <Chip label={t.start.isRunning} color="success" variant="outlined" />}
                {config.config_id === current
                  ? <Button component={Link} to="/workspace" variant="outlined" aria-label={`${t.start.open}: ${config.name}`} data-testid="config-open">{t.start.open}</Button>
                  : <Button variant="contained" disabled={busy} onClick={() => onStart(config)} aria-label={`${t.start.start}: ${config.name}`} data-testid="config-start">{t.start.start}</Button>}
              </ListItem>
            ))}
          </List>
        </Paper>
      )}
    </section>
  );
}
