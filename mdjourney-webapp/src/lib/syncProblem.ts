/** What is wrong between a folder and the catalogue, in words; the screen of documents that need a look says which. */
import { t } from "./texts";

interface Sync {
  problem: string | null;
  refused: number;
  state: string;
}

/** Documents are counted, not listed; anything else is told as the server says it. */
export const syncProblem = ({ problem, refused, state }: Sync): string | null => (problem && refused > 0 && state === "ok" ? t.health.refused(refused) : problem);
