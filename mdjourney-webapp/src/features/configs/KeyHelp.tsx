/** What each key of a config means and what it comes to; the one under the caret stands out. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import type { Content } from "../../api/types";
import { Panel } from "../../components/Panel";
import { plain } from "../../lib/format";
import { t } from "../../lib/texts";

const show = (value: unknown): string =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? Object.entries(value).map(([k, v]) => `${k}: ${plain(v)}`).join(", ") : plain(value);

export function KeyHelp({ here, effective }: { here: string | undefined; effective: Content | undefined }) {
  return (
    <Panel title={t.configs.help} testId="key-help">
      <Box component="dl" sx={{ m: 0 }}>
        {Object.entries(t.configs.keys).map(([key, [type, text]]) => (
          <Box key={key} sx={{ borderLeft: 3, borderColor: key === here ? "primary.main" : "transparent", bgcolor: key === here ? "action.selected" : undefined, pl: 1.25, ml: -1.25, py: 0.5 }}>
            <Typography component="dt" variant="body2"><Box component="code" sx={{ fontWeight: 650 }}>{key}</Box> <Box component="span" sx={{ color: "text.secondary" }}>{type}</Box></Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0 }}>{text} {effective && effective[key] !== undefined && show(effective[key]) !== "" && <Box component="span" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>→ {show(effective[key])}</Box>}</Typography>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}
