/** What a lab admin looks after: sessions, people, configs. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useParams } from "react-router";
import { useMe } from "../../api/queries";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { ConfigsTab } from "../../features/admin/ConfigsTab";
import { PeopleTab } from "../../features/admin/PeopleTab";
import { SessionsTab } from "../../features/admin/SessionsTab";
import { t } from "../../lib/texts";

export default function AdminPage() {
  const { tab = "sessions" } = useParams();
  const me = useMe();
  if (me.data?.user.role !== "admin") return <Alert severity="info">{t.admin.onlyAdmins}</Alert>;
  return (
    <Box sx={{ maxWidth: 1120, mx: "auto", width: "100%" }}>
      <PageTitle title={t.admin.title} />
      <RouteTabs tabs={t.admin.tabs} value={tab} label={t.admin.title} base="/admin" />
      {tab === "sessions" && <SessionsTab />}
      {tab === "people" && <PeopleTab />}
      {tab === "configs" && <ConfigsTab />}
    </Box>
  );
}
