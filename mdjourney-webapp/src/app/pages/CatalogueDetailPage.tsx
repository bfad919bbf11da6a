/** One trial, project or dataset of the catalogue. */
import { useParams } from "react-router";
import { useSessions } from "../../api/queries";
import { DatasetDetail } from "../../features/catalogue/DatasetDetail";
import { ProjectDetail } from "../../features/catalogue/ProjectDetail";
import { ProjectRoles } from "../../features/roles/ProjectRoles";
import { TrialDetail } from "../../features/catalogue/TrialDetail";

export default function CatalogueDetailPage({ kind }: { kind: "trial" | "project" | "dataset" }) {
  const { id = "", tab = "overview" } = useParams();
  const session = useSessions().data?.session?.state === "ready";
  if (kind === "trial") return <TrialDetail key={id} id={id} tab={tab} session={session} />;
  if (kind === "project") return <ProjectDetail key={id} id={id} session={session} roles={(project) => <ProjectRoles project={project} />} />;
  return <DatasetDetail key={id} id={id} session={session} />;
}
