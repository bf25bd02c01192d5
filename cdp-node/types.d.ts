// The types that the loader adds to those of the add-on. `scripts/types.mjs` puts them at the head of index.d.ts.

/** A value of a row; `Date` and `bigint` are read as their ISO and decimal text, a list as its JSON, nested objects are refused. */
export type Value = string | number | bigint | boolean | Date | null | undefined | readonly Value[]

/** One record as a plain object; keys may differ from row to row, what is absent is missing. */
export type Row = { readonly [column: string]: Value }

/** A table: rows, Arrow IPC bytes (stream or file), an apache-arrow table, or a CSV, JSON lines or Parquet file. */
export type Table = readonly object[] | Uint8Array | ArrayBuffer | ArrowTable | { readonly path: string }

/** Several tables by the name of their source; their columns may differ. */
export type Tables = { readonly [source: string]: Table }

/** What matters here of the class `Table` of apache-arrow. */
export interface ArrowTable {
  readonly schema: unknown
  readonly batches: readonly unknown[]
}

/** A configuration as a plain object: the keys of the TOML file. */
export type ConfigObject = { readonly [key: string]: unknown }

/** How a long call may be stopped and listened to. */
export interface CallOptions {
  /** Stops the call: its promise is rejected with the code `cancelled`. */
  signal?: AbortSignal
  /** Called on the event loop as the work advances. */
  progress?: (progress: Progress) => void
}

export interface ResolveOptions extends CallOptions {
  /** A trained model to use as it is; trained from the data where absent. */
  model?: Model
  /** Pairs that people confirmed or refused; without a model they move the one that is trained here. */
  decisions?: Decisions
  /** Threads to use; all cores where absent. The result does not depend on it. */
  threads?: number
  /** The most memory that the process may hold: bytes, or a text such as `2 GB`; what the machine has where absent. */
  memoryLimit?: number | string
}

export interface SegmentOptions {
  /** What time it is, for predicates on ages and events: a `Date`, `YYYY-MM-DD`, or an instant. The library reads no clock. */
  now?: Date | string
}

/** Some of the profiles: those for whom a predicate is true, or those with these ids. */
export type Who = string | readonly string[]

export interface ActivateOptions extends SegmentOptions {
  /**
   * Who allows the purpose. For whom a predicate is false has refused; for whom it is unknown has said nothing; nor have
   * those who are not in a list.
   */
  consent: Who
  /** Who allows it with their e-mail address or telephone number, where that is asked apart. */
  addressConsent?: { readonly email?: Who; readonly phone?: Who }
  /** What people said besides, by its name, where the destination is told once for a batch. */
  signals?: { readonly [name: string]: Who }
  /** Whom to export; all where absent. */
  members?: Who
  /** Only these kinds of values; all that the destination takes where absent. */
  kinds?: readonly string[]
  /** The country of people whose profile has none; without it their national telephone numbers are left out. */
  country?: string
  /** At most so many people a batch, where the destination takes more. */
  batchSize?: number
}

export interface ReportOptions extends SegmentOptions {
  /** The title of the page. */
  title?: string
  /** Whether personal values and record ids are replaced by their first letter and dots. */
  maskPersonal?: boolean
  /** When the report was made, in words. */
  madeAt?: string
}

export interface ByOptions extends AtOptions {
  /** At whose word, for the audit log. */
  by?: string
}

export interface EraseOptions extends ByOptions {
  /** Only say what would go. */
  dryRun?: boolean
}

export interface GraphActivateOptions extends ByOptions {
  /** The channel that the consents have to allow; any where absent. */
  channel?: string
  /** Whom to export: the name of a segment, or profile ids; all where absent. */
  members?: string | readonly string[]
  /** Only these kinds of values; all that the destination takes where absent. */
  kinds?: readonly string[]
  /** The country of people whose profile has none; without it their national telephone numbers are left out. */
  country?: string
  /** At most so many people a batch, where the destination takes more. */
  batchSize?: number
}

export interface BetweenOptions {
  /** Not those written before this instant. */
  notBefore?: Date | string | number
  /** Those written before this instant. */
  before?: Date | string | number
}

export interface ConsentOptions {
  /** The channel, such as `email`; any where absent. */
  channel?: string
  /** The address that is to be used: its kind (`email`, `phone`) and its value. */
  address?: [string, string]
  /** As of when; now where absent. */
  now?: Date | string | number
}

export interface AtOptions {
  /** When it was said; now, if not given. */
  at?: Date | string | number
}

export interface IngestOptions {
  /** When the messages arrived; now, if not given. A text without an offset is in UTC, here as everywhere. */
  received?: Date | string | number
  /** Whether the promise waits until they survive a crash (default), or is fulfilled at once. */
  wait?: boolean
  /** Aborted before the call, it keeps it from being made. */
  signal?: AbortSignal
}

export interface IngestFileOptions extends CallOptions {
  /** When the messages arrived; now, if not given. */
  received?: Date | string | number
  /** Whether a line that is at fault is left out and told, instead of ending the call. */
  skipFaults?: boolean
}

export interface WritableOptions {
  /** When the messages arrived; the time of each call, if not given. */
  received?: Date | string | number
  /** Called for each message that is refused as `invalid_message`; without it the first one ends the stream with that error. */
  onRefused?: (message: unknown, error: CdpError) => void
  /** How many messages may wait, and the most that are taken in at once; 1000 if not given. */
  highWaterMark?: number
}

export interface Graph {
  /**
   * A stream of messages into the graph (object mode): `pipeline(rows, graph.writable())`. Its `finish` says that everything written
   * survives a crash.
   */
  writable(options?: WritableOptions): import('node:stream').Writable
}

export interface NormalizeOptions {
  /** ISO 3166 region (`FR`) for phone numbers and postal codes without a country. */
  region?: string
  /** Order of day, month and year in numeric dates. */
  order?: 'dmy' | 'mdy' | 'ymd'
  /** Further placeholders. */
  placeholders?: string[]
  /** How the values were hashed before they came; they are compared exactly then. */
  hashed?: 'sha256'
  /** Whether the parts of the value and further keys are wanted too. */
  details?: boolean
}

/** A record: `[source, recordId]`, or its row, counted from 0, where there is one source. */
export type RecordRef = readonly [source: string, recordId: string] | number

/** The rows of the tables of a result. */
export interface ResultRows {
  assignments: { source: string; record_id: string; row: number; profile_id: string }
  profiles: { profile_id: string; size: number; sources: string } & { [golden: string]: string | number | null }
  links: Ends & { profile_id: string }
  refused: Ends & { reason: string }
}

/**
 * What changed from one result to another, or from one graph to another: merges, splits, moved records, golden values, segments,
 * consents.
 */
export declare function diff<T extends Resolution | Graph>(before: T, after: T, options?: DiffOptions): Promise<Diff>

export interface DiffOptions {
  /** Today, or now: for segments about ages and events. */
  now?: Date | string
  /** How many groups to show, those of the largest impact first; 1,000 where absent, `Infinity` for all. */
  examples?: number
}

/** The most of something that may change: a number, or a share of what there was before, such as `0.5%`. */
export type DiffLimit = number | string

/** How much may change; what is not named may change as it likes. */
export interface DiffLimits {
  merged?: DiffLimit
  split?: DiffLimit
  rearranged?: DiffLimit
  appeared?: DiffLimit
  disappeared?: DiffLimit
  renamed?: DiffLimit
  /** Members that moved; a share is of the members of both. */
  moved?: DiffLimit
  /** Profiles with a changed golden value. */
  values?: DiffLimit
  /** The same by golden field. */
  fields?: { readonly [field: string]: DiffLimit }
  /** Profiles that entered or left any one segment; a share is of its members before. */
  segment?: DiffLimit
  /** The same for single segments. */
  segments?: { readonly [segment: string]: DiffLimit }
  /** Answers about consent that changed, of any one purpose. */
  consents?: DiffLimit
  /** Of these, those that are granted now and were not. */
  newly_granted?: DiffLimit
}

/** The rows of the tables of a diff. */
export interface DiffRows {
  groups: {
    group: number
    kind: string
    before: string
    after: string
    members: number
    moved: number
    values: number
    entered: number
    left: number
    consents: number
    impact: number
    records: string
  }
  details: {
    group: number
    what: string
    name: string
    profile_before: string | null
    profile_after: string | null
    before: string | null
    after: string | null
  }
}

/** The two records of a link, its match weight in bits, and what made it. */
export interface Ends {
  source_a: string
  record_id_a: string
  source_b: string
  record_id_b: string
  match_weight: number
  rule: string
}

/** What the promises of this package are rejected with, and what its functions throw. */
export interface CdpError extends Error {
  /** A stable word, the same in every language: `unknown_column`, `predicate_syntax`, `cancelled`, ... */
  code: string
  /** The group of the code: `config`, `data`, `predicate`, `model`, `store`, `privacy`, `memory`, `cancelled`, `io` or `internal`. */
  family: string
  /** The values of the data that the message hides (`•••`), in their order: for whoever may see them. Not enumerable, so that printing an error does not show them. */
  values?: string[]
  /** Where the error speaks of a text: its line, from 1. */
  line?: number
  /** Where the error speaks of a text: its column, from 1. */
  column?: number
}
