/** Text with line numbers; lines with a mistake are marked. */
import Box from "@mui/material/Box";
import { forwardRef, useRef, type UIEvent } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Lines (from 1) to mark. */
  marked: number[];
  onCaret?: (line: number) => void;
  describedBy?: string;
}

const TEXT = { fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace", fontSize: 13, lineHeight: "21px", py: 1.25 } as const;

export const YamlArea = forwardRef<HTMLTextAreaElement, Props>(function YamlArea({ label, value, onChange, marked, onCaret, describedBy }, ref) {
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split("\n").length;
  const follow = (e: UIEvent<HTMLTextAreaElement>) => {
    if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop;
  };
  const caret = (area: HTMLTextAreaElement) => onCaret?.(area.value.slice(0, area.selectionStart).split("\n").length);
  return (
    <Box sx={{ display: "flex", border: 1, borderColor: marked.length ? "error.main" : "divider", borderRadius: 1, overflow: "hidden", bgcolor: "background.paper", height: 420, "&:focus-within": { borderColor: marked.length ? "error.main" : "primary.main", outline: 1, outlineColor: "primary.main", outlineStyle: "solid" } }}>
      <Box ref={gutter} aria-hidden sx={{ ...TEXT, overflow: "hidden", textAlign: "right", px: 1, minWidth: 40, color: "text.secondary", bgcolor: "action.hover", userSelect: "none" }}>
        {Array.from({ length: lines }, (_, i) => (
          <Box key={i} data-marked={marked.includes(i + 1) || undefined} sx={marked.includes(i + 1) ? { color: "error.main", fontWeight: 700 } : undefined}>{i + 1}</Box>
        ))}
      </Box>
      <Box component="textarea" ref={ref} aria-label={label} aria-invalid={marked.length > 0} aria-describedby={describedBy} value={value} spellCheck={false} wrap="off" data-testid="config-editor"
        onChange={(e: React.ChangeEvent<HTMLTextAreaElement>) => onChange(e.target.value)} onScroll={follow} onSelect={(e: React.SyntheticEvent<HTMLTextAreaElement>) => caret(e.currentTarget)}
        sx={{ ...TEXT, flex: 1, px: 1.5, border: 0, outline: 0, resize: "none", bgcolor: "transparent", color: "text.primary", overflow: "auto", whiteSpace: "pre" }} />
    </Box>
  );
});
