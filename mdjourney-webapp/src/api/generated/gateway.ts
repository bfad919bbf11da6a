/** Written by tests/browser/web_types.py from the OpenAPI document of MDJourney gateway; not to be changed by hand. */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Alive
         * @description The gateway answers.
         */
        Alive: {
            /**
             * Status
             * @example ok
             * @constant
             */
            status: "ok";
        };
        /**
         * ApiToken
         * @description An API token, without its secret.
         */
        ApiToken: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string;
            /**
             * Name
             * @example microscope 2
             */
            name: string;
            /**
             * Scopes
             * @example [
             *       "read",
             *       "write"
             *     ]
             */
            scopes: string[];
            /**
             * Token Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            token_id: string;
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * ApiTokens
         * @description A person's API tokens.
         */
        ApiTokens: {
            /** Items */
            items: components["schemas"]["ApiToken"][];
        };
        /**
         * Change
         * @description Something the store learned.
         */
        Change: {
            /** Actor Domain */
            actor_domain: string | null;
            /** Actor User Id */
            actor_user_id: string | null;
            /**
             * At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /**
             * Event
             * @description The kind of document, or what a trial told.
             * @example project_descriptive
             */
            event: string;
            /** Event Id */
            event_id: number;
            /**
             * Known At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            known_at: string;
            /** Project Id */
            project_id: string | null;
            /**
             * Rel Path
             * @example p_Heat/.metadata/project_descriptive.json
             */
            rel_path: string | null;
            /**
             * Subject
             * @example project p_Heat: title
             */
            subject: string | null;
            /** Trial Id */
            trial_id: string | null;
        };
        /**
         * ChangedUser
         * @description An account after a change, and what it means for projects.
         */
        ChangedUser: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Disabled */
            disabled: boolean;
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Email
             * @example ada@example.org
             */
            email: string | null;
            /**
             * Has Password
             * @example true
             */
            has_password: boolean;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Not Checked
             * @description Why it was not seen whether there are such projects.
             * @example null
             */
            not_checked: string | null;
            /**
             * Projects Without Admin
             * @description Only the platform's admins can administer these now; with `force`.
             * @example []
             */
            projects_without_admin: components["schemas"]["NamedProject"][];
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "researcher" | "reader";
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * Changes
         * @description What changed, oldest first; `next_cursor` is always there.
         */
        Changes: {
            /** Items */
            items: components["schemas"]["Change"][];
            /**
             * More
             * @description Whether there is more already.
             */
            more: boolean;
            /**
             * Next Cursor
             * @example WzEyLCAxLCAzXQ
             */
            next_cursor: string;
        };
        /**
         * CheckedConfig
         * @description A config that could be used.
         */
        CheckedConfig: {
            /**
             * @example {
             *       "checksum": "sha256",
             *       "depth": 1,
             *       "history": {
             *         "dvc": true,
             *         "dvc_cache": "auto",
             *         "git": true
             *       },
             *       "ignore": [],
             *       "keep_running": true,
             *       "members": [],
             *       "monitor_path": "/data/lab",
             *       "name": "Lab",
             *       "project_prefix": "p_",
             *       "rescan_minutes": 10,
             *       "settle_seconds": 2,
             *       "store": {
             *         "sync": true
             *       },
             *       "watch": "auto"
             *     }
             */
            effective: components["schemas"]["SessionConfig"];
            /**
             * Name
             * @example Lab
             */
            name: string;
        };
        /**
         * ConfigVersion
         * @description One saved version of a config.
         */
        ConfigVersion: {
            /**
             * Diff
             * @description Unified, to the version before.
             * @example +monitor_path: /data/lab
             */
            diff: string;
            /**
             * Saved At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            saved_at: string;
            /**
             * Saved By
             * @example ada
             */
            saved_by: string;
            /** Version */
            version: number;
            /**
             * Yaml
             * @example monitor_path: /data/lab
             */
            yaml: string;
        };
        /**
         * ConfigVersions
         * @description Every version of a config, newest first.
         */
        ConfigVersions: {
            /** Items */
            items: components["schemas"]["ConfigVersion"][];
        };
        /**
         * Count
         * @description A value and how often it is there.
         */
        Count: {
            /** Count */
            count: number;
            /**
             * Value
             * @example clean
             */
            value: string;
        };
        /**
         * Dataset
         * @description A dataset.
         */
        Dataset: {
            /**
             * Access Level
             * @example Restricted
             */
            access_level: string | null;
            /** Bytes */
            bytes: number | null;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Dataset Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            dataset_id: string;
            /** Files */
            files: number | null;
            /**
             * License
             * @example CC-BY-4.0
             */
            license: string | null;
            /** Project Id */
            project_id: string | null;
            /** Rel Path */
            rel_path: string | null;
            /**
             * State
             * @description 0, 1 or 2: V0, V1, V2.
             * @example 1
             */
            state: number | null;
            /** Title */
            title: string | null;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * Datasets
         * @description A page of datasets.
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
         * Device
         * @description A device on which the person is signed in.
         */
        Device: {
            /**
             * Address
             * @example 127.0.0.1
             */
            address: string | null;
            /**
             * Agent
             * @example Mozilla/5.0
             */
            agent: string | null;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Current
             * @description Whether it is the one that asks.
             * @example true
             */
            current: boolean;
            /**
             * Seen At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            seen_at: string;
            /**
             * Sign In Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            sign_in_id: string;
        };
        /**
         * Devices
         * @description A person's sign-ins.
         */
        Devices: {
            /** Items */
            items: components["schemas"]["Device"][];
        };
        /**
         * Edge
         * @description What a text links to.
         */
        Edge: {
            /**
             * Target Entity Id
             * @example heat
             */
            target_entity_id: string;
            /**
             * Target Entity Type
             * @enum {string}
             */
            target_entity_type: "trial" | "project" | "tag";
        };
        /**
         * Edges
         * @description The edges a text would give.
         */
        Edges: {
            /** Items */
            items: components["schemas"]["Edge"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Facets
         * @description The most frequent values of each facet among what matches.
         */
        Facets: {
            /**
             * Facets
             * @example {
             *       "status": [
             *         {
             *           "count": 1,
             *           "value": "clean"
             *         }
             *       ]
             *     }
             */
            facets: {
                [key: string]: components["schemas"]["Count"][];
            };
            /**
             * Truncated
             * @description Whether only a part of the matches was counted.
             */
            truncated: boolean;
        };
        /**
         * FieldName
         * @description A field that searches can compare, and how often it is used.
         */
        FieldName: {
            /**
             * Field
             * @example quality_control_metrics.rin
             */
            field: string;
            /**
             * Type
             * @description What it holds; mixed: here a text, there a number.
             * @example number
             * @enum {string}
             */
            type: "text" | "number" | "mixed";
            /** Uses */
            uses: number;
        };
        /**
         * Fields
         * @description A page of names of fields.
         */
        Fields: {
            /** Items */
            items: components["schemas"]["FieldName"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * File
         * @description A file entry.
         */
        File: {
            /**
             * Checksum
             * @example sha256:9f86d081884c7d65…
             */
            checksum: string | null;
            /**
             * Extension
             * @example .csv
             */
            extension: string | null;
            /**
             * Mime Type
             * @example text/csv
             */
            mime_type: string | null;
            /** Modified At */
            modified_at: string | null;
            /**
             * Path
             * @example raw/plate 7.csv
             */
            path: string;
            /**
             * Role
             * @example raw data
             */
            role: string | null;
            /**
             * Size Bytes
             * @example 4096
             */
            size_bytes: number | null;
            /** State */
            state: number | null;
            /**
             * Status
             * @example present
             */
            status: string | null;
            /** Technical */
            technical: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * Files
         * @description A page of file entries.
         */
        Files: {
            /** Items */
            items: components["schemas"]["File"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Graph
         * @description Nodes and edges around one node.
         */
        Graph: {
            /** Edges */
            edges: components["schemas"]["mdjourney_gateway__catalogue__models__Link"][];
            /** Nodes */
            nodes: components["schemas"]["Node"][];
            /** Truncated */
            truncated: boolean;
        };
        /**
         * HasPassword
         * @description Whether the person has a password.
         */
        HasPassword: {
            /**
             * Has Password
             * @example true
             */
            has_password: boolean;
        };
        /** HistoryConfig */
        HistoryConfig: {
            /**
             * Dvc
             * @description Write a DVC pointer for every data file.
             * @default true
             */
            dvc: boolean;
            /**
             * Dvc Cache
             * @description How old bytes are kept; `none` records hashes only.
             * @default auto
             * @enum {string}
             */
            dvc_cache: "auto" | "copy" | "reflink" | "none";
            /**
             * Dvc Cache Gib
             * @description How much disk they may take, in GiB; beyond it hashes alone are recorded.
             */
            dvc_cache_gib?: number | null;
            /**
             * Git
             * @description Commit every change of metadata.
             * @default true
             */
            git: boolean;
        };
        /**
         * Line
         * @description A line of the log.
         */
        Line: {
            /**
             * Actor
             * @example ada
             */
            actor: string;
            /**
             * At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /**
             * Details
             * @example {
             *       "role": "researcher -> reader"
             *     }
             */
            details: {
                [key: string]: unknown;
            };
            /**
             * Event
             * @example account-changed
             */
            event: string;
            /**
             * Request Id
             * @example 1f4f5f0c9f3b4e0e8a6e2f6b8a7d0c11
             */
            request_id: string | null;
            /**
             * Subject
             * @description What it was done to.
             * @example bob
             */
            subject: string | null;
        };
        /**
         * Log
         * @description A page of the log, newest first.
         */
        Log: {
            /** Items */
            items: components["schemas"]["Line"][];
            /**
             * Next Cursor
             * @description Ask with it for older lines; null: there are none.
             * @example null
             */
            next_cursor: number | null;
        };
        /**
         * MadeToken
         * @description A new API token.
         */
        MadeToken: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            expires_at: string;
            /**
             * Name
             * @example microscope 2
             */
            name: string;
            /**
             * Scopes
             * @example [
             *       "read",
             *       "write"
             *     ]
             */
            scopes: string[];
            /**
             * Token
             * @description Its secret, shown once.
             * @example mdj_9dG3…
             */
            token: string;
            /**
             * Token Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            token_id: string;
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * MadeUser
         * @description A new account.
         */
        MadeUser: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Disabled */
            disabled: boolean;
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Email
             * @example ada@example.org
             */
            email: string | null;
            /**
             * Has Password
             * @example true
             */
            has_password: boolean;
            /**
             * Login Link
             * @description There when no password was given.
             */
            login_link: string | null;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "researcher" | "reader";
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * Match
         * @description A trial, project, dataset or file that matches; which members are there goes by `kind`.
         */
        Match: {
            /** At */
            at: string | null;
            /**
             * Checksum
             * @example sha256:9f86d081884c7d65…
             */
            checksum?: string | null;
            /** Dataset Id */
            dataset_id?: string | null;
            /** Dataset Path */
            dataset_path?: string | null;
            /**
             * Entity Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            entity_id: string;
            /**
             * Extension
             * @example .csv
             */
            extension?: string | null;
            /** File Id */
            file_id?: number | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "trial" | "project" | "dataset" | "file";
            /**
             * Mime Type
             * @example text/csv
             */
            mime_type?: string | null;
            /**
             * Path
             * @example raw/plate 7.csv
             */
            path?: string | null;
            /** Project Id */
            project_id: string | null;
            /**
             * Role
             * @example raw data
             */
            role?: string | null;
            /**
             * Size Bytes
             * @example 4096
             */
            size_bytes?: number | null;
            /** State */
            state?: number | null;
            /**
             * Status
             * @example clean
             */
            status?: string | null;
            /**
             * Tags
             * @example [
             *       "heat"
             *     ]
             */
            tags: string[] | null;
            /** Title */
            title: string | null;
            /** Trial Id */
            trial_id?: string | null;
            /** User Domain */
            user_domain?: string | null;
            /** User Id */
            user_id?: string | null;
        };
        /**
         * Matches
         * @description A page of a search.
         */
        Matches: {
            /** Items */
            items: components["schemas"]["Match"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
            /**
             * Total
             * @description Null: more than are counted, or not counted on this page.
             * @example 1
             */
            total: number | null;
        };
        /**
         * Link
         * @description A one-time link.
         */
        mdjourney_gateway__api__models__Link: {
            /**
             * Login Link
             * @description Path of a link that signs the person in once.
             * @example /login?token=q0x4ZDhJm2o8…
             */
            login_link: string;
        };
        /**
         * Link
         * @description An edge of the graph: `kind:id` of both ends.
         */
        mdjourney_gateway__catalogue__models__Link: {
            /**
             * Source
             * @example trial:3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            source: string;
            /**
             * Target
             * @example tag:heat
             */
            target: string;
        };
        /**
         * Moments
         * @description Something that happened to a trial.
         */
        Moments: {
            /** Actor Domain */
            actor_domain: string | null;
            /** Actor User Id */
            actor_user_id: string | null;
            /**
             * At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /** Detail */
            detail: {
                [key: string]: unknown;
            } | null;
            /**
             * Event
             * @example birth
             */
            event: string;
        };
        /**
         * MySessions
         * @description The session requests go to, and all of a person's.
         */
        MySessions: {
            session: components["schemas"]["SessionView"] | null;
            /** Sessions */
            sessions: components["schemas"]["SessionView"][];
        };
        /**
         * NamedProject
         * @description A project by name.
         */
        NamedProject: {
            /**
             * Name
             * @example Heat
             */
            name: string | null;
            /**
             * Project Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            project_id: string;
        };
        /**
         * Node
         * @description A node of the graph; `known` is false for what is not there or not the viewer's to see.
         */
        Node: {
            /** Birth Timestamp */
            birth_timestamp?: string | null;
            /** Clean Exit */
            clean_exit?: boolean | null;
            /** Death Timestamp */
            death_timestamp?: string | null;
            /**
             * Depth
             * @example 0
             */
            depth: number;
            /**
             * Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "trial" | "project" | "tag";
            /**
             * Known
             * @example true
             */
            known: boolean;
            /**
             * Label
             * @example Heat
             */
            label: string;
            /**
             * More
             * @description Whether it has more neighbours than are shown.
             */
            more: boolean;
            /** Project Id */
            project_id?: string | null;
        };
        /**
         * Parked
         * @description What the connector gave up on.
         */
        Parked: {
            /**
             * Entity Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            entity_id: string;
            /**
             * Entity Type
             * @example trial
             */
            entity_type: string;
            /**
             * Last Error
             * @example value too long
             */
            last_error: string | null;
        };
        /**
         * People
         * @description A page of people.
         */
        People: {
            /** Items */
            items: components["schemas"]["StorePerson"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Problem
         * @description RFC 9457: what is wrong, in words for people; some problems tell more.
         * @example {
         *       "type": "about:blank",
         *       "title": "Sign in first",
         *       "status": 401,
         *       "detail": "sign in first",
         *       "errors": [],
         *       "instance": "0f3a…",
         *       "code": null,
         *       "retry_after": null
         *     }
         */
        Problem: {
            /**
             * Code
             * @description For programs.
             * @default null
             * @example null
             */
            code: string | null;
            /**
             * Detail
             * @example sign in first
             */
            detail: string;
            /**
             * Errors
             * @description One for each fault.
             * @example []
             */
            errors: {
                [key: string]: unknown;
            }[];
            /**
             * Instance
             * @description The request id.
             * @default null
             * @example 0f3a…
             */
            instance: string | null;
            /**
             * Retry After
             * @description Seconds after which it may be asked again.
             * @default null
             * @example null
             */
            retry_after: number | null;
            /**
             * Status
             * @example 401
             */
            status: number;
            /**
             * Title
             * @example Sign in first
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
         * Project
         * @description A project with the numbers of what is in it.
         */
        Project: {
            /**
             * Alive
             * @description Trials that run.
             * @example 0
             */
            alive: number;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Created By Domain */
            created_by_domain: string | null;
            /** Created By User Id */
            created_by_user_id: string | null;
            /** Datasets */
            datasets: number;
            /** Last Birth */
            last_birth: string | null;
            /** Name */
            name: string | null;
            /**
             * Principal Investigator
             * @example Ada Lovelace
             */
            principal_investigator: string | null;
            /**
             * Project Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            project_id: string;
            /**
             * Project Status
             * @example Active
             */
            project_status: string | null;
            /** Rel Path */
            rel_path: string | null;
            /** Trials */
            trials: number;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * ProjectHistory
         * @description A page of what was saved.
         */
        ProjectHistory: {
            /** Items */
            items: components["schemas"]["Saved"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * ProjectRole
         * @description A person's role in a project.
         */
        ProjectRole: {
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "operator";
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * Projects
         * @description A page of projects.
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
         * Queue
         * @description What the connector still has to do.
         */
        Queue: {
            /** Oldest Seconds */
            oldest_seconds: number | null;
            /** Parked */
            parked: components["schemas"]["Parked"][];
            /**
             * Waiting
             * @example 0
             */
            waiting: number;
        };
        /**
         * Ready
         * @description What works.
         */
        Ready: {
            /**
             * Status
             * @example ok
             * @constant
             */
            status: "ok";
            /**
             * Store
             * @description The metadata store.
             * @enum {string}
             */
            store: "ok" | "away";
        };
        /**
         * RunningSession
         * @description A session as admins see it.
         */
        RunningSession: {
            /**
             * Config Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            config_id: string | null;
            /**
             * Last Used At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Log Tail
             * @description The last lines of a backend that died.
             * @example null
             */
            log_tail: string[] | null;
            /**
             * Memory Bytes
             * @example 94371840
             */
            memory_bytes: number | null;
            /**
             * Monitor Path
             * @example /data/lab
             */
            monitor_path: string;
            /**
             * Name
             * @example Lab
             */
            name: string;
            /**
             * Owner
             * @description Empty for a resident backend.
             * @example ada
             */
            owner: string;
            /**
             * Pid
             * @example 4242
             */
            pid: number | null;
            /**
             * Port
             * @example 8100
             */
            port: number | null;
            /**
             * Reason
             * @description Why it is being restarted or failed.
             * @example null
             */
            reason: string | null;
            /** Resident */
            resident: boolean;
            /**
             * Restarts
             * @example 0
             */
            restarts: number;
            /**
             * Session Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            session_id: string;
            /**
             * Spawn Seconds
             * @description Its last start, to the first answer.
             * @example 0.41
             */
            spawn_seconds: number | null;
            /**
             * Started At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            started_at: string;
            /**
             * State
             * @example ready
             * @enum {string}
             */
            state: "requested" | "starting" | "ready" | "stopping" | "stopped" | "failed";
        };
        /**
         * RunningSessions
         * @description Every session, resident backends too.
         */
        RunningSessions: {
            /** Items */
            items: components["schemas"]["RunningSession"][];
            /**
             * Waiting
             * @description Starts that wait for room.
             * @example 0
             */
            waiting: number;
        };
        /**
         * Saved
         * @description A document that was saved.
         */
        Saved: {
            /** Actor Domain */
            actor_domain: string | null;
            /** Actor User Id */
            actor_user_id: string | null;
            /**
             * At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /** Event Id */
            event_id: number;
            /**
             * Kind
             * @example project_descriptive
             */
            kind: string;
            /** Project Id */
            project_id: string | null;
            /**
             * Rel Path
             * @example p_Heat/.metadata/project_descriptive.json
             */
            rel_path: string;
            /**
             * Sha256
             * @example 9f86d081884c7d65…
             */
            sha256: string | null;
            /**
             * Subject
             * @example project p_Heat: title
             */
            subject: string | null;
            /** Trial Id */
            trial_id: string | null;
        };
        /**
         * SavedSearch
         * @description A search that is kept.
         */
        SavedSearch: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Name
             * @example hot runs
             */
            name: string;
            /**
             * Query
             * @example tag:heat status:clean
             */
            query: string;
            /**
             * Saved Search Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            saved_search_id: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * SavedSearches
         * @description A person's saved searches.
         */
        SavedSearches: {
            /** Items */
            items: components["schemas"]["SavedSearch"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * SessionConfig
         * @description Every key of a session config, with its default.
         */
        SessionConfig: {
            /**
             * Checksum
             * @description The checksum recorded for each file.
             * @default sha256
             * @constant
             */
            checksum: "sha256";
            /**
             * Depth
             * @description How many folders down projects may lie.
             * @default 1
             */
            depth: number;
            history?: components["schemas"]["HistoryConfig"];
            /**
             * Ignore
             * @description Further basename patterns that are not data.
             * @default []
             */
            ignore: string[];
            /**
             * Keep Running
             * @description Capture goes on when nobody is signed in.
             * @default true
             */
            keep_running: boolean;
            /**
             * Members
             * @description People who may use it, besides the owner.
             * @default []
             */
            members: string[];
            /**
             * Monitor Path
             * @description The folder to describe: absolute, below an allowed root.
             */
            monitor_path: string;
            /**
             * Name
             * @description What people call this config.
             */
            name?: string | null;
            /**
             * Project Prefix
             * @description How the name of a project folder begins.
             * @default p_
             */
            project_prefix: string;
            /**
             * Rescan Minutes
             * @description How often the whole tree is compared again.
             * @default 10
             */
            rescan_minutes: number;
            /**
             * Settle Seconds
             * @description How long a file must be still before it is taken.
             * @default 2
             */
            settle_seconds: number;
            store?: components["schemas"]["StoreConfig"];
            /**
             * Watch
             * @description How changes are noticed between scans.
             * @default auto
             * @enum {string}
             */
            watch: "auto" | "inotify" | "poll" | "off";
        };
        /**
         * SessionLog
         * @description The end of a session's log.
         */
        SessionLog: {
            /**
             * Lines
             * @description Oldest first.
             * @example [
             *       "INFO mdjourney_backend.assembly leading /data/lab"
             *     ]
             */
            lines: string[];
            /**
             * Session Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            session_id: string;
        };
        /**
         * SessionView
         * @description A session as its person sees it.
         */
        SessionView: {
            /**
             * Config Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            config_id: string | null;
            /**
             * Last Used At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Log Tail
             * @description The last lines of a backend that died.
             * @example null
             */
            log_tail: string[] | null;
            /**
             * Monitor Path
             * @example /data/lab
             */
            monitor_path: string;
            /**
             * Name
             * @example Lab
             */
            name: string;
            /**
             * Owner
             * @description Empty for a resident backend.
             * @example ada
             */
            owner: string;
            /**
             * Port
             * @example 8100
             */
            port: number | null;
            /**
             * Reason
             * @description Why it is being restarted or failed.
             * @example null
             */
            reason: string | null;
            /** Resident */
            resident: boolean;
            /**
             * Restarts
             * @example 0
             */
            restarts: number;
            /**
             * Session Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            session_id: string;
            /**
             * Started At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            started_at: string;
            /**
             * State
             * @example ready
             * @enum {string}
             */
            state: "requested" | "starting" | "ready" | "stopping" | "stopped" | "failed";
        };
        /**
         * SignedIn
         * @description Who is signed in, and the CSRF token of the sign-in.
         */
        SignedIn: {
            /**
             * Csrf Token
             * @description What unsafe requests carry as X-CSRF-Token; null for API tokens.
             * @example kq3w…
             */
            csrf_token: string | null;
            user: components["schemas"]["Who"];
        };
        /** StoreConfig */
        StoreConfig: {
            /**
             * Sync
             * @description Send what files say to the metadata store.
             * @default true
             */
            sync: boolean;
        };
        /**
         * StoredConfig
         * @description A stored session config.
         */
        StoredConfig: {
            /**
             * Config Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            config_id: string;
            /**
             * Keep Running
             * @example true
             */
            keep_running: boolean;
            /**
             * Members
             * @example [
             *       "grace"
             *     ]
             */
            members: string[];
            /**
             * Monitor Path
             * @example /data/lab
             */
            monitor_path: string;
            /**
             * Name
             * @example Lab
             */
            name: string;
            /**
             * Owner
             * @example ada
             */
            owner: string;
            /**
             * Running
             * @description Whether a backend serves it now.
             * @example true
             */
            running: boolean;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /** Version */
            version: number;
        };
        /**
         * StoredConfigs
         * @description Configs a person may use.
         */
        StoredConfigs: {
            /** Items */
            items: components["schemas"]["StoredConfig"][];
        };
        /**
         * StoreHealth
         * @description Whether the store answers.
         */
        StoreHealth: {
            connector: components["schemas"]["Queue"];
            /**
             * Status
             * @constant
             */
            status: "ok";
        };
        /**
         * StorePerson
         * @description A person of the store.
         */
        StorePerson: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Email
             * @example ada@example.org
             */
            email: string | null;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * Tag
         * @description A tag and how often it is used.
         */
        Tag: {
            /**
             * Tag
             * @example heat
             */
            tag: string;
            /** Uses */
            uses: number;
        };
        /**
         * Tags
         * @description A page of tags.
         */
        Tags: {
            /** Items */
            items: components["schemas"]["Tag"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Timeline
         * @description Everything that happened to a trial.
         */
        Timeline: {
            /** Items */
            items: components["schemas"]["Moments"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * ToldTrial
         * @description A trial with its metadata.
         */
        ToldTrial: {
            /**
             * Birth Timestamp
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            birth_timestamp: string;
            /** Clean Exit */
            clean_exit: boolean;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /**
             * Death Timestamp
             * @description Null while it runs.
             * @example null
             */
            death_timestamp: string | null;
            /** Experiment Name */
            experiment_name: string | null;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** Project Id */
            project_id: string | null;
            /** Project Name */
            project_name: string | null;
            /**
             * Recorded By
             * @enum {string}
             */
            recorded_by: "api" | "document";
            /**
             * Status
             * @enum {string}
             */
            status: "alive" | "clean" | "unclean" | "abandoned";
            /**
             * Template
             * @example computational_workflow
             */
            template: string | null;
            /**
             * Trial Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            trial_id: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /** User Domain */
            user_domain: string | null;
            /** User Id */
            user_id: string | null;
        };
        /**
         * Trace
         * @description Something that was done to a project's roles.
         */
        Trace: {
            /**
             * Action
             * @example role
             */
            action: string;
            /**
             * Actor Domain
             * @example local
             */
            actor_domain: string;
            /**
             * Actor User Id
             * @example ada
             */
            actor_user_id: string;
            /**
             * At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            at: string;
            /**
             * Detail
             * @description For roles: whose, before and after; null stands for none.
             * @example {
             *       "after": "operator",
             *       "domain": "local",
             *       "user_id": "bob"
             *     }
             */
            detail: {
                [key: string]: unknown;
            } | null;
            /** Event Id */
            event_id: number;
            /**
             * Object Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            object_id: string;
            /**
             * Object Type
             * @example project
             */
            object_type: string;
            /** Project Id */
            project_id: string | null;
            /** Project Name */
            project_name: string | null;
        };
        /**
         * Trail
         * @description A page of what was done, newest first.
         */
        Trail: {
            /** Items */
            items: components["schemas"]["Trace"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * Trial
         * @description A trial: one run of an experiment.
         */
        Trial: {
            /**
             * Birth Timestamp
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            birth_timestamp: string;
            /** Clean Exit */
            clean_exit: boolean;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /**
             * Death Timestamp
             * @description Null while it runs.
             * @example null
             */
            death_timestamp: string | null;
            /** Experiment Name */
            experiment_name: string | null;
            /** Project Id */
            project_id: string | null;
            /** Project Name */
            project_name: string | null;
            /**
             * Recorded By
             * @enum {string}
             */
            recorded_by: "api" | "document";
            /**
             * Status
             * @enum {string}
             */
            status: "alive" | "clean" | "unclean" | "abandoned";
            /**
             * Template
             * @example computational_workflow
             */
            template: string | null;
            /**
             * Trial Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            trial_id: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /** User Domain */
            user_domain: string | null;
            /** User Id */
            user_id: string | null;
        };
        /**
         * TrialDataset
         * @description A dataset that a trial belongs to.
         */
        TrialDataset: {
            /**
             * Dataset Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            dataset_id: string;
            /** Rel Path */
            rel_path: string | null;
            /** Title */
            title: string | null;
        };
        /**
         * Trials
         * @description A page of trials.
         */
        Trials: {
            /** Items */
            items: components["schemas"]["Trial"][];
            /**
             * Next Cursor
             * @description Ask with it for the next page; null on the last.
             * @example null
             */
            next_cursor: string | null;
        };
        /**
         * User
         * @description An account.
         */
        User: {
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Disabled */
            disabled: boolean;
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Email
             * @example ada@example.org
             */
            email: string | null;
            /**
             * Has Password
             * @example true
             */
            has_password: boolean;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "researcher" | "reader";
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * Users
         * @description Every account.
         */
        Users: {
            /** Items */
            items: components["schemas"]["User"][];
        };
        /**
         * Who
         * @description A person, as the rest of MDJourney knows them.
         */
        Who: {
            /**
             * Domain
             * @example local
             */
            domain: string;
            /**
             * Email
             * @example ada@example.org
             */
            email: string | null;
            /**
             * Name
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * Role
             * @enum {string}
             */
            role: "admin" | "researcher" | "reader";
            /**
             * User Id
             * @example ada
             */
            user_id: string;
        };
        /**
         * WholeConfig
         * @description A stored config with its text and the value of every key.
         */
        WholeConfig: {
            /**
             * Config Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            config_id: string;
            /**
             * @example {
             *       "checksum": "sha256",
             *       "depth": 1,
             *       "history": {
             *         "dvc": true,
             *         "dvc_cache": "auto",
             *         "git": true
             *       },
             *       "ignore": [],
             *       "keep_running": true,
             *       "members": [],
             *       "monitor_path": "/data/lab",
             *       "name": "Lab",
             *       "project_prefix": "p_",
             *       "rescan_minutes": 10,
             *       "settle_seconds": 2,
             *       "store": {
             *         "sync": true
             *       },
             *       "watch": "auto"
             *     }
             */
            effective: components["schemas"]["SessionConfig"];
            /**
             * Keep Running
             * @example true
             */
            keep_running: boolean;
            /**
             * Members
             * @example [
             *       "grace"
             *     ]
             */
            members: string[];
            /**
             * Monitor Path
             * @example /data/lab
             */
            monitor_path: string;
            /**
             * Name
             * @example Lab
             */
            name: string;
            /**
             * Owner
             * @example ada
             */
            owner: string;
            /**
             * Running
             * @description Whether a backend serves it now.
             * @example true
             */
            running: boolean;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /** Version */
            version: number;
            /**
             * Yaml
             * @example monitor_path: /data/lab
             *     name: Lab
             */
            yaml: string;
        };
        /**
         * WholeDataset
         * @description A dataset with its documents.
         */
        WholeDataset: {
            /**
             * Access Level
             * @example Restricted
             */
            access_level: string | null;
            /** Administrative */
            administrative: {
                [key: string]: unknown;
            } | null;
            /** Bytes */
            bytes: number | null;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /**
             * Dataset Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            dataset_id: string;
            /** Files */
            files: number | null;
            /**
             * License
             * @example CC-BY-4.0
             */
            license: string | null;
            /** Project Id */
            project_id: string | null;
            /** Rel Path */
            rel_path: string | null;
            /**
             * State
             * @description 0, 1 or 2: V0, V1, V2.
             * @example 1
             */
            state: number | null;
            /** Structural */
            structural: {
                [key: string]: unknown;
            } | null;
            /** Title */
            title: string | null;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * WholeProject
         * @description A project with its document and roles.
         */
        WholeProject: {
            /**
             * Alive
             * @description Trials that run.
             * @example 0
             */
            alive: number;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Created By Domain */
            created_by_domain: string | null;
            /** Created By User Id */
            created_by_user_id: string | null;
            /** Datasets */
            datasets: number;
            /** Details */
            details: {
                [key: string]: unknown;
            } | null;
            /** Last Birth */
            last_birth: string | null;
            /** Name */
            name: string | null;
            /** Origin Id */
            origin_id: string | null;
            /**
             * Principal Investigator
             * @example Ada Lovelace
             */
            principal_investigator: string | null;
            /**
             * Project Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            project_id: string;
            /**
             * Project Status
             * @example Active
             */
            project_status: string | null;
            /** Rel Path */
            rel_path: string | null;
            /** Roles */
            roles: components["schemas"]["ProjectRole"][];
            /** Trials */
            trials: number;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
        };
        /**
         * WholeTrial
         * @description A trial with its metadata, datasets and edges.
         */
        WholeTrial: {
            /**
             * Birth Timestamp
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            birth_timestamp: string;
            /** Clean Exit */
            clean_exit: boolean;
            /**
             * Created At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            created_at: string;
            /** Dataset Id */
            dataset_id: string | null;
            /** Datasets */
            datasets: components["schemas"]["TrialDataset"][];
            /**
             * Death Timestamp
             * @description Null while it runs.
             * @example null
             */
            death_timestamp: string | null;
            /** Edges */
            edges: components["schemas"]["Edge"][];
            /** Experiment Name */
            experiment_name: string | null;
            /** Metadata */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** Project Id */
            project_id: string | null;
            /** Project Name */
            project_name: string | null;
            /**
             * Recorded By
             * @enum {string}
             */
            recorded_by: "api" | "document";
            /**
             * Status
             * @enum {string}
             */
            status: "alive" | "clean" | "unclean" | "abandoned";
            /**
             * Template
             * @example computational_workflow
             */
            template: string | null;
            /**
             * Trial Id
             * @example 3b8f6f1c-6f0e-4c5e-9f0e-0c9b1f2a7d11
             */
            trial_id: string;
            /**
             * Updated At
             * Format: date-time
             * @example 2026-03-01T09:30:00.000Z
             */
            updated_at: string;
            /** User Domain */
            user_domain: string | null;
            /** User Id */
            user_id: string | null;
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
