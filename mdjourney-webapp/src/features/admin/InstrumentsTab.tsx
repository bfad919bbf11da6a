/** The instruments of the session's folder at a glance. */
import BiotechIcon from "@mui/icons-material/BiotechOutlined";
import Stack from "@mui/material/Stack";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Typography from "@mui/material/Typography";
import Button from "@mui/material/Button";
import { Link } from "react-router";
import { useInstruments } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { Sheet } from "../../components/Sheet";
import { TextLink } from "../../components/TextLink";
import { t } from "../../lib/texts";

export function InstrumentsTab() {
  const instruments = useInstruments();
  if (instruments.isPending) return <Lines />;
  if (!instruments.data) return <Failure error={instruments.error} onRetry={() => void instruments.refetch()} />;
  if (instruments.data.length === 0) return <Empty icon={<BiotechIcon />} title={t.instruments.title} hint={t.admin.instrumentsLead}><Button variant="contained" component={Link} to="/workspace/instruments">{t.instruments.title}</Button></Empty>;
  return (
    <Stack spacing={2}>
      <Typography variant="body2" color="text.secondary">{t.admin.instrumentsLead}</Typography>
      <Sheet label={t.instruments.title} head={[t.admin.name, t.admin.kind, t.admin.manufacturer, t.admin.model, ""]} actions={t.admin.state} testId="admin-instruments">
        {instruments.data.map((i) => (
          <TableRow key={i.slug} hover>
            <TableCell><TextLink strong to={`/workspace/instruments/${i.slug}`}>{i.name ?? i.slug}</TextLink></TableCell>
            <TableCell>{i.type}</TableCell>
            <TableCell>{i.manufacturer}</TableCell>
            <TableCell>{i.model}</TableCell>
            <TableCell align="right"><Owed complete={i.complete ?? false} valid missing={1} /></TableCell>
          </TableRow>
        ))}
      </Sheet>
    </Stack>
  );
}
