/** The files of what somebody dropped or chose, with their paths; folders are walked through. */

export interface Found {
  file: File;
  path: string;
}

/** Names that file managers leave behind and nobody means to upload. */
const LITTER = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);
const isLitter = (path: string) => LITTER.has(path.split("/").at(-1) ?? "") || path.startsWith("__MACOSX/");

export function chosen(files: Iterable<File>): Found[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter((f) => !isLitter(f.path));
}

/** Must be called while the drop is handled: the browser forgets the items afterwards. */
export async function dropped(transfer: DataTransfer): Promise<Found[]> {
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const plain = [...transfer.files];
  if (!entries.some((e) => e?.isDirectory)) return chosen(plain);
  const found: Found[] = [];
  for (const entry of entries) if (entry) await walk(entry, "", found);
  return found.filter((f) => !isLitter(f.path));
}

async function walk(entry: FileSystemEntry, inside: string, found: Found[]): Promise<void> {
  const path = inside + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // a reader answers with a hundred entries at a time
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, `${path}/`, found);
  }
}

/** A folder as people type it, as it stands before a path: `a/b/` or nothing. */
export function asPrefix(folder: string): string {
  const parts = folder.split("/").map((p) => p.trim()).filter((p) => p !== "" && p !== "." && p !== "..");
  return parts.length > 0 ? `${parts.join("/")}/` : "";
}
