/** What stands beside the content on a wide screen waits behind a button on a narrow one. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useId, useState, type ReactNode } from "react";

interface Props {
  label: string;
  icon?: ReactNode;
  /** Whether it is open on a narrow screen, to begin with. */
  start?: boolean;
  /** What the content is about: when it changes, something was chosen, and the content comes first. */
  about?: string;
  testId?: string;
  children: ReactNode;
}

export function Fold({ label, icon, start = false, about, testId, children }: Props) {
  const [open, setOpen] = useState(start);
  const [before, setBefore] = useState(about);
  if (before !== about) {
    setBefore(about);
    setOpen(false);
  }
  const id = useId();
  return (
    <>
      <Button size="small" variant="outlined" startIcon={icon} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} data-testid={testId} sx={{ display: { md: "none" }, mb: open ? 1 : 0, alignSelf: "flex-start" }}>{label}</Button>
      <Box id={id} sx={{ display: { xs: open ? "block" : "none", md: "block" } }}>{children}</Box>
    </>
  );
}
