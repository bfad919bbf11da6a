/** Parts of a screen as a row of links: each has an address, the present one is marked; `first` has the bare address. */
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { Link } from "react-router";
import { useInRow } from "./useInRow";

export function RouteTabs({ tabs, value, label, base, first }: { tabs: Record<string, string>; value: string; label: string; base: string; first?: string }) {
  return (
    <Box component="nav" aria-label={label} sx={{ display: "flex", overflowX: "auto", borderBottom: 1, borderColor: "divider", mb: 2.5 }}>
      {Object.entries(tabs).map(([id, title]) => <Tab key={id} id={id} title={title} to={id === first ? base : `${base}/${id}`} here={id === value} />)}
    </Box>
  );
}

function Tab({ id, title, to, here }: { id: string; title: string; to: string; here: boolean }) {
  const ref = useInRow<HTMLAnchorElement>(here);
  return (
    <ButtonBase
      component={Link}
      ref={ref}
      to={to}
      aria-current={here ? "page" : undefined}
      data-testid={`tab-${id}`}
      sx={{ px: 1.75, height: 44, flexShrink: 0, fontFamily: "inherit", fontWeight: 600, fontSize: 14, color: here ? "primary.main" : "text.secondary", borderBottom: 2, borderColor: here ? "primary.main" : "transparent", "&:hover": { color: "text.primary" } }}
    >
      {title}
    </ButtonBase>
  );
}
