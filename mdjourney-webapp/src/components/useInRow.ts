/** Scrolls a row sideways so that its marked entry is in sight; the page stays where it is. */
import { useEffect, useRef, type RefObject } from "react";

export function useInRow<T extends HTMLElement>(here: boolean): RefObject<T> {
  const entry = useRef<T>(null);
  useEffect(() => {
    const row = entry.current?.parentElement;
    if (!here || !entry.current || !row) return;
    const [mine, whole] = [entry.current.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += mine.left - whole.left - (whole.width - mine.width) / 2;
  }, [here]);
  return entry;
}
