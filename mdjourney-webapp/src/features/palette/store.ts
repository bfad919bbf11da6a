/** Whether palette or keyboard map are open, and whether single keys do something. */
import { create } from "zustand";

const KEY = "mdj-single-keys";

interface PaletteState {
  open: "palette" | "map" | null;
  single: boolean;
  show: (open: PaletteState["open"]) => void;
  setSingle: (single: boolean) => void;
}

export const usePalette = create<PaletteState>((set) => ({
  open: null,
  single: localStorage.getItem(KEY) !== "off",
  show: (open) => set({ open }),
  setSingle: (single) => {
    localStorage.setItem(KEY, single ? "on" : "off");
    set({ single });
  },
}));
