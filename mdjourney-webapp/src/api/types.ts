/** The shapes that gateway and backend answer with, by the names the app uses. They are generated; what stands here is our own. */
import type { components as backend } from "./generated/backend";
import type { components as gateway } from "./generated/gateway";

type Backend = backend["schemas"];
type Gateway = gateway["schemas"];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** The content of a metadata document: its schema says what it holds. */
export type Content = Record<string, unknown>;

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  total?: number | null;
}

export type User = Gateway["User"];
export type ChangedUser = Gateway["ChangedUser"];
export type ApiToken = Gateway["ApiToken"];
export type MadeToken = Gateway["MadeToken"];
export type AuditLog = Gateway["Log"];
export type AuditLine = Gateway["Line"];
export type SignedIn = Gateway["SignedIn"];
export type Session = Gateway["SessionView"];
export type RunningSession = Gateway["RunningSession"];
export type SessionState = Session["state"];
export type Sessions = Gateway["MySessions"];
export type Config = Gateway["StoredConfig"] & Partial<Pick<Gateway["WholeConfig"], "yaml" | "effective">>;

export type MissingField = Pick<Backend["Owed"], "document" | "pointer"> & Partial<Backend["Owed"]>;
export type SchemaNote = Omit<Backend["SchemaUsed"], "version" | "url"> & Partial<Pick<Backend["SchemaUsed"], "version" | "url">> & { problem?: string | null };
export type Document = Omit<Backend["DocumentAnswer"], "schema" | "errors" | "missing"> & { schema: SchemaNote; errors: Fault[]; missing: Fault[] };
export type Health = Backend["Health"];
export type Attention = Backend["Attention"];
export type AttentionList = Backend["AttentionList"];
export type Cache = Backend["Cache"];
export type Collected = Backend["CollectedObjects"];
export type Progress = Backend["Progress"];
export type Project = Backend["Project"];
export type Dataset = Backend["Dataset"] & Partial<Pick<Backend["DatasetWithRuns"], "runs_list">>;
export type VersionState = Dataset["state"];
export type Run = Backend["Run"];
export type Completed = Backend["Completed"];
export type InboxItem = Backend["InboxItem"];
export type SchemaItem = Backend["SchemaItem"];
export type Instrument = Backend["Instrument"];
export type Revision = Backend["Revision"];
export type FieldChange = Backend["Change"];
export type FieldStep = Backend["FieldChange"];
export type Origin = Backend["Origin"];
export type Diff = Backend["Diff"];
export type Skipped = Backend["SkippedPath"];
export type Impact = Backend["Impact"];
export type ChangeRow = Backend["BulkChange"];
export type Outcome = Backend["BulkAnswer"];
export type ExportCheck = Backend["ExportCheck"];

/** Something wrong with what was sent: at a field of a document, or at a line of a config; also what the live check finds itself. */
export interface Fault {
  pointer?: string;
  message: string;
  keyword?: string | null;
  value?: unknown;
  line?: number;
  column?: number;
  key?: string;
}

/** Why something was not done (RFC 9457), as far as it can be read. */
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: Fault[];
  missing?: MissingField[];
  instance?: string;
  /** Which of several refusals this is, where that matters. */
  code?: string;
}

/** An entry of a dataset's list of files, as `file_technical` describes it. */
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
