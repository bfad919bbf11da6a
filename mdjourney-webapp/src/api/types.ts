/** The shapes that gateway and backend answer with; one file, so that it can be generated later. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Content = Record<string, unknown>;

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  total?: number | null;
}

export interface User {
  user_id: string;
  domain?: string;
  name?: string | null;
  email?: string | null;
  role: "admin" | "researcher" | "reader";
  disabled?: boolean;
}

export interface SignedIn {
  user: User;
  csrf_token: string;
}

export type SessionState = "requested" | "starting" | "ready" | "stopping" | "stopped" | "failed";

export interface Session {
  session_id: string;
  state: SessionState;
  monitor_path: string;
  name?: string | null;
  config_id?: string | null;
  reason?: string | null;
  log_tail?: string | string[] | null;
  started_at?: string | null;
  port?: number | null;
  owner?: string | { user_id: string } | null;
}

export interface Sessions {
  session: Session | null;
  sessions: Session[];
}

export interface Config {
  config_id: string;
  name: string;
  monitor_path: string;
  owner?: string | { user_id: string };
  members?: string[];
  version?: number;
  keep_running?: boolean;
  updated_at?: string;
  running?: boolean;
  yaml?: string;
  effective?: Content;
}

export interface Fault {
  pointer?: string;
  message: string;
  keyword?: string;
  value?: unknown;
  line?: number;
  column?: number;
  key?: string;
}

export interface MissingField {
  document: string;
  document_path?: string;
  url?: string;
  pointer: string;
  title?: string;
  message?: string;
}

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: Fault[];
  missing?: MissingField[];
  instance?: string;
}

export interface SchemaNote {
  name: string;
  source: "local" | "packaged";
  version?: string | null;
  url?: string;
  problem?: string | null;
}

export interface Document {
  document: string;
  content: Content;
  schema: SchemaNote;
  valid: boolean;
  complete: boolean;
  errors: Fault[];
  missing: Fault[];
  etag: string;
}

export interface Health {
  status: string;
  in_step: boolean;
  leader?: boolean;
  available?: boolean;
  tree?: { id: string; path: string; name?: string | null };
  pipeline?: {
    dirty: number;
    pending_files: number;
    growing?: string[];
    problem?: string | null;
    progress?: Progress | null;
  };
  history?: { mode: string; waiting: number; problem?: string | null };
  sync?: { state: "ok" | "away" | "off"; waiting: number; problem?: string | null };
  schemas?: { problems: { name: string; message: string }[] };
  skipped?: number;
  corrupt?: string[];
}

export interface Progress {
  files_done: number;
  files_total: number;
  bytes_done?: number;
  bytes_total?: number;
  files_per_second?: number | null;
  seconds_left?: number | null;
}

export interface Project {
  project_id: string;
  title: string | null;
  path: string;
  status?: string | null;
  valid: boolean;
  complete: boolean;
  missing: number;
  datasets: number;
  modified?: string | null;
}

export type VersionState = "V0" | "V1" | "V2";

export interface Dataset {
  dataset_id: string;
  project_id: string;
  title: string | null;
  path: string;
  state: VersionState;
  files: number;
  bytes: number;
  valid: boolean;
  complete: boolean;
  missing: number;
  runs: number;
  modified?: string | null;
  runs_list?: Run[];
}

export interface Run {
  run_id: string;
  dataset_id: string;
  project_id: string;
  template: string;
  name: string | null;
  status: "open" | "complete" | "abandoned";
  birth_timestamp: string;
  death_timestamp?: string | null;
  clean_exit?: boolean | null;
  valid: boolean;
  complete: boolean;
  missing: number;
  revision?: number | null;
  files?: number | null;
}

export interface Completed {
  run_id: string;
  revision: number;
  path: string;
  complete_metadata: string;
}

export interface FileEntry {
  file_identifier: string;
  file_path: string;
  file_name: string;
  file_size_bytes: number;
  mime_type?: string | null;
  checksum?: string;
  role?: string | null;
  file_description?: string | null;
  status: "present" | "growing" | "removed";
  version_state: VersionState;
  file_modified_utc?: string;
  dimensions?: number[];
  number_of_records?: number;
}

export interface InboxItem {
  kind: string;
  document: string;
  url: string;
  project_id: string;
  dataset_id: string | null;
  run_id: string | null;
  title: string | null;
  pointer: string;
  field_title?: string | null;
  message: string;
}

export interface SchemaItem {
  name: string;
  title?: string | null;
  kind: "document" | "template";
  source: "local" | "packaged";
  version?: string | null;
  problem?: string | null;
}

export interface Instrument {
  slug: string;
  instrument_id: string;
  name: string | null;
  type?: string | null;
  manufacturer?: string | null;
  model?: string | null;
  complete?: boolean;
}

export interface Revision {
  commit: string;
  at: string;
  author: { name: string; email?: string };
  subject: string;
}

export interface FieldChange {
  pointer: string;
  op: "add" | "remove" | "replace";
  before?: unknown;
  after?: unknown;
  title?: string | null;
}

export interface Diff {
  commit: string;
  document: string;
  changes: FieldChange[];
}

export interface Skipped {
  path: string;
  reason: string;
}

export interface CatalogueProject extends Content {
  project_id: string;
}

export interface CatalogueTrial extends Content {
  trial_id: string;
  project_id?: string;
  birth_timestamp?: string;
  death_timestamp?: string | null;
}

/** One field of a change over several documents; with `error` it cannot be made. */
export interface ChangeRow {
  document: string;
  pointer: string;
  title: string;
  before?: unknown;
  after?: unknown;
  error?: string | null;
  row?: number | null;
}

export interface Outcome {
  dry_run: boolean;
  saved: boolean;
  documents: number;
  errors: number;
  changes: ChangeRow[];
}

export interface ExportCheck {
  ok: boolean;
  format: string;
  lacking: { pointer: string; document: string; title: string; message: string; level: string }[];
}
