/** How fast a number grows. */
import { useEffect, useRef, useState } from "react";

const EVERY = 1_000;
const OVER = 8;

/** Per second, over the last seconds; null before that can be said. */
export function useRate(value: number, going: boolean): number | null {
  const [rate, setRate] = useState<number | null>(null);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    if (!going) {
      setRate(null);
      return;
    }
    const seen: [number, number][] = [[performance.now(), latest.current]];
    const timer = window.setInterval(() => {
      seen.push([performance.now(), latest.current]);
      if (seen.length > OVER) seen.shift();
      const [first, last] = [seen[0], seen.at(-1)];
      if (first && last && last[0] > first[0]) setRate(((last[1] - first[1]) / (last[0] - first[0])) * 1000);
    }, EVERY);
    return () => window.clearInterval(timer);
  }, [going]);
  return rate;
}
