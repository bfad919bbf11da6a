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
            /** Items */
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
            /** File Path */
            file_path: string;
            /** Received */
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
            /** Items */
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
             * @example ada@example.org
             */
            email: string;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string;
        };
        /**
         * BulkAnswer
         * @description What was changed, or would be.
         */
        BulkAnswer: {
            /** Changes */
            changes: components["schemas"]["BulkChange"][];
            /**
             * Documents
             * @example 2
             */
            documents: number;
            /** Dry Run */
            dry_run: boolean;
            /**
             * Errors
             * @example 0
             */
            errors: number;
            /** Saved */
            saved: boolean;
        };
        /**
         * BulkChange
         * @description One field that changes, or (`error`) that cannot; `row` is the line of a table it came from.
         */
        BulkChange: {
            /**
             * After
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * Before
             * @example CC-BY-4.0
             */
            before: unknown;
            /**
             * Document
             * @example p_Heat/day 1/.metadata/dataset_administrative.json
             */
            document: string;
            /**
             * Error
             * @example null
             */
            error: string | null;
            /**
             * Pointer
             * @example /license
             */
            pointer: string;
            /**
             * Row
             * @example null
             */
            row: number | null;
            /**
             * Title
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
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * Before
             * @example CC-BY-4.0
             */
            before: unknown;
            /**
             * Op
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
             * @example 52428800
             */
            bytes: number;
            /**
             * Dry Run
             * @example true
             */
            dry_run: boolean;
            /**
             * Objects
             * @example 2
             */
            objects: number;
            /**
             * Removed Bytes
             * @example 52428800
             */
            removed_bytes: number;
            /**
             * Removed Objects
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
             * @example 1
             */
            revision: number;
            /**
             * Run Id
             * Format: uuid
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
             * @example 1048576
             */
            bytes: number;
            /** Complete */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /**
             * Files
             * @example 2
             */
            files: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /** Modified */
            modified: string | null;
            /**
             * Owed
             * @description With its runs.
             * @example 7
             */
            owed: number;
            /**
             * Path
             * @example p_Heat/day 1
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Runs
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
             * @example Day 1
             */
            title: string | null;
            /** Valid */
            valid: boolean;
        };
        /**
         * Datasets
         * @description The datasets of a project.
         */
        Datasets: {
            /** Items */
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
             * @example 1048576
             */
            bytes: number;
            /** Complete */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /**
             * Files
             * @example 2
             */
            files: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /** Modified */
            modified: string | null;
            /**
             * Owed
             * @description With its runs.
             * @example 7
             */
            owed: number;
            /**
             * Path
             * @example p_Heat/day 1
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Runs
             * @example 2
             */
            runs: number;
            /** Runs List */
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
             * @example Day 1
             */
            title: string | null;
            /** Valid */
            valid: boolean;
        };
        /**
         * Diff
         * @description What one commit changed in a document.
         */
        Diff: {
            /** Changes */
            changes: components["schemas"]["Change"][];
            /**
             * Commit
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
             * @example 52428800
             */
            cache_bytes: number | null;
            /**
             * Free Bytes
             * @example 52428800
             */
            free_bytes: number | null;
            /**
             * Total Bytes
             * @example 52428800
             */
            total_bytes: number | null;
        };
        /**
         * DocumentAnswer
         * @description A document with its schema, what is wrong with it, what a person still owes, and its ETag.
         */
        DocumentAnswer: {
            /** Complete */
            complete: boolean;
            /**
             * Content
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
            /** Errors */
            errors: components["schemas"]["Fault"][];
            /**
             * Etag
             * @example "9f86d081884c7d659a2feaa0c55ad015"
             */
            etag: string;
            /** Missing */
            missing: components["schemas"]["Fault"][];
            schema: components["schemas"]["SchemaUsed"];
            /** Valid */
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
             * @example ro-crate
             * @enum {string}
             */
            format: "ro-crate" | "ro-crate-1.1" | "bagit" | "datacite" | "datacite-xml" | "jsonld" | "prov";
            /** Lacking */
            lacking: components["schemas"]["Lacking"][];
            /** Ok */
            ok: boolean;
        };
        /**
         * Facets
         * @description What fits the filters, and what else could be chosen.
         */
        Facets: {
            /** Bytes */
            bytes: number;
            /** Facets */
            facets: {
                [key: string]: components["schemas"]["FacetValue"][];
            };
            /** Total */
            total: number;
        };
        /**
         * FacetValue
         * @description A value ("" stands for none) and how many files would have it under the other choices.
         */
        FacetValue: {
            /** Count */
            count: number;
            /** Value */
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
             * @example Licence
             */
            title: string;
            /**
             * Value
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
             * @example CC-BY-4.0
             */
            after: unknown;
            /**
             * At
             * Format: date-time
             * @example 2026-11-22T09:30:00.000000Z
             */
            at: string;
            author: components["schemas"]["Author"];
            /**
             * Before
             * @example CC-BY-4.0
             */
            before: unknown;
            /**
             * Commit
             * @example a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a
             */
            commit: string;
            /**
             * Op
             * @example replace
             * @enum {string}
             */
            op: "add" | "remove" | "replace";
            /**
             * Subject
             * @example p_Heat/day 1: edit dataset_administrative
             */
            subject: string;
        };
        /**
         * FieldHistory
         * @description What became of one field, newest first. A page may be short, even empty, and still have a cursor.
         */
        FieldHistory: {
            /** Items */
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
            /** Items */
            items: {
                [key: string]: unknown;
            }[];
            /** Next Cursor */
            next_cursor: string | null;
            /** Total */
            total: number;
        };
        /**
         * Health
         * @description Always answered while the backend runs; what is wrong stands in the parts.
         */
        Health: {
            /** Available */
            available: boolean;
            /**
             * Corrupt
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
            /** Leader */
            leader: boolean;
            pipeline: components["schemas"]["PipelineHealth"];
            schemas: components["schemas"]["SchemasHealth"];
            /**
             * Skipped
             * @example 2
             */
            skipped: number;
            /**
             * Status
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
        };
        /**
         * HistoryHealth
         * @description Where commits go, and how many writes wait for one.
         */
        HistoryHealth: {
            /**
             * Mode
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
             * @example 2
             */
            waiting: number;
        };
        /**
         * ImagePreview
         * @description A picture: its size in points, and the address of a small PNG of it.
         */
        ImagePreview: {
            /** Entry */
            entry: {
                [key: string]: unknown;
            };
            /** Height */
            height: number;
            /**
             * Kind
             * @constant
             */
            kind: "image";
            /** Thumbnail */
            thumbnail: string;
            /** Width */
            width: number;
        };
        /**
         * Impact
         * @description What a local schema changes, or would.
         */
        Impact: {
            /**
             * Documents
             * @example 2
             */
            documents: number;
            /** Dry Run */
            dry_run: boolean;
            /**
             * Impact
             * @example 2 of 5 documents would become incomplete
             */
            impact: string;
            /**
             * Incomplete
             * @example [
             *       "p_Heat/.metadata/project_descriptive.json"
             *     ]
             */
            incomplete: string[];
            /**
             * Invalid
             * @example []
             */
            invalid: string[];
            /**
             * Name
             * @example contextual/computational_workflow
             */
            name: string;
            /** Saved */
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
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Inbox
         * @description Everything a person still owes.
         */
        Inbox: {
            /** Items */
            items: components["schemas"]["InboxItem"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
            /**
             * Total
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
             * @example Licence
             */
            field_title: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "missing" | "invalid";
            /**
             * Message
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
             * @example /api/v1/runs/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/metadata/experiment_contextual
             */
            url: string;
        };
        /**
         * InStep
         * @description The answer to a rescan.
         */
        InStep: {
            /** In Step */
            in_step: boolean;
        };
        /**
         * Instrument
         * @description An instrument in a list.
         */
        Instrument: {
            /** Complete */
            complete: boolean;
            /** Instrument Id */
            instrument_id: string | null;
            /**
             * Manufacturer
             * @example Zeiss
             */
            manufacturer: string | null;
            /**
             * Model
             * @example LSM 980
             */
            model: string | null;
            /**
             * Name
             * @example Confocal 2
             */
            name: string | null;
            /**
             * Slug
             * @example confocal-2
             */
            slug: string;
            /**
             * Type
             * @example Microscope
             */
            type: string | null;
        };
        /**
         * Instruments
         * @description The instruments of the tree.
         */
        Instruments: {
            /** Items */
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
             * @example [
             *       "p_Heat/day 1"
             *     ]
             */
            datasets: string[];
            /**
             * Files
             * @example 2
             */
            files: number;
            /**
             * Slug
             * @example confocal-2
             */
            slug: string;
        };
        /**
         * InstrumentSuggestions
         * @description What could be registered.
         */
        InstrumentSuggestions: {
            /** Items */
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
             * @example Ada Lovelace
             */
            name: string;
        };
        /**
         * NoPreview
         * @description Why there is nothing to see.
         */
        NoPreview: {
            /** Entry */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @constant
             */
            kind: "none";
            /** Reason */
            reason: string;
        };
        /**
         * Origin
         * @description Where a value came from.
         */
        Origin: {
            /** At */
            at: string | null;
            by: components["schemas"]["Named"] | null;
            /** Commit */
            commit: string | null;
            /**
             * Kind
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
             * @example contextual/computational_workflow
             */
            name: string;
            /** Source */
            source: ("local" | "packaged") | null;
        };
        /**
         * OverrideSent
         * @description A local schema, and whether to look only.
         */
        OverrideSent: {
            /**
             * Dry Run
             * @default false
             * @example true
             */
            dry_run: boolean;
            /**
             * Schema
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
             * @example Licence
             */
            title: string;
            /**
             * Url
             * @example /api/v1/runs/7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10/metadata/experiment_contextual
             */
            url: string;
        };
        /**
         * Partly
         * @description What is there of it; the next range begins at `received`.
         */
        Partly: {
            /** Received */
            received: number;
            /** Total */
            total: number | null;
        };
        /**
         * PipelineHealth
         * @description What is dirty, waits to be read, or does not settle.
         */
        PipelineHealth: {
            /**
             * Dirty
             * @example 0
             */
            dirty: number | null;
            /**
             * Growing
             * @example [
             *       "p_Heat/day 1/long.csv"
             *     ]
             */
            growing: string[];
            /**
             * Pending Files
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
             * @example p_Heat/day 1/.metadata/dataset_administrative.json was not saved
             */
            detail: string;
            /** Errors */
            errors: components["schemas"]["ProblemError"][];
            /**
             * Instance
             * @default null
             * @example 3f2a9c51
             */
            instance: string | null;
            /**
             * Status
             * @example 422
             */
            status: number;
            /**
             * Title
             * @example Not valid
             */
            title: string;
            /**
             * Type
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
             * @default null
             */
            key: string | null;
            /**
             * Message
             * @example Licence: 'MTI' is no SPDX identifier
             */
            message: string;
            /**
             * Pointer
             * @default null
             * @example /license
             */
            pointer: string | null;
            /**
             * Title
             * @default null
             */
            title: string | null;
            /**
             * Value
             * @default null
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
             * @example 2
             */
            bytes_done: number;
            /**
             * Bytes Total
             * @example 2
             */
            bytes_total: number;
            /**
             * Files Done
             * @example 2
             */
            files_done: number;
            /**
             * Files Per Second
             * @example 420.5
             */
            files_per_second: number;
            /**
             * Files Total
             * @example 2
             */
            files_total: number;
            /**
             * Seconds Left
             * @example 12.5
             */
            seconds_left: number | null;
        };
        /**
         * Project
         * @description A project in a list.
         */
        Project: {
            /** Complete */
            complete: boolean;
            /**
             * Datasets
             * @example 2
             */
            datasets: number;
            /**
             * Missing
             * @description How many answers are owed.
             * @example 3
             */
            missing: number;
            /** Modified */
            modified: string | null;
            /**
             * Owed
             * @description With its datasets and their runs.
             * @example 18
             */
            owed: number;
            /**
             * Path
             * @example p_Heat
             */
            path: string;
            /**
             * Project Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Status
             * @example Active
             */
            status: string | null;
            /**
             * Title
             * @example Heat stress in roots
             */
            title: string | null;
            /** Valid */
            valid: boolean;
        };
        /**
         * Projects
         * @description The projects a person may see.
         */
        Projects: {
            /** Items */
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
             * @example 2026-11-22T09:30:00.000000Z
             */
            at: string;
            author: components["schemas"]["Author"];
            /**
             * Commit
             * @example a7e0243d1c9b4f5e8a60b7c2d3e4f5061728394a
             */
            commit: string;
            /**
             * Subject
             * @example p_Heat/day 1: edit dataset_administrative
             */
            subject: string;
        };
        /**
         * Revisions
         * @description The history of a document, newest first.
         */
        Revisions: {
            /** Items */
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
            /** Birth Timestamp */
            birth_timestamp: string | null;
            /**
             * Clean Exit
             * @example null
             */
            clean_exit: boolean | null;
            /** Complete */
            complete: boolean;
            /**
             * Dataset Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            dataset_id: string;
            /** Death Timestamp */
            death_timestamp: string | null;
            /**
             * Files
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
             * @example Heat shift, replicate 1
             */
            name: string | null;
            /**
             * Project Id
             * Format: uuid
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            project_id: string;
            /**
             * Revision
             * @example null
             */
            revision: number | null;
            /**
             * Run Id
             * Format: uuid
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
             * @example computational_workflow
             */
            template: string | null;
            /** Valid */
            valid: boolean;
        };
        /**
         * Runs
         * @description The runs of a dataset.
         */
        Runs: {
            /** Items */
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
             * @default null
             * @example [
             *       "raw/a.csv"
             *     ]
             */
            files: string[] | null;
            /**
             * Template
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
             * @enum {string}
             */
            kind: "document" | "template";
            /**
             * Name
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Problem
             * @example null
             */
            problem: string | null;
            /**
             * Reason
             * @example no local override
             */
            reason: string;
            /**
             * Source
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Title
             * @example Computational workflow
             */
            title: string;
            /**
             * Version
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Schemas
         * @description Every schema of the tree.
         */
        Schemas: {
            /** Items */
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
            /** Problems */
            problems: components["schemas"]["SchemaTrouble"][];
        };
        /**
         * SchemaTrouble
         * @description A local override that is not used, and why.
         */
        SchemaTrouble: {
            /**
             * Message
             * @example line 3: not JSON
             */
            message: string;
            /**
             * Name
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
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Url
             * @example /api/v1/schemas/dataset_administrative
             */
            url: string;
            /**
             * Version
             * @example 1.0.0
             */
            version: string;
        };
        /**
         * Skipped
         * @description What is described nowhere.
         */
        Skipped: {
            /** Items */
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
             * @example p_Heat/notes.txt
             */
            path: string;
            /**
             * Reason
             * @example lies in no dataset
             */
            reason: string;
        };
        /**
         * Source
         * @description What a value came from; one of the members, `dataset` also beside `file`.
         */
        Source: {
            /** Dataset */
            dataset?: string | null;
            /** Document */
            document?: string | null;
            /**
             * File
             * @example raw/a.tif
             */
            file?: string | null;
            /** Instrument */
            instrument?: string | null;
            /** Project */
            project?: string | null;
            /** Run */
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
             * State
             * @enum {string}
             */
            state: "ok" | "away" | "off";
            /**
             * Waiting
             * @example 2
             */
            waiting: number;
        };
        /**
         * TablePreview
         * @description The first rows of a table, cells as they stand in the file.
         */
        TablePreview: {
            /** Columns */
            columns: string[];
            /** Entry */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @constant
             */
            kind: "table";
            /** Rows */
            rows: string[][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * Template
         * @description A template a run can start from.
         */
        Template: {
            /**
             * Name
             * @example contextual/computational_workflow
             */
            name: string;
            /**
             * Source
             * @enum {string}
             */
            source: "local" | "packaged";
            /**
             * Template
             * @example computational_workflow
             */
            template: string;
            /**
             * Title
             * @example Computational workflow
             */
            title: string;
        };
        /**
         * Templates
         * @description The templates runs can start from.
         */
        Templates: {
            /** Items */
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
            /** Encoding */
            encoding: string | null;
            /** Entry */
            entry: {
                [key: string]: unknown;
            };
            /**
             * Kind
             * @constant
             */
            kind: "text";
            /** Text */
            text: string;
            /** Truncated */
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
             * @example 7f3c1c1e-6f0e-4e7b-9a51-0c8f4b8f2f10
             */
            id: string;
            /**
             * Name
             * @example Lab
             */
            name: string;
            /**
             * Path
             * @example /data/lab
             */
            path: string;
        };
        /**
         * Updated
         * @description How many files were described.
         */
        Updated: {
            /** Updated */
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
