/** Keys that work on every screen: Ctrl+K, ? and g followed by a letter. */
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { usePalette } from "./store";

export interface Place {
  id: string;
  title: string;
  to: string;
  /** Opened by g and this letter. */
  letter?: string;
}

const typing = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

export function useKeys(places: Place[]): void {
  const navigate = useNavigate();
  useEffect(() => {
    let armed = 0;
    const onKey = (event: KeyboardEvent) => {
      const { show, single, open } = usePalette.getState();
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return show(open === "palette" ? null : "palette");
      }
      if (!single || open || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (event.key === "?") return show("map");
      if (event.key === "g") armed = event.timeStamp;
      else if (armed && event.timeStamp - armed < 1500) {
        armed = 0;
        const place = places.find((p) => p.letter === event.key);
        if (place) void navigate(place.to);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [places, navigate]);
}
