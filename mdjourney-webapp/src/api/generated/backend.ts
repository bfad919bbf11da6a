/** Written by tests/browser/web_types.py from the OpenAPI document of MDJourney session; not to be changed by hand. */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AllOwed
         * @description What completing a run would ask for.
         */
        AllOwed: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Owed"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Arrived
         * @description The file is whole and has its name.
         */
        Arrived: {
            /**
             * File Path
             * @description From the root of the dataset.
             * @example raw/a.csv
             */
            file_path: string;
            /**
             * Received
             * @description Bytes of the file.
             * @example 21
             */
            received: number;
        };
        /**
         * Attention
         * @description One document: set aside because it cannot be read, not stored (`reason` says why), or naming what is `held` elsewhere.
         */
        Attention: {
            /**
             * Aside
             * @description Path of the unreadable file that was set aside, from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json.corrupt-20261122T093000000000Z
             */
            aside: string | null;
            /** Dataset Id */
            dataset_id: string | null;
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            held: components["schemas"]["Held"] | null;
            /**
             * Kind
             * @description What is wrong with it.
             * @example held_elsewhere
             * @enum {string}
             */
            kind: "set_aside" | "not_stored" | "held_elsewhere";
            /** Project Id */
            project_id: string | null;
            /**
             * Reason
             * @description Why it is not stored.
             * @example dataset_identifier is missing
             */
            reason: string | null;
            /**
             * Restored
             * @description Of one set aside: its last good version is back in place.
             * @example true
             */
            restored: boolean | null;
            /** Run Id */
            run_id: string | null;
        };
        /**
         * AttentionList
         * @description What a person has to look at; at most 100 of each kind.
         */
        AttentionList: {
            /**
             * Hidden
             * @description How many more there are in projects that are not shown to this person, whose config it is.
             * @example 0
             */
            hidden: number;
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Attention"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
            /**
             * Unknown
             * @description Why what the store says is not known here; null: it is.
             * @example another machine leads this tree
             */
            unknown: string | null;
        };
        /**
         * Author
         * @description Who made a commit.
         */
        Author: {
            /**
             * Email
             * @description As git records it.
             * @example ada@example.org
             */
            email: string;
            /**
             * Name
             * @description As people call them.
             * @example Ada Lovelace
             */
            name: string;
        };
        /**
         * BulkAnswer
         * @description What was changed, or would be.
         */
        BulkAnswer: {
            /**
             * Changes
             * @description Each field that changes or cannot.
             */
            changes: components["schemas"]["BulkChange"][];
            /**
             * Documents
             * @description How many documents change.
             * @example 2
             */
            documents: number;
            /**
             * Dry Run
             * @description Nothing was saved: it is what would change.
             * @example true
             */
            dry_run: boolean;
            /**
             * Errors
             * @description How many changes cannot be made; one is enough for none to be saved.
             * @example 0
             */
            errors: number;
            /**
             * Saved
             * @description Whether the changes were saved.
             * @example false
             */
            saved: boolean;
        };
        /**
         * BulkChange
         * @description One field that changes, or (`error`) that cannot; `row` is the line of a table it came from.
         */
        BulkChange: {
            /**
             * After
             * @description The value after; null: there is none.
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * Before
             * @description The value before; null: there was none.
             * @example CC0-1.0
             */
            before: unknown;
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Error
             * @description Why it cannot change; null: it can.
             * @example null
             */
            error: string | null;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Row
             * @description Line of the table, from 1; null: it came from none.
             * @example null
             */
            row: number | null;
            /**
             * Title
             * @description What the schema calls the field.
             * @example Licence
             */
            title: string;
        };
        /**
         * BulkSent
         * @description One value for a field of many documents: those that are named, or those that fit `where`.
         */
        BulkSent: {
            /**
             * Documents
             * @description Paths, or objects with "document" and "etag".
             * @default null
             * @example [
             *       "p_Heat/day 1/.metadata/dataset_administrative.json"
             *     ]
             */
            documents: (string | {
                [key: string]: unknown;
            })[] | null;
            /**
             * Dry Run
             * @description Look only.
             * @default false
             * @example true
             */
            dry_run: boolean;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Value
             * @description null removes the field.
             * @example CC-BY-4.0
             */
            value: unknown;
            /**
             * Where
             * @description In place of documents.
             * @default null
             * @example null
             */
            where: {
                [key: string]: unknown;
            } | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * Cache
         * @description The DVC cache of the tree.
         */
        Cache: {
            /**
             * Bytes
             * @description What they take.
             * @example 52428800
             */
            bytes: number;
            /**
             * Keeping
             * @description How old bytes are kept.
             * @example copy
             * @enum {string}
             */
            keeping: "copy" | "reflink" | "none";
            /**
             * Limit Bytes
             * @description `history.dvc_cache_gib` in bytes; null: none.
             * @example 10737418240
             */
            limit_bytes: number | null;
            /**
             * Objects
             * @description Versions that are kept.
             * @example 2
             */
            objects: number;
            /**
             * Problem
             * @description What is wrong, in words; null when nothing is.
             * @example null
             */
            problem: string | null;
        };
        /**
         * Change
         * @description One field that a commit changed.
         */
        Change: {
            /**
             * After
             * @description The value after; null: there is none.
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * Before
             * @description The value before; null: there was none.
             * @example CC0-1.0
             */
            before: unknown;
            /**
             * Op
             * @description What became of it.
             * @example replace
             * @enum {string}
             */
            op: "add" | "remove" | "replace";
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Title
             * @description What the schema calls the field.
             * @example Licence
             */
            title: string;
        };
        /**
         * Collect
         * @description Which versions may go.
         */
        Collect: {
            /**
             * Dry Run
             * @description Only tell what would go.
             * @default false
             */
            dry_run: boolean;
            /**
             * Keep Days
             * @description Versions that were in force within these days stay.
             * @default 90
             */
            keep_days: number;
        } & {
            [key: string]: unknown;
        };
        /**
         * CollectedObjects
         * @description What the cache held before, and what of it went, or would go.
         */
        CollectedObjects: {
            /**
             * Bytes
             * @description Bytes they took.
             * @example 52428800
             */
            bytes: number;
            /**
             * Dry Run
             * @description Nothing was removed: it is what would go.
             * @example true
             */
            dry_run: boolean;
            /**
             * Objects
             * @description Versions that were kept before.
             * @example 2
             */
            objects: number;
            /**
             * Removed Bytes
             * @description Bytes they took.
             * @example 52428800
             */
            removed_bytes: number;
            /**
             * Removed Objects
             * @description Versions that went, or would.
             * @example 2
             */
            removed_objects: number;
        };
        /**
         * Completed
         * @description The Complete Metadata File of a run.
         */
        Completed: {
            /**
             * Complete Metadata
             * @description Where it is read and edited in this API.
             * @example /api/v1/runs/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/metadata/experiment_contextual
             */
            complete_metadata: string;
            /**
             * Path
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            path: string;
            /**
             * Revision
             * @description Counted from 1.
             * @example 1
             */
            revision: number;
            /**
             * Run Id
             * Format: uuid
             * @description Identifier of the run.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            run_id: string;
        };
        /**
         * CopySent
         * @description The fields to take over.
         */
        CopySent: {
            /**
             * Dry Run
             * @description Look only.
             * @default false
             * @example true
             */
            dry_run: boolean;
            /**
             * Pointers
             * @description JSON pointers of the fields.
             * @example [
             *       "/protocol_references"
             *     ]
             */
            pointers: string[];
        } & {
            [key: string]: unknown;
        };
        /**
         * Dataset
         * @description A dataset in a list; `files` and `bytes` count what is present.
         */
        Dataset: {
            /**
             * Bytes
             * @description Bytes of the files that are present.
             * @example 1048576
             */
            bytes: number;
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @description Identifier of the dataset.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /**
             * Files
             * @description How many files are present.
             * @example 2
             */
            files: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /**
             * Modified
             * Format: date-time
             * @description When its documents were last saved, in UTC.
             * @example 2026-11-22T09:30:00.000000Z
             */
            modified: string | null;
            /**
             * Owed
             * @description With its runs.
             * @example 7
             */
            owed: number;
            /**
             * Path
             * @description Its folder, from the root of the tree.
             * @example p_Heat/day 1
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @description Identifier of the project.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Runs
             * @description How many runs it has.
             * @example 2
             */
            runs: number;
            /**
             * State
             * @description The lowest state of its files.
             * @example V1
             * @enum {string}
             */
            state: "V0" | "V1" | "V2";
            /**
             * Title
             * @description What people call it.
             * @example Day 1
             */
            title: string | null;
            /**
             * Valid
             * @description It breaks no rule of its schema.
             * @example true
             */
            valid: boolean;
        };
        /**
         * Datasets
         * @description The datasets of a project.
         */
        Datasets: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Dataset"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * DatasetWithRuns
         * @description One dataset and its runs.
         */
        DatasetWithRuns: {
            /**
             * Bytes
             * @description Bytes of the files that are present.
             * @example 1048576
             */
            bytes: number;
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @description Identifier of the dataset.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /**
             * Files
             * @description How many files are present.
             * @example 2
             */
            files: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /**
             * Modified
             * Format: date-time
             * @description When its documents were last saved, in UTC.
             * @example 2026-11-22T09:30:00.000000Z
             */
            modified: string | null;
            /**
             * Owed
             * @description With its runs.
             * @example 7
             */
            owed: number;
            /**
             * Path
             * @description Its folder, from the root of the tree.
             * @example p_Heat/day 1
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @description Identifier of the project.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Runs
             * @description How many runs it has.
             * @example 2
             */
            runs: number;
            /**
             * Runs List
             * @description Its runs.
             */
            runs_list: components["schemas"]["Run"][];
            /**
             * State
             * @description The lowest state of its files.
             * @example V1
             * @enum {string}
             */
            state: "V0" | "V1" | "V2";
            /**
             * Title
             * @description What people call it.
             * @example Day 1
             */
            title: string | null;
            /**
             * Valid
             * @description It breaks no rule of its schema.
             * @example true
             */
            valid: boolean;
        };
        /**
         * Diff
         * @description What one commit changed in a document.
         */
        Diff: {
            /**
             * Changes
             * @description Each field that changed.
             */
            changes: components["schemas"]["Change"][];
            /**
             * Commit
             * @description 40 hexadecimal digits.
             * @example a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a
             */
            commit: string;
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
        };
        /**
         * Disk
         * @description The disk of the tree; null where it is away, or the cache was not measured yet.
         */
        Disk: {
            /**
             * Cache Bytes
             * @description Bytes that old versions of files take.
             * @example 52428800
             */
            cache_bytes: number | null;
            /**
             * Free Bytes
             * @description Bytes that can still be written.
             * @example 52428800
             */
            free_bytes: number | null;
            /**
             * Total Bytes
             * @description Bytes of the whole disk.
             * @example 52428800
             */
            total_bytes: number | null;
        };
        /**
         * DocumentAnswer
         * @description A document with its schema, what is wrong with it, what a person still owes, and its ETag.
         */
        DocumentAnswer: {
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /**
             * Content
             * @description A metadata document; its schema says what it holds.
             * @example {
             *       "dataset_title": "Day 1",
             *       "license": "CC-BY-4.0"
             *     }
             */
            content: {
                [key: string]: unknown;
            };
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Errors
             * @description What breaks a rule.
             */
            errors: components["schemas"]["Fault"][];
            /**
             * Etag
             * @description Goes with the next change as If-Match.
             * @example "9f86d081884c7d659a2feaa0c55ad015"
             */
            etag: string;
            /**
             * Missing
             * @description What a person still owes.
             */
            missing: components["schemas"]["Fault"][];
            schema: components["schemas"]["SchemaUsed"];
            /**
             * Valid
             * @description It breaks no rule of its schema.
             * @example true
             */
            valid: boolean;
        };
        /**
         * DocumentPatch
         * @description A JSON merge patch (RFC 7396): members replace, null removes.
         */
        DocumentPatch: {
            [key: string]: unknown;
        };
        /**
         * DocumentSent
         * @description The whole content that people edit; what only the system sets may be left out.
         */
        DocumentSent: {
            /**
             * Content
             * @description A metadata document; its schema says what it holds.
             * @example {
             *       "dataset_title": "Day 1",
             *       "license": "CC-BY-4.0"
             *     }
             */
            content: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /**
         * ExportCheck
         * @description Whether an export can be made, and what it would lack.
         */
        ExportCheck: {
            /**
             * Format
             * @description The standard it was checked for.
             * @example ro-crate
             * @enum {string}
             */
            format: "ro-crate" | "ro-crate-1.1" | "bagit" | "datacite" | "datacite-xml" | "jsonld" | "prov";
            /**
             * Lacking
             * @description What is lacking.
             */
            lacking: components["schemas"]["Lacking"][];
            /**
             * Ok
             * @description Nothing that is required is lacking.
             * @example true
             */
            ok: boolean;
        };
        /**
         * Facets
         * @description What fits the filters, and what else could be chosen.
         */
        Facets: {
            /**
             * Bytes
             * @description Bytes of those.
             * @example 210
             */
            bytes: number;
            /**
             * Facets
             * @description By filter, each value and how often it is there.
             */
            facets: {
                [key: string]: components["schemas"]["FacetValue"][];
            };
            /**
             * Total
             * @description How many files fit.
             * @example 3
             */
            total: number;
        };
        /**
         * FacetValue
         * @description A value ("" stands for none) and how many files would have it under the other choices.
         */
        FacetValue: {
            /**
             * Count
             * @description How many files have it.
             * @example 2
             */
            count: number;
            /**
             * Value
             * @description What to ask for; "" stands for none.
             * @example raw
             */
            value: string;
        };
        /**
         * Fault
         * @description One thing to mend.
         */
        Fault: {
            /**
             * Keyword
             * @description The schema keyword that failed.
             * @example x-required-to-complete
             */
            keyword?: string | null;
            /**
             * Message
             * @description What is wrong or missing.
             * @example Licence is missing
             */
            message: string;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Title
             * @description What the schema calls the field.
             * @example Licence
             */
            title: string;
            /**
             * Value
             * @description The field's value; null: there is none.
             * @example CC-BY-4.0
             */
            value?: unknown;
        };
        /**
         * FieldChange
         * @description A commit that changed one field, with its value before and after.
         */
        FieldChange: {
            /**
             * After
             * @description The value after; null: there is none.
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * At
             * Format: date-time
             * @description When it was saved.
             * @example 2026-11-22T09:30:00.000000Z
             */
            at: string;
            author: components["schemas"]["Author"];
            /**
             * Before
             * @description The value before; null: there was none.
             * @example CC0-1.0
             */
            before: unknown;
            /**
             * Commit
             * @description 40 hexadecimal digits.
             * @example a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a
             */
            commit: string;
            /**
             * Op
             * @description What became of it.
             * @example replace
             * @enum {string}
             */
            op: "add" | "remove" | "replace";
            /**
             * Subject
             * @description The commit's first line.
             * @example p_Heat/day 1: edit dataset_administrative
             */
            subject: string;
        };
        /**
         * FieldHistory
         * @description What became of one field, newest first. A page may be short, even empty, and still have a cursor.
         */
        FieldHistory: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["FieldChange"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * FilePage
         * @description A page of file entries, by path.
         */
        FilePage: {
            /**
             * Items
             * @description Entries of the structural document, by path.
             * @example [
             *       {
             *         "file_path": "raw/a.csv",
             *         "file_size_bytes": 21,
             *         "mime_type": "text/csv",
             *         "status": "present"
             *       }
             *     ]
             */
            items: {
                [key: string]: unknown;
            }[];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
            /**
             * Total
             * @description How many fit the filters.
             * @example 1
             */
            total: number;
        };
        /**
         * Health
         * @description Always answered while the backend runs; what is wrong stands in the parts.
         */
        Health: {
            /**
             * Available
             * @description Whether the tree's folder is there.
             * @example true
             */
            available: boolean;
            /**
             * Corrupt
             * @description Paths of unreadable documents that were set aside.
             * @example []
             */
            corrupt: string[];
            /**
             * Counters
             * @description Numbers that only grow since the process began.
             * @example {
             *       "requests": 12
             *     }
             */
            counters: {
                [key: string]: number;
            };
            disk: components["schemas"]["Disk"];
            history: components["schemas"]["HistoryHealth"];
            /**
             * In Step
             * @description Nothing is dirty, pending, uncommitted or unsynced.
             */
            in_step: boolean;
            /**
             * Leader
             * @description Whether this backend writes down what happens to files, or another does.
             * @example true
             */
            leader: boolean;
            pipeline: components["schemas"]["PipelineHealth"];
            schemas: components["schemas"]["SchemasHealth"];
            /**
             * Skipped
             * @description Paths that are described nowhere.
             * @example 2
             */
            skipped: number;
            /**
             * Status
             * @description That the backend runs.
             * @example ok
             * @constant
             */
            status: "ok";
            sync: components["schemas"]["SyncHealth"];
            tree: components["schemas"]["TreeNamed"];
        };
        /**
         * Held
         * @description What a document speaks of and another holds.
         */
        Held: {
            /**
             * By Store
             * @description It was recorded through the API; no tree holds it.
             * @example false
             */
            by_store: boolean;
            /**
             * Folder
             * @description Where that tree lies on it; null where there is none, or where the person has no role in the project it is part of.
             * @example /data/heat
             */
            folder: string | null;
            /**
             * Host
             * @description The machine that serves the tree which holds it; null where there is none, or where the person has no role in the project it is part of.
             * @example lab-2
             */
            host: string | null;
            /**
             * Identifier
             * @description As it stands in the document.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            identifier: string;
            /**
             * Kind
             * @description What the identifier names.
             * @example dataset
             * @enum {string}
             */
            kind: "project" | "dataset" | "trial";
            /**
             * Named To
             * @description User id and domain of those who may be told host and folder; only for other backends.
             * @example null
             */
            named_to: [
                string,
                string
            ][] | null;
            /**
             * Project Id
             * @description The project it is part of; null where there is none, or where the person has no role in the project it is part of.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string | null;
        };
        /**
         * HistoryHealth
         * @description Where commits go, and how many writes wait for one.
         */
        HistoryHealth: {
            /**
             * Mode
             * @description Commits go into a repository of our own, to a branch of the one there was, or nowhere.
             * @example own
             * @enum {string}
             */
            mode: "own" | "branch" | "off";
            /**
             * Problem
             * @description What is wrong, in words; null when nothing is.
             * @example null
             */
            problem: string | null;
            /**
             * Waiting
             * @description Saves that are not committed yet.
             * @example 2
             */
            waiting: number;
        };
        /**
         * ImagePreview
         * @description A picture: its size in points, and the address of a small PNG of it.
         */
        ImagePreview: {
            /**
             * Entry
             * @description The file's entry in the structural document.
             */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Height
             * @description Points from top to bottom.
             * @example 1536
             */
            height: number;
            /**
             * Kind
             * @description What there is to see.
             * @constant
             */
            kind: "image";
            /**
             * Thumbnail
             * @description Address of a small PNG.
             * @example /api/v1/datasets/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/thumbnail/a.tif
             */
            thumbnail: string;
            /**
             * Width
             * @description Points from side to side.
             * @example 2048
             */
            width: number;
        };
        /**
         * Impact
         * @description What a local schema changes, or would.
         */
        Impact: {
            /**
             * Documents
             * @description Documents it is for.
             * @example 2
             */
            documents: number;
            /**
             * Dry Run
             * @description Nothing was saved: it is what would change.
             * @example true
             */
            dry_run: boolean;
            /**
             * Impact
             * @description What changes, in a sentence.
             * @example 2 of 5 documents would become incomplete
             */
            impact: string;
            /**
             * Incomplete
             * @description Paths of documents that owe answers then.
             * @example [
             *       "p_Heat/.metadata/project_descriptive.json"
             *     ]
             */
            incomplete: string[];
            /**
             * Invalid
             * @description Paths of documents that break a rule then.
             * @example []
             */
            invalid: string[];
            /**
             * Name
             * @description The schema's name.
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Saved
             * @description Whether it applies now.
             * @example false
             */
            saved: boolean;
            /**
             * Schema
             * @description Of a dry run: the schema as documents would get it, put together.
             * @example {
             *       "title": "Project"
             *     }
             */
            schema: {
                [key: string]: unknown;
            } | null;
            /**
             * Version
             * @description As the schema says.
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Inbox
         * @description Everything a person still owes.
         */
        Inbox: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["InboxItem"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
            /**
             * Total
             * @description How many there are.
             * @example 2
             */
            total: number;
        };
        /**
         * InboxItem
         * @description One field that is missing or faulty, and where it is mended.
         */
        InboxItem: {
            /** Dataset Id */
            dataset_id: string | null;
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Field Title
             * @description What the schema calls the field.
             * @example Licence
             */
            field_title: string;
            /**
             * Kind
             * @description Whether an answer is missing, or breaks a rule.
             * @example missing
             * @enum {string}
             */
            kind: "missing" | "invalid";
            /**
             * Message
             * @description What is wrong or missing.
             * @example Licence is missing
             */
            message: string;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /** Project Id */
            project_id: string | null;
            /** Run Id */
            run_id: string | null;
            /**
             * Title
             * @description What people call the place.
             * @example Day 1
             */
            title: string;
            /**
             * Url
             * @description Where it is read and edited in this API.
             * @example /api/v1/runs/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/metadata/experiment_contextual
             */
            url: string;
        };
        /**
         * InStep
         * @description The answer to a rescan.
         */
        InStep: {
            /**
             * In Step
             * @description Nothing is dirty, pending, uncommitted or unsynced.
             * @example true
             */
            in_step: boolean;
        };
        /**
         * Instrument
         * @description An instrument in a list.
         */
        Instrument: {
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /** Instrument Id */
            instrument_id: string | null;
            /**
             * Manufacturer
             * @description Who made it.
             * @example Zeiss
             */
            manufacturer: string | null;
            /**
             * Model
             * @description The maker's name for it.
             * @example LSM 980
             */
            model: string | null;
            /**
             * Name
             * @description What people call it.
             * @example Confocal 2
             */
            name: string | null;
            /**
             * Slug
             * @description Its short name, as in its folder and address.
             * @example confocal-2
             */
            slug: string;
            /**
             * Type
             * @description What kind of instrument.
             * @example Microscope
             */
            type: string | null;
        };
        /**
         * Instruments
         * @description The instruments of the tree.
         */
        Instruments: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Instrument"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * InstrumentSuggestion
         * @description An instrument that files name and nobody registered.
         */
        InstrumentSuggestion: {
            /**
             * Content
             * @description A metadata document; its schema says what it holds.
             * @example {
             *       "dataset_title": "Day 1",
             *       "license": "CC-BY-4.0"
             *     }
             */
            content: {
                [key: string]: unknown;
            };
            /**
             * Datasets
             * @description Folders of the datasets they lie in.
             * @example [
             *       "p_Heat/day 1"
             *     ]
             */
            datasets: string[];
            /**
             * Files
             * @description How many files name it.
             * @example 2
             */
            files: number;
            /**
             * Slug
             * @description A short name that is free.
             * @example confocal-2
             */
            slug: string;
        };
        /**
         * InstrumentSuggestions
         * @description What could be registered.
         */
        InstrumentSuggestions: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["InstrumentSuggestion"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Lacking
         * @description One thing a target asks for and the record lacks.
         */
        Lacking: {
            /**
             * Document
             * @description The document's kind.
             * @example dataset_administrative
             */
            document: string;
            /**
             * Level
             * @description `required` stands in the way of the export.
             * @example recommended
             */
            level: string;
            /**
             * Message
             * @description What is wrong or missing.
             * @example Licence is missing
             */
            message: string;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Title
             * @description What the schema calls the field.
             * @example Licence
             */
            title: string;
        };
        /**
         * Named
         * @description A person.
         */
        Named: {
            /**
             * Name
             * @description As people call them.
             * @example Ada Lovelace
             */
            name: string;
        };
        /**
         * NoPreview
         * @description Why there is nothing to see.
         */
        NoPreview: {
            /**
             * Entry
             * @description The file's entry in the structural document.
             */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @description What there is to see.
             * @constant
             */
            kind: "none";
            /**
             * Reason
             * @description Why not.
             * @example no preview of this kind of file
             */
            reason: string;
        };
        /**
         * Origin
         * @description Where a value came from.
         */
        Origin: {
            /**
             * At
             * @description When.
             */
            at: string | null;
            by: components["schemas"]["Named"] | null;
            /** Commit */
            commit: string | null;
            /**
             * Kind
             * @description How the value came about.
             * @example typed
             * @enum {string}
             */
            kind: "typed" | "inherited" | "file" | "copied" | "default" | "system";
            source: components["schemas"]["Source"] | null;
        };
        /**
         * Origins
         * @description JSON pointer -> origin; what nothing is known of is left out.
         */
        Origins: {
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Origins
             * @description By JSON pointer.
             * @example {
             *       "/protocol_references": {
             *         "at": "2026-11-22T09:30:00.000000Z",
             *         "by": {
             *           "name": "Ada Lovelace"
             *         },
             *         "commit": "a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a",
             *         "kind": "copied",
             *         "source": {
             *           "run": "7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10"
             *         }
             *       }
             *     }
             */
            origins: {
                [key: string]: components["schemas"]["Origin"];
            };
            /**
             * Whole
             * @description False: the history is longer than is read at one go.
             * @example true
             */
            whole: boolean;
        };
        /**
         * OverrideGone
         * @description Which layer applies now; null: the template is no more.
         */
        OverrideGone: {
            /**
             * Name
             * @description The schema's name.
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Source
             * @description null: the template is no more.
             */
            source: ("local" | "packaged") | null;
        };
        /**
         * OverrideSent
         * @description A local schema, and whether to look only.
         */
        OverrideSent: {
            /**
             * Dry Run
             * @description Only tell what would change.
             * @default false
             * @example true
             */
            dry_run: boolean;
            /**
             * Schema
             * @description A JSON Schema.
             * @example {
             *       "$schema": "https://json-schema.org/draft/2020-12/schema",
             *       "x-required-to-complete": [
             *         "funding_sources"
             *       ]
             *     }
             */
            schema: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /**
         * Owed
         * @description One thing that completing a run still asks for.
         */
        Owed: {
            /**
             * Document
             * @description The document's kind.
             * @example dataset_administrative
             */
            document: string;
            /**
             * Document Path
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document_path: string;
            /**
             * Message
             * @description What is wrong or missing.
             * @example Licence is missing
             */
            message: string;
            /**
             * Pointer
             * @description JSON pointer to a field.
             * @example /license
             */
            pointer: string;
            /**
             * Title
             * @description What the schema calls the field.
             * @example Licence
             */
            title: string;
            /**
             * Url
             * @description Where it is read and edited in this API.
             * @example /api/v1/runs/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/metadata/experiment_contextual
             */
            url: string;
        };
        /**
         * Partly
         * @description What is there of it; the next range begins at `received`.
         */
        Partly: {
            /**
             * Received
             * @description Bytes that are there.
             * @example 8388608
             */
            received: number;
            /**
             * Total
             * @description Bytes of the whole file; null: nobody said.
             * @example 21000000
             */
            total: number | null;
        };
        /**
         * PipelineHealth
         * @description What is dirty, waits to be read, or does not settle.
         */
        PipelineHealth: {
            /**
             * Dirty
             * @description Places that have to be looked at; null: not known.
             * @example 0
             */
            dirty: number | null;
            /**
             * Growing
             * @description Paths of files that still grow.
             * @example [
             *       "p_Heat/day 1/long.csv"
             *     ]
             */
            growing: string[];
            /**
             * Pending Files
             * @description Files that wait to be read; null: not known.
             * @example 0
             */
            pending_files: number | null;
            /**
             * Problem
             * @description What is wrong, in words; null when nothing is.
             * @example null
             */
            problem: string | null;
            progress: components["schemas"]["Progress"] | null;
        };
        /**
         * Problem
         * @description RFC 9457: what is wrong, in words for people. `instance` is the id of the request.
         */
        Problem: {
            /**
             * Detail
             * @description What is wrong here.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json was not saved
             */
            detail: string;
            /**
             * Errors
             * @description Each fault by itself.
             */
            errors: components["schemas"]["ProblemError"][];
            /**
             * Instance
             * @description The id of the request, as in the logs.
             * @default null
             * @example 3f2a9c51
             */
            instance: string | null;
            /**
             * Status
             * @description The status of the answer.
             * @example 422
             */
            status: number;
            /**
             * Title
             * @description The kind of problem, in words.
             * @example Not valid
             */
            title: string;
            /**
             * Type
             * @description What kind of problem; `about:blank`: as the status says.
             * @example about:blank
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * ProblemError
         * @description One fault; more members where they are known.
         */
        ProblemError: {
            /**
             * Key
             * @description The key or parameter.
             * @default null
             * @example license
             */
            key: string | null;
            /**
             * Message
             * @description What is wrong, for people.
             * @example Licence: 'MTI' is no SPDX identifier
             */
            message: string;
            /**
             * Pointer
             * @description JSON pointer to the field.
             * @default null
             * @example /license
             */
            pointer: string | null;
            /**
             * Title
             * @description What the schema calls the field.
             * @default null
             * @example Licence
             */
            title: string | null;
            /**
             * Value
             * @description What was given.
             * @default null
             * @example MTI
             */
            value: unknown;
        } & {
            [key: string]: unknown;
        };
        /**
         * Progress
         * @description How far the files found so far have been read.
         */
        Progress: {
            /**
             * Bytes Done
             * @description Bytes read so far.
             * @example 2
             */
            bytes_done: number;
            /**
             * Bytes Total
             * @description Bytes found so far.
             * @example 2
             */
            bytes_total: number;
            /**
             * Files Done
             * @description Files read so far.
             * @example 2
             */
            files_done: number;
            /**
             * Files Per Second
             * @description Files read in a second, lately.
             * @example 420.5
             */
            files_per_second: number;
            /**
             * Files Total
             * @description Files found so far.
             * @example 2
             */
            files_total: number;
            /**
             * Seconds Left
             * @description Seconds until all are read, at that rate.
             * @example 12.5
             */
            seconds_left: number | null;
        };
        /**
         * Project
         * @description A project in a list.
         */
        Project: {
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /**
             * Datasets
             * @description How many datasets it has.
             * @example 2
             */
            datasets: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /**
             * Modified
             * Format: date-time
             * @description When its documents were last saved, in UTC.
             * @example 2026-11-22T09:30:00.000000Z
             */
            modified: string | null;
            /**
             * Owed
             * @description With its datasets and their runs.
             * @example 18
             */
            owed: number;
            /**
             * Path
             * @description Its folder, from the root of the tree.
             * @example p_Heat
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @description Identifier of the project.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Status
             * @description Its state, as people say.
             * @example Active
             */
            status: string | null;
            /**
             * Title
             * @description What people call it.
             * @example Heat stress in roots
             */
            title: string | null;
            /**
             * Valid
             * @description It breaks no rule of its schema.
             * @example true
             */
            valid: boolean;
        };
        /**
         * Projects
         * @description The projects a person may see.
         */
        Projects: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Project"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Restore
         * @description What is brought back: a document, or one field of it.
         */
        Restore: {
            /**
             * Document
             * @description Path from the root of the tree.
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Pointer
             * @description Only this field; the whole document without.
             * @default null
             */
            pointer: string | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * RevertSent
         * @description Whether to look only.
         */
        RevertSent: {
            /**
             * Dry Run
             * @description Look only.
             * @default false
             * @example true
             */
            dry_run: boolean;
        } & {
            [key: string]: unknown;
        };
        /**
         * Revision
         * @description A commit that touched a document.
         */
        Revision: {
            /**
             * At
             * Format: date-time
             * @description When it was saved.
             * @example 2026-11-22T09:30:00.000000Z
             */
            at: string;
            author: components["schemas"]["Author"];
            /**
             * Commit
             * @description 40 hexadecimal digits.
             * @example a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a
             */
            commit: string;
            /**
             * Subject
             * @description The commit's first line.
             * @example p_Heat/day 1: edit dataset_administrative
             */
            subject: string;
        };
        /**
         * Revisions
         * @description The history of a document, newest first.
         */
        Revisions: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Revision"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Run
         * @description A run in a list; `revision` is that of its newest Complete Metadata File.
         */
        Run: {
            /**
             * Birth Timestamp
             * @description When it began.
             */
            birth_timestamp: string | null;
            /**
             * Clean Exit
             * @description Whether its command ended without an error; null: nobody said.
             * @example null
             */
            clean_exit: boolean | null;
            /**
             * Complete
             * @description It is valid, and holds every answer that is asked of people.
             * @example false
             */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @description Identifier of the dataset.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /**
             * Death Timestamp
             * @description When it ended.
             */
            death_timestamp: string | null;
            /**
             * Files
             * @description How many files it covers.
             * @example 2
             */
            files: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /**
             * Name
             * @description What people call it.
             * @example Heat shift, replicate 1
             */
            name: string | null;
            /**
             * Project Id
             * Format: uuid
             * @description Identifier of the project.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Revision
             * @description Revision of its newest record, from 1; null: it has none.
             * @example null
             */
            revision: number | null;
            /**
             * Run Id
             * Format: uuid
             * @description Identifier of the run.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            run_id: string;
            /**
             * Status
             * @description open, complete or abandoned
             * @example open
             */
            status: string | null;
            /**
             * Template
             * @description The template it was started from.
             * @example computational_workflow
             */
            template: string | null;
            /**
             * Valid
             * @description It breaks no rule of its schema.
             * @example true
             */
            valid: boolean;
        };
        /**
         * Runs
         * @description The runs of a dataset.
         */
        Runs: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Run"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * RunStart
         * @description The template of a new run, and the files it covers; all present ones without `files`.
         */
        RunStart: {
            /**
             * Files
             * @description Paths from the root of the dataset; all present files without.
             * @default null
             * @example [
             *       "raw/a.csv"
             *     ]
             */
            files: string[] | null;
            /**
             * Template
             * @description The kind of run.
             * @example computational_workflow
             */
            template: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * SchemaItem
         * @description A schema in a list; `reason` says why its layer won, `problem` why an override is not used.
         */
        SchemaItem: {
            /**
             * Kind
             * @description Whether it is for a document of its own, or for a kind of run.
             * @example document
             * @enum {string}
             */
            kind: "document" | "template";
            /**
             * Name
             * @description The schema's name.
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Problem
             * @description Why a local override is not used.
             * @example null
             */
            problem: string | null;
            /**
             * Reason
             * @description Why its layer won.
             * @example no local override
             */
            reason: string;
            /**
             * Source
             * @description Whether it lies in the tree or came with the program.
             * @example packaged
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Title
             * @description What people call it.
             * @example Computational workflow
             */
            title: string;
            /**
             * Version
             * @description As the schema says.
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Schemas
         * @description Every schema of the tree.
         */
        Schemas: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["SchemaItem"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * SchemasHealth
         * @description Local schemas that cannot be used.
         */
        SchemasHealth: {
            /**
             * Problems
             * @description Local schemas that cannot be used.
             */
            problems: components["schemas"]["SchemaTrouble"][];
        };
        /**
         * SchemaTrouble
         * @description A local override that is not used, and why.
         */
        SchemaTrouble: {
            /**
             * Message
             * @description Why it is not used.
             * @example line 3: not JSON
             */
            message: string;
            /**
             * Name
             * @description The schema's name.
             * @example project_descriptive
             */
            name: string;
        };
        /**
         * SchemaUsed
         * @description Which schema a document was judged by, and which layer it came from.
         */
        SchemaUsed: {
            /**
             * Name
             * @description The schema's name.
             * @example dataset_administrative
             */
            name: string;
            /**
             * Problem
             * @description Why a local override is not used.
             * @example null
             */
            problem: string | null;
            /**
             * Source
             * @description Whether it lies in the tree or came with the program.
             * @example packaged
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Url
             * @description Where the schema is read.
             * @example /api/v1/schemas/dataset_administrative
             */
            url: string;
            /**
             * Version
             * @description As the schema says.
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Skipped
         * @description What is described nowhere.
         */
        Skipped: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["SkippedPath"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * SkippedPath
         * @description A path that is described nowhere, and why.
         */
        SkippedPath: {
            /**
             * Path
             * @description From the root of the tree.
             * @example p_Heat/notes.txt
             */
            path: string;
            /**
             * Reason
             * @description Why it is not described.
             * @example lies in no dataset
             */
            reason: string;
        };
        /**
         * Source
         * @description What a value came from; one of the members, `dataset` also beside `file`.
         */
        Source: {
            /**
             * Dataset
             * @description A dataset's identifier.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset?: string | null;
            /** Document */
            document?: string | null;
            /**
             * File
             * @description A file's path from the root of the dataset.
             * @example raw/a.tif
             */
            file?: string | null;
            /**
             * Instrument
             * @description An instrument's short name.
             * @example confocal-2
             */
            instrument?: string | null;
            /**
             * Project
             * @description A project's identifier.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project?: string | null;
            /**
             * Run
             * @description A run's identifier.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            run?: string | null;
        };
        /**
         * SyncHealth
         * @description Whether the metadata store is told, and how many writes wait.
         */
        SyncHealth: {
            /**
             * Oldest Seconds
             * @description How long the oldest of them has waited; null: none waits.
             * @example null
             */
            oldest_seconds: number | null;
            /**
             * Problem
             * @description What is wrong, in words; null when nothing is.
             * @example null
             */
            problem: string | null;
            /**
             * Refused
             * @description Documents that the store does not have as they are: `/attention` tells which.
             * @example 0
             */
            refused: number;
            /**
             * State
             * @description Whether the metadata store answers; `off`: there is none.
             * @example ok
             * @enum {string}
             */
            state: "ok" | "away" | "off";
            /**
             * Waiting
             * @description Saves the store has not been told of.
             * @example 2
             */
            waiting: number;
        };
        /**
         * TablePreview
         * @description The first rows of a table, cells as they stand in the file.
         */
        TablePreview: {
            /**
             * Columns
             * @description Headings.
             * @example [
             *       "gene",
             *       "count"
             *     ]
             */
            columns: string[];
            /**
             * Entry
             * @description The file's entry in the structural document.
             */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @description What there is to see.
             * @constant
             */
            kind: "table";
            /**
             * Rows
             * @description Cells, row by row.
             * @example [
             *       [
             *         "HSP70",
             *         "120"
             *       ]
             *     ]
             */
            rows: string[][];
            /**
             * Truncated
             * @description There is more in the file.
             * @example false
             */
            truncated: boolean;
        };
        /**
         * Template
         * @description A template a run can start from.
         */
        Template: {
            /**
             * Name
             * @description The schema's name.
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Source
             * @description Whether it lies in the tree or came with the program.
             * @example packaged
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Template
             * @description What a run is started with.
             * @example computational_workflow
             */
            template: string;
            /**
             * Title
             * @description What people call it.
             * @example Computational workflow
             */
            title: string;
        };
        /**
         * Templates
         * @description The templates runs can start from.
         */
        Templates: {
            /**
             * Items
             * @description What the page holds, in order.
             */
            items: components["schemas"]["Template"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * TextPreview
         * @description The beginning of a text.
         */
        TextPreview: {
            /**
             * Encoding
             * @description How its bytes were read.
             * @example utf-8
             */
            encoding: string | null;
            /**
             * Entry
             * @description The file's entry in the structural document.
             */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @description What there is to see.
             * @constant
             */
            kind: "text";
            /**
             * Text
             * @description The first lines.
             * @example read me
             */
            text: string;
            /**
             * Truncated
             * @description There is more in the file.
             * @example false
             */
            truncated: boolean;
        };
        /**
         * TreeNamed
         * @description The tree that is served.
         */
        TreeNamed: {
            /**
             * Id
             * Format: uuid
             * @description Identifier of the tree.
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            id: string;
            /**
             * Name
             * @description What people call it.
             * @example Lab
             */
            name: string;
            /**
             * Path
             * @description Its folder on the machine that serves it.
             * @example /data/lab
             */
            path: string;
        };
        /**
         * Updated
         * @description How many files were described.
         */
        Updated: {
            /**
             * Updated
             * @description How many entries changed.
             * @example 1
             */
            updated: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
