/** One config: a new one, or a stored one with its versions. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get, postYaml, putYaml } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Config } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { PageTitle } from "../../components/PageTitle";
import { RouteTabs } from "../../components/RouteTabs";
import { TextLink } from "../../components/TextLink";
import { ConfigEditor } from "../../features/configs/ConfigEditor";
import { Versions } from "../../features/configs/Versions";
import { t } from "../../lib/texts";

export default function ConfigPage() {
  const { configId = "new", tab = "edit" } = useParams();
  const me = useMe();
  if (me.data?.user.role !== "admin") return <Alert severity="info">{t.admin.onlyAdmins}</Alert>;
  return configId === "new" ? <NewConfig /> : <StoredConfig key={configId} id={configId} tab={tab} />;
}

const over = <TextLink quiet to="/admin/configs">← {t.configs.over}</TextLink>;

function NewConfig() {
  const [yaml, setYaml] = useState("");
  const navigate = useNavigate();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => postYaml<Config>("/api/configs", yaml),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["configs"] });
      await navigate(`/admin/configs/${made.config_id}`, { state: { added: made.name } });
    },
  });
  return (
    <Box sx={{ maxWidth: 1280, mx: "auto", width: "100%" }}>
      <PageTitle title={t.configs.newTitle} lead={t.configs.noneHint} over={over} />
      <ConfigEditor yaml={yaml} onYaml={(y) => { setYaml(y); add.reset(); }} action={t.configs.add} busy={add.isPending} changed error={add.error} done={null} onSave={() => add.mutate()} />
    </Box>
  );
}

function StoredConfig({ id, tab }: { id: string; tab: string }) {
  const whole = useQuery({ queryKey: ["config", id], gcTime: 0, queryFn: ({ signal }) => get<Config>(`/api/configs/${id}`, signal) });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [text, setText] = useState<string | null>(null);
  const yaml = text ?? whole.data?.yaml ?? "";
  const save = useMutation({
    mutationFn: () => putYaml<Config>(`/api/configs/${id}`, yaml),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["config", id] });
      void queries.invalidateQueries({ queryKey: ["configs"] });
      setText(null);
    },
  });
  if (whole.isPending) return <Lines n={8} />;
  if (!whole.data) return <Failure error={whole.error} onRetry={() => void whole.refetch()} />;
  const edit = (next: string) => {
    setText(next);
    save.reset();
  };
  return (
    <Box sx={{ maxWidth: 1280, mx: "auto", width: "100%" }}>
      <PageTitle title={whole.data.name} lead={whole.data.monitor_path} over={over} />
      <RouteTabs tabs={t.configs.tabs} value={tab} label={t.configs.over} base={`/admin/configs/${id}`} />
      {tab === "versions"
        ? <Versions id={id} onTake={(old) => { edit(old); void navigate(`/admin/configs/${id}/edit`); }} />
        : <ConfigEditor yaml={yaml} onYaml={edit} action={t.configs.save} busy={save.isPending} changed={text !== null && text !== whole.data.yaml} error={save.error} done={save.isSuccess ? t.configs.saved : null} onSave={() => save.mutate()} />}
    </Box>
  );
}
