/** Colours, type and the few component defaults of the product, in light and dark. */
import { createTheme } from "@mui/material/styles";

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "data" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#0d5f5c", contrastText: "#ffffff" },
        secondary: { main: "#7a4b00" },
        success: { main: "#1e6b3a" },
        warning: { main: "#8a5200" },
        error: { main: "#b3261e" },
        info: { main: "#1f5a93" },
        background: { default: "#f5f6f3", paper: "#ffffff" },
        text: { primary: "#17211f", secondary: "#4c5a57" },
        divider: "#dfe3dd",
      },
    },
    dark: {
      palette: {
        primary: { main: "#6fd6c6", contrastText: "#06201d" },
        secondary: { main: "#f2b84b" },
        success: { main: "#7fd49b" },
        warning: { main: "#f2b84b" },
        error: { main: "#ff9c92" },
        info: { main: "#8fc2f5" },
        background: { default: "#101615", paper: "#171f1d" },
        text: { primary: "#e7eeec", secondary: "#a9b8b4" },
        divider: "#2b3634",
      },
    },
  },
  shape: { borderRadius: 10 },
  typography: {
    fontFamily: 'Inter, ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", Arial, sans-serif',
    fontSize: 14,
    h1: { fontSize: "1.6rem", fontWeight: 650, letterSpacing: "-0.015em" },
    h2: { fontSize: "1.15rem", fontWeight: 650, letterSpacing: "-0.01em" },
    h3: { fontSize: "1rem", fontWeight: 650 },
    button: { textTransform: "none", fontWeight: 600 },
    overline: { letterSpacing: "0.06em", lineHeight: 1.6, fontWeight: 600 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { scrollbarGutter: "stable" },
        ":focus-visible": { outlineOffset: 2 },
        code: { fontFamily: "ui-monospace, SFMono-Regular, Menlo, monospace", fontSize: "0.92em" },
        "@media (prefers-reduced-motion: reduce)": { "*, *::before, *::after": { transition: "none !important", animation: "none !important" } },
        "@media print": { body: { background: "#fff" }, "main button, main nav, main a[role=button], main a.MuiButton-root": { display: "none !important" }, "tr, li, dt, dd": { breakInside: "avoid" }, "h1, h2, h3": { breakAfter: "avoid" }, "main section": { border: "0 !important", padding: "0 !important", overflow: "visible !important" } },
      },
    },
    MuiTableCell: {
      styleOverrides: {
        root: ({ theme: th }) => ({ borderColor: th.vars.palette.divider }),
        head: ({ theme: th }) => ({ color: th.vars.palette.text.secondary, fontSize: 12.5, fontWeight: 600, whiteSpace: "nowrap", backgroundColor: th.vars.palette.background.default }),
        sizeSmall: { paddingBlock: 9 },
      },
    },
    MuiTableRow: { styleOverrides: { root: { "tbody > &:last-of-type > *": { borderBottom: 0 } } } },
    MuiToggleButton: { styleOverrides: { root: ({ theme: th }) => ({ textTransform: "none", fontWeight: 600, paddingBlock: 5, "&.Mui-selected": { color: th.vars.palette.primary.main } }) } },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
    MuiButton: { defaultProps: { disableElevation: true } },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: ({ theme: th }) => ({ "&.Mui-focusVisible": { outline: `2px solid ${th.vars.palette.primary.main}`, outlineOffset: 2 } }) },
    },
    MuiTextField: { defaultProps: { size: "small", fullWidth: true } },
    MuiFormControl: { defaultProps: { size: "small" } },
    MuiTab: { styleOverrides: { root: { minHeight: 44, paddingInline: 14 } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 44 } } },
    MuiChip: { defaultProps: { size: "small" }, styleOverrides: { root: { fontWeight: 600 } } },
    MuiAlert: { styleOverrides: { message: { overflow: "visible", overflowWrap: "anywhere", minWidth: 0 } } },
    MuiTooltip: { defaultProps: { arrow: true } },
    MuiCard: { defaultProps: { variant: "outlined" } },
    MuiOutlinedInput: { styleOverrides: { root: ({ theme: th }) => ({ backgroundColor: th.vars.palette.background.paper }) } },
    MuiFormHelperText: { styleOverrides: { root: { marginInline: 2 } } },
  },
});
