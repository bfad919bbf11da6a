/** The instruments of a tree, and describing another. */
import ScienceIcon from "@mui/icons-material/BiotechOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import ListItemText from "@mui/material/ListItemText";
import Paper from "@mui/material/Paper";
import Stack from "@mui/material/Stack";
import TextField from "@mui/material/TextField";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link, useNavigate } from "react-router";
import { putDocument } from "../../api/client";
import { useInstruments, useMayChange } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Lines } from "../../components/Lines";
import { Owed } from "../../components/Owed";
import { PageTitle } from "../../components/PageTitle";
import { t } from "../../lib/texts";

const slugOf = (name: string) => name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);

export function InstrumentsPanel() {
  const may = useMayChange();
  const instruments = useInstruments();
  return (
    <Box>
      <PageTitle title={t.instruments.title} lead={t.instruments.lead} />
      <Stack spacing={2}>
        {may && <AddInstrument />}
        {instruments.isPending && <Lines />}
        <Failure error={instruments.error} onRetry={() => void instruments.refetch()} />
        {instruments.data?.length === 0 && <Empty icon={<ScienceIcon />} title={t.instruments.empty} hint={t.instruments.emptyHint} />}
        {instruments.data && instruments.data.length > 0 && (
          <Paper variant="outlined">
            <List component="div" disablePadding>
              {instruments.data.map((i) => (
                <ListItemButton key={i.slug} component={Link} to={`/workspace/instruments/${i.slug}`} divider data-testid="instrument-row">
                  <ListItemText primary={i.name ?? i.slug} secondary={[i.type, i.manufacturer, i.model].filter(Boolean).join(" · ")} />
                  <Owed complete={i.complete ?? true} valid missing={1} />
                </ListItemButton>
              ))}
            </List>
          </Paper>
        )}
      </Stack>
    </Box>
  );
}

function AddInstrument() {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const slug = slugOf(name);
  const add = useMutation({
    mutationFn: () => putDocument(`/api/v1/instruments/${slug}`, { instrument_name: name.trim() }, null),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["instruments"] });
      void navigate(`/workspace/instruments/${slug}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (slug) add.mutate();
  };
  return (
    <Stack component="form" direction="row" spacing={1} onSubmit={submit} alignItems="flex-start">
      <TextField label={t.instruments.name} value={name} onChange={(e) => setName(e.target.value)} helperText={slug ? `${t.instruments.slug}: ${slug}` : " "} sx={{ maxWidth: 420 }} slotProps={{ htmlInput: { "data-testid": "instrument-name" } }} />
      <Button type="submit" variant="outlined" disabled={!slug || add.isPending} data-testid="instrument-add" sx={{ mt: 0.25 }}>{t.instruments.add}</Button>
      <Failure error={add.error} />
    </Stack>
  );
}
