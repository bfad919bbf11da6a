/** Paper is white: what is printed is printed in light colours, whatever the screen has. */
import { useEffect } from "react";

export function usePrintInLight(): void {
  useEffect(() => {
    const root = document.documentElement;
    let dark = false;
    const before = () => {
      dark = root.hasAttribute("data-dark");
      if (!dark) return;
      root.removeAttribute("data-dark");
      root.setAttribute("data-light", "");
    };
    const after = () => {
      if (!dark) return;
      root.removeAttribute("data-light");
      root.setAttribute("data-dark", "");
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
}
