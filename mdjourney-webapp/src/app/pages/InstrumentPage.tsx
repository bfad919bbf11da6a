/** One instrument's document. */
import Box from "@mui/material/Box";
import { lazy } from "react";
import { Link, useParams } from "react-router";
import { PageTitle } from "../../components/PageTitle";
import { useInstruments } from "../../api/queries";
import { t } from "../../lib/texts";

const DocumentEditor = lazy(() => import("../../features/documents/DocumentEditor"));

export default function InstrumentPage() {
  const { slug = "" } = useParams();
  const name = useInstruments().data?.find((i) => i.slug === slug)?.name ?? slug;
  return (
    <Box>
      <PageTitle title={name} over={<Link to="/workspace/instruments" style={{ color: "inherit" }}>← {t.instruments.back}</Link>} />
      <DocumentEditor path={`/api/v1/instruments/${encodeURIComponent(slug)}`} />
    </Box>
  );
}
