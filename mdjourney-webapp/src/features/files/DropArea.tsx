/** Takes files and folders that are dropped anywhere on what it holds. */
import Box from "@mui/material/Box";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { asPrefix, dropped } from "./dropped";
import { t } from "../../lib/texts";
import { useUploads } from "./uploadStore";

const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

export function DropArea({ datasetId, children }: { datasetId: string; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const into = useUploads((s) => asPrefix(s.into));
  /** Entered minus left: what is inside tells of both, too. */
  const depth = useRef(0);
  const move = (event: DragEvent, by: number) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth.current += by;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    void useUploads.getState().bring(datasetId, dropped(event.dataTransfer));
  };
  return (
    <Box sx={{ position: "relative", minHeight: "60vh" }} onDragEnter={(e) => move(e, 1)} onDragLeave={(e) => move(e, -1)} onDragOver={(e) => move(e, 0)} onDrop={drop} data-testid="drop-area">
      {children}
      {over && (
        <Box data-testid="drop-here" sx={{ position: "absolute", inset: -8, zIndex: 6, pointerEvents: "none", border: 2, borderStyle: "dashed", borderColor: "primary.main", borderRadius: 2, bgcolor: "background.default", opacity: 0.94, display: "grid", justifyItems: "center", alignContent: "start", pt: 12, fontSize: 20, fontWeight: 650, textAlign: "center", overflowWrap: "anywhere" }}>
          {t.files.upload.drop(into)}
        </Box>
      )}
    </Box>
  );
}
