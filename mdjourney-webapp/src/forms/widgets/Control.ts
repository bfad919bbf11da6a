/** The plain controls of the forms: one element each, so that hundreds of them cost little. */
import { styled, type Theme } from "@mui/material/styles";

const look = ({ theme }: { theme: Theme }) => {
  const { palette } = theme.vars ?? theme;
  return {
    font: "inherit", color: "inherit", width: "100%", boxSizing: "border-box", padding: "8.5px 14px", borderRadius: theme.shape.borderRadius,
    border: `1px solid ${palette.text.secondary}`, backgroundColor: palette.background.paper,
    "&::placeholder": { color: palette.text.secondary, opacity: 1, fontStyle: "italic" },
    "&:hover": { borderColor: palette.text.primary },
    "&:focus": { outline: `2px solid ${palette.primary.main}`, outlineOffset: -1, borderColor: "transparent" },
    "&[aria-invalid=true]": { borderColor: palette.error.main },
    "&:read-only:not(select)": { borderStyle: "dashed" },
    "&:disabled": { color: palette.text.secondary, borderStyle: "dashed" },
  } as const;
};

export const LineControl = styled("input")(look, { height: 40 });
export const TextControl = styled("textarea")(look, { minHeight: 88, maxHeight: 340, resize: "vertical", fieldSizing: "content", display: "block", lineHeight: 1.45 });
export const ChoiceControl = styled("select")(look, { height: 40, paddingRight: 8 });
