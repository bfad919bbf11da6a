/** How sizes, moments and values are written for people. */

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"];

export function bytes(n: number | null | undefined): string {
  if (n === null || n === undefined) return "";
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A date-time as the person's locale writes it; text that is no date stays as it is. */
export function when(at: string | null | undefined): string {
  if (!at) return "";
  const date = new Date(at);
  return Number.isNaN(date.valueOf()) ? at : moment.format(date);
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function ago(at: string | null | undefined, now = Date.now()): string {
  if (!at) return "";
  const seconds = (new Date(at).valueOf() - now) / 1000;
  if (Number.isNaN(seconds)) return at;
  const steps: [number, Intl.RelativeTimeFormatUnit][] = [[60, "second"], [3600, "minute"], [86_400, "hour"], [2_592_000, "day"], [31_536_000, "month"], [Infinity, "year"]];
  const sizes: Partial<Record<Intl.RelativeTimeFormatUnit, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_592_000, year: 31_536_000 };
  const unit = steps.find(([limit]) => Math.abs(seconds) < limit)?.[1] ?? "year";
  return relative.format(Math.round(seconds / (sizes[unit] ?? 1)), unit);
}

/** One line for any JSON value. */
export function plain(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  const name = (value as Record<string, unknown>).name;
  return typeof name === "string" ? name : JSON.stringify(value);
}

/** `project_title` -> `Project title`. */
export function humanize(key: string): string {
  const text = key.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function folderName(path: string): string {
  return path.split("/").filter(Boolean).at(-1) ?? path;
}
