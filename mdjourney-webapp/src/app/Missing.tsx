/** An address without a screen. */
import SearchOffIcon from "@mui/icons-material/SearchOff";
import Button from "@mui/material/Button";
import { Link } from "react-router";
import { Empty } from "../components/Empty";
import { t } from "../lib/texts";

export function Missing() {
  return (
    <Empty icon={<SearchOffIcon />} title={t.app.notFound} hint={t.app.notFoundHint}>
      <Button component={Link} to="/" variant="contained">{t.app.home}</Button>
    </Empty>
  );
}
