/** The frame of a detail screen: way back, title, badges, tags and what can be done. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Stack from "@mui/material/Stack";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { screenFor } from "../../api/catalogue";
import { PageTitle } from "../../components/PageTitle";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";

interface Props {
  title: string;
  lead?: ReactNode;
  badges?: ReactNode;
  actions?: ReactNode;
  tags?: string[];
  children: ReactNode;
}

export function DetailFrame({ title, lead, badges, actions, tags = [], children }: Props) {
  return (
    <Box sx={{ maxWidth: 1120, mx: "auto", width: "100%" }} data-testid="catalogue-detail">
      <PageTitle title={title} lead={lead} badges={badges} actions={actions} over={<TextLink quiet to="/catalogue">← {t.catalogue.title}</TextLink>} />
      {tags.length > 0 && (
        <Stack direction="row" spacing={1} useFlexGap flexWrap="wrap" sx={{ mb: 2 }} role="group" aria-label={t.catalogue.tags}>
          {tags.map((tag) => <Chip key={tag} label={`#${tag}`} component={Link} to={screenFor("tag", tag)} clickable variant="outlined" />)}
        </Stack>
      )}
      {children}
    </Box>
  );
}

/** Short facts side by side. */
export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <Box component="dl" sx={{ m: 0, display: "grid", gridTemplateColumns: "minmax(110px, auto) 1fr", columnGap: 2, rowGap: 0.75, fontSize: 14 }}>
      {rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false).map(([name, value]) => (
        <Box key={name} sx={{ display: "contents" }}>
          <Box component="dt" sx={{ color: "text.secondary" }}>{name}</Box>
          <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: "anywhere" }}>{value}</Box>
        </Box>
      ))}
    </Box>
  );
}
