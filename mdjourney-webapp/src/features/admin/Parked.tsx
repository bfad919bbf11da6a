/** What the connector gave up on, and why, with the way to each. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { screenFor, type StoreHealth } from "../../api/catalogue";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";

export function Parked({ items }: { items: StoreHealth["connector"]["parked"] }) {
  if (items.length === 0) return null;
  return (
    <Box sx={{ mt: 1.5, maxHeight: 260, overflowY: "auto" }} tabIndex={0} role="region" aria-label={t.admin.parkedTitle} data-testid="parked">
      <Typography variant="body2" color="text.secondary">{t.admin.parkedTitle}</Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: 14 }}>
        {items.map((item) => (
          <li key={item.entity_type + item.entity_id}>
            <TextLink to={screenFor(item.entity_type, item.entity_id)}>{`${item.entity_type} ${item.entity_id}`}</TextLink>
            <Typography variant="body2" color="text.secondary" sx={{ overflowWrap: "anywhere" }}>{item.last_error ?? t.admin.noReason}</Typography>
          </li>
        ))}
      </Box>
    </Box>
  );
}
