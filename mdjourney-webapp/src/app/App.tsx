/** Which screen stands at which address. */
import { lazy } from "react";
import { Navigate, Route, Routes } from "react-router";
import { useMe, useSessions } from "../api/queries";
import { LoginPage, SetupPage } from "../features/session/LoginPage";
import { Missing } from "./Missing";
import { NeedsSession } from "./NeedsSession";
import { Shell } from "./Shell";
import { Welcome } from "./pages/Welcome";
import { Workspace } from "./pages/Workspace";

const StartPage = lazy(() => import("../features/session/StartPage").then((m) => ({ default: m.StartPage })));
const InboxPanel = lazy(() => import("../features/inbox/InboxPanel").then((m) => ({ default: m.InboxPanel })));
const AttentionPanel = lazy(() => import("../features/attention/AttentionPanel").then((m) => ({ default: m.AttentionPanel })));
const CataloguePanel = lazy(() => import("../features/catalogue/CataloguePanel").then((m) => ({ default: m.CataloguePanel })));
const ChangesPanel = lazy(() => import("../features/catalogue/ChangesPanel").then((m) => ({ default: m.ChangesPanel })));
const ComparePanel = lazy(() => import("../features/catalogue/ComparePanel").then((m) => ({ default: m.ComparePanel })));
const CatalogueDetailPage = lazy(() => import("./pages/CatalogueDetailPage"));
const GraphPage = lazy(() => import("./pages/GraphPage"));
const OverviewPage = lazy(() => import("./pages/OverviewPage"));
const AccountPage = lazy(() => import("./pages/AccountPage"));
const ConfigPage = lazy(() => import("./pages/ConfigPage"));
const AdminPage = lazy(() => import("./pages/AdminPage"));
const DatasetPage = lazy(() => import("./pages/DatasetPage"));
const ProjectPage = lazy(() => import("./pages/ProjectPage"));
const BulkPanel = lazy(() => import("../features/bulk/BulkPanel"));
const RunPage = lazy(() => import("./pages/RunPage"));
const RecordPage = lazy(() => import("./pages/RecordPage"));
const InstrumentPage = lazy(() => import("./pages/InstrumentPage"));
const InstrumentsPage = lazy(() => import("./pages/InstrumentsPage"));

export function App() {
  return (
    <Routes>
      <Route path="/login" element={<LoginPage />} />
      <Route path="/setup" element={<SetupPage />} />
      <Route element={<Shell />}>
        <Route index element={<Home />} />
        <Route path="/start" element={<StartPage />} />
        <Route element={<NeedsSession />}>
          <Route path="/workspace" element={<Workspace />}>
            <Route index element={<Welcome />} />
            <Route path="projects/:projectId/:tab?" element={<ProjectPage />} />
            <Route path="datasets/:datasetId/:tab?" element={<DatasetPage />} />
            <Route path="runs/:runId" element={<RunPage />} />
            <Route path="runs/:runId/history" element={<RunPage tab="history" />} />
            <Route path="runs/:runId/record/:revision?" element={<RecordPage />} />
            <Route path="bulk" element={<BulkPanel />} />
            <Route path="instruments" element={<InstrumentsPage />} />
            <Route path="instruments/:slug" element={<InstrumentPage />} />
          </Route>
          <Route path="/inbox" element={<InboxPanel />} />
          <Route path="/attention" element={<AttentionPanel />} />
        </Route>
        <Route path="/catalogue" element={<CataloguePanel />} />
        <Route path="/catalogue/changes" element={<ChangesPanel />} />
        <Route path="/catalogue/compare" element={<ComparePanel />} />
        <Route path="/catalogue/graph/:kind/:id" element={<GraphPage />} />
        <Route path="/catalogue/projects/:id" element={<CatalogueDetailPage kind="project" />} />
        <Route path="/catalogue/datasets/:id" element={<CatalogueDetailPage kind="dataset" />} />
        <Route path="/catalogue/trials/:id/:tab?" element={<CatalogueDetailPage kind="trial" />} />
        <Route path="/overview" element={<OverviewPage />} />
        <Route path="/account/:tab?" element={<AccountPage />} />
        <Route path="/admin/configs/:configId/:tab?" element={<ConfigPage />} />
        <Route path="/admin/:tab?" element={<AdminPage />} />
        <Route path="*" element={<Missing />} />
      </Route>
    </Routes>
  );
}

/** Readers begin with the overview, others where their session is. */
function Home() {
  const me = useMe();
  const sessions = useSessions();
  if (me.data?.user.role === "reader" && !sessions.data?.session) return <Navigate to="/overview" replace />;
  if (sessions.isPending) return null;
  return <Navigate to={sessions.data?.session?.state === "ready" ? "/workspace" : "/start"} replace />;
}
