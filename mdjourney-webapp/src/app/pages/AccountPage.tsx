/** One's own account: devices, API tokens and password. */
import Box from "@mui/material/Box";
import { useParams } from "react-router";
import { useMe } from "../../api/queries";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { DevicesTab } from "../../features/admin/DevicesTab";
import { PasswordTab } from "../../features/admin/PasswordTab";
import { TokensTab } from "../../features/admin/TokensTab";
import { t } from "../../lib/texts";

export default function AccountPage() {
  const { tab = "devices" } = useParams();
  const user = useMe().data?.user;
  return (
    <Box sx={{ maxWidth: 1120, mx: "auto", width: "100%" }}>
      <PageTitle title={t.account.title} lead={user && [user.name, user.email, t.admin.roles[user.role]].filter(Boolean).join(" · ")} />
      <RouteTabs tabs={t.account.tabs} value={tab} label={t.account.title} base="/account" />
      {tab === "devices" && <DevicesTab />}
      {tab === "password" && <PasswordTab />}
      {tab === "tokens" && <TokensTab admin={user?.role === "admin"} />}
    </Box>
  );
}
