/** What stands around every field: label, whether it is owed, help below, faults below that. */
import CheckIcon from "@mui/icons-material/Check";
import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { useFaults } from "../context";
import { errorId, helpId } from "../widgets/described";
import { t } from "../../lib/texts";
import { humanize } from "../../lib/format";

interface Props {
  id: string;
  label: string;
  description?: string;
  required?: boolean;
  /** Whether something stands in the field. */
  filled?: boolean;
  /** A group of fields instead of one control. */
  group?: boolean;
  /** What stands at the right end of the label's line. */
  aside?: ReactNode;
  children: ReactNode;
}

const Frame = styled("div")(({ theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    // What happens in one field lays out and paints that field alone, however many there are.
    contain: "layout style",
    borderLeft: "3px solid transparent", paddingLeft: 12, marginLeft: -12, paddingBlock: 2, scrollMarginTop: 120,
    "&[data-mark=error]": { borderColor: palette.error.main },
    "&[data-mark=owed]": { borderColor: palette.warning.main },
    "& > .head": { display: "flex", gap: 8, alignItems: "center", marginBottom: 4, minHeight: 22, fontSize: 14 },
    "& > .head > .name": { fontWeight: 600 },
    "& > .head > .aside": { marginLeft: "auto", fontSize: 12, color: palette.text.secondary },
    "& > .head > svg": { fontSize: 16, color: palette.success.main },
    "& > .head > .owed": { fontSize: 11, fontWeight: 600, color: palette.warning.main, border: "1px solid", borderRadius: 999, padding: "0 7px", lineHeight: "18px" },
    "& > .help, & > .faults > p": { margin: "3px 2px 0", fontSize: 12, lineHeight: 1.5, color: palette.text.secondary },
    "& > .help.above": { margin: "-4px 2px 6px" },
    "& > .faults > p": { color: palette.error.main },
  };
});

/** A name that no title stands for. */
const BARE = /^[a-z][a-z0-9.-]*$/;

export function FieldFrame({ id, label, description, required, filled, group, aside, children }: Props) {
  const faults = useFaults(id);
  const owed = required && faults.missing;
  const shown = label.includes("_") || BARE.test(label) ? humanize(label) : label;
  const help = <p id={helpId(id)} className={group ? "help above" : "help"}>{description}</p>;
  const Name = group ? "div" : "label";
  return (
    <Frame role={group ? "group" : undefined} aria-labelledby={group ? `${id}__label` : undefined} data-field={id} data-mark={faults.errors.length > 0 ? "error" : owed ? "owed" : undefined}>
      <div className="head">
        <Name className="name" {...(group ? {} : { htmlFor: id })} id={`${id}__label`}>{shown}</Name>
        {owed && <span className="owed">{t.doc.required}</span>}
        {required && !owed && filled && <CheckIcon titleAccess={t.tree.complete} />}
        {aside && <span className="aside">{aside}</span>}
      </div>
      {group && description && help}
      {children}
      {!group && help}
      <div id={errorId(id)} className="faults" role={faults.errors.length > 0 ? "alert" : undefined}>
        {faults.errors.map((message) => <p key={message}>{message}</p>)}
      </div>
    </Frame>
  );
}
