/** Starting a session: from a config that is known, or from YAML that is dropped, chosen or typed. */
import FolderIcon from "@mui/icons-material/FolderOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Stack from "@mui/material/Stack";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ApiError, post, postYaml } from "../../api/client";
import { useConfigs, useMe, useSessions } from "../../api/queries";
import type { Config, Session } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { t } from "../../lib/texts";
import { ConfigList } from "./ConfigList";
import { RunningList } from "./RunningList";
import { StartSteps } from "./StartSteps";
import { YamlBox } from "./YamlBox";

export function StartPage() {
  const configs = useConfigs();
  const sessions = useSessions();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [starting, setStarting] = useState<Session | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const start = async (send: () => Promise<Session>) => {
    setBusy(true);
    setError(null);
    try {
      setStarting(await send());
      void queries.invalidateQueries({ queryKey: ["configs"] });
    } catch (e) {
      setError(e instanceof ApiError ? e : new ApiError(0, { detail: String(e) }));
    } finally {
      setBusy(false);
    }
  };
  const done = () => {
    for (const key of ["projects", "datasets", "dataset", "document", "inbox", "health", "runs", "run", "files"]) queries.removeQueries({ queryKey: [key] });
    void queries.invalidateQueries({ queryKey: ["session"] }).then(() => navigate("/workspace"));
  };
  const yamlErrors = error && error.errors.some((e) => e.line !== undefined) ? error.errors : [];
  const hasConfigs = (configs.data?.length ?? 0) > 0 || (sessions.data?.sessions.length ?? 0) > 0;
  const mayUpload = me.data?.user.role !== "reader";
  return (
    <Box sx={{ maxWidth: hasConfigs || !mayUpload ? 1120 : 760, mx: "auto", width: "100%" }}>
      <PageTitle title={t.start.title} lead={t.start.lead} />
      <Stack spacing={2}>
        {starting && <StartSteps session={starting} onReady={done} onClose={() => setStarting(null)} />}
        {error && yamlErrors.length === 0 && <Failure error={error} title={t.start.failed} />}
        <Box sx={{ display: "grid", gap: 3, gridTemplateColumns: { xs: "minmax(0, 1fr)", md: mayUpload && hasConfigs ? "5fr 6fr" : "1fr" } }}>
          <Stack spacing={3} sx={{ order: hasConfigs ? 0 : 1 }}>
            {sessions.data && sessions.data.sessions.length > 0 && <RunningList sessions={sessions.data} />}
            {configs.isPending ? <Lines /> : configs.error ? <Failure error={configs.error} onRetry={() => void configs.refetch()} /> : configs.data.length > 0 && <ConfigList configs={configs.data} current={sessions.data?.session?.state === "ready" ? sessions.data.session.config_id : null} busy={busy} onStart={(c: Config) => void start(() => post<Session>("/api/session/start", { config: c.config_id }))} />}
          </Stack>
          {!mayUpload && configs.isSuccess && !hasConfigs && <Empty icon={<FolderIcon />} title={t.start.nothing} hint={t.start.nothingHint}><Button variant="contained" component={Link} to="/catalogue">{t.catalogue.title}</Button></Empty>}
          {mayUpload && <YamlBox first={configs.isSuccess && !hasConfigs} busy={busy} errors={yamlErrors} onEdit={() => setError(null)} onStart={(yaml) => void start(() => postYaml<Session>("/api/session/start", yaml))} />}
        </Box>
      </Stack>
    </Box>
  );
}
