/** What a lab admin looks after. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useParams } from "react-router";
import { useMe, useSessions } from "../../api/queries";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { HealthTab } from "../../features/admin/HealthTab";
import { InstrumentsTab } from "../../features/admin/InstrumentsTab";
import { PeopleTab } from "../../features/admin/PeopleTab";
import { SchemasTab } from "../../features/admin/SchemasTab";
import { SessionsTab } from "../../features/admin/SessionsTab";
import { ConfigsTab } from "../../features/configs/ConfigsTab";
import { AuditTab } from "../../features/roles/AuditTab";
import { RolesTab } from "../../features/roles/RolesTab";
import { t } from "../../lib/texts";

export default function AdminPage() {
  const { tab = "sessions" } = useParams();
  const me = useMe();
  const session = useSessions().data?.session?.state === "ready";
  if (me.data?.user.role !== "admin") return <Alert severity="info">{t.admin.onlyAdmins}</Alert>;
  return (
    <Box sx={{ maxWidth: 1120, mx: "auto", width: "100%" }}>
      <PageTitle title={t.admin.title} />
      <RouteTabs tabs={t.admin.tabs} value={tab} label={t.admin.title} base="/admin" />
      {tab === "sessions" && <SessionsTab />}
      {tab === "configs" && <ConfigsTab />}
      {tab === "people" && <PeopleTab me={me.data.user.user_id} />}
      {tab === "roles" && <RolesTab />}
      {tab === "schemas" && (session ? <SchemasTab /> : <Alert severity="info">{t.admin.noSession}</Alert>)}
      {tab === "instruments" && (session ? <InstrumentsTab /> : <Alert severity="info">{t.admin.noSession}</Alert>)}
      {tab === "audit" && <AuditTab />}
      {tab === "health" && <HealthTab session={session} />}
    </Box>
  );
}
