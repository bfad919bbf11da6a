/** All instruments of the tree. */
import { InstrumentsPanel } from "../../features/instruments/InstrumentsPanel";

export default function InstrumentsPage() {
  return <InstrumentsPanel />;
}
