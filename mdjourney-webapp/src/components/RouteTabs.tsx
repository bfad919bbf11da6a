/** Tabs that are links: each has an address. */
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import { Link } from "react-router";

export function RouteTabs({ tabs, value, label, base }: { tabs: Record<string, string>; value: string; label: string; base: string }) {
  return (
    <Tabs value={value} aria-label={label} variant="scrollable" component="nav" sx={{ borderBottom: 1, borderColor: "divider", mb: 2.5 }}>
      {Object.entries(tabs).map(([id, title]) => (
        <Tab key={id} value={id} label={title} component={Link} to={`${base}/${id}`} role={undefined} aria-selected={undefined} aria-current={id === value ? "page" : undefined} data-testid={`tab-${id}`} tabIndex={0} />
      ))}
    </Tabs>
  );
}
