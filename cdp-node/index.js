// The entry of light-cdp: loads the native add-on, packs tables for it, and ties abort signals to its calls.
//
// Only what must happen on the JavaScript side is here; everything else is the add-on's, and every rule is the core's.
'use strict'

const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { Writable } = require('node:stream')

const native = guarded(load())

/** Rows packed between two turns of the event loop: about 20 ms of work with ten columns. */
const ROWS_A_TURN = 10_000

/** Bytes of JSON lines parsed between two turns. */
const BYTES_A_TURN = 1 << 20

function load() {
  const platform = `${process.platform}-${process.arch}`
  const files = ['light-cdp.node', `light-cdp.${platform}.node`].map((name) => join(__dirname, name)).filter(existsSync)
  const failures = []
  for (const file of files) {
    try {
      return require(file)
    } catch (error) {
      failures.push(error.message.split('\n')[0])
    }
  }
  const what = files.length > 0 ? `its native add-on does not load on ${platform}: ${failures.join('; ')}` : `there is no native add-on for ${platform}`
  const remedy = 'build the package with Rust: npm run build in the folder cdp-node of a clone of its repository, and install that folder'
  throw Object.assign(new Error(`light-cdp: ${what}; ${remedy}`), { code: 'ERR_DLOPEN_FAILED' })
}

/** The add-on with errors of ours where an argument is of the wrong type: its own say what was given, which may be personal data. */
function guarded(addon) {
  const functions = Object.entries(addon).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value]
    if (!/^[A-Z]/.test(name)) return [name, guard(name, value)]
    for (const holder of [value, value.prototype])
      for (const [key, { value: method, writable }] of Object.entries(Object.getOwnPropertyDescriptors(holder)))
        if (typeof method === 'function' && writable && key !== 'constructor') holder[key] = guard(key, method)
    return [name, guardedClass(name, value)]
  })
  return Object.fromEntries(functions)
}

/** A class that says with an error of ours what it cannot be made from. */
function guardedClass(name, type) {
  const construct = (target, given, called) => {
    try {
      return Reflect.construct(target, given, called)
    } catch (error) {
      if (error.family !== undefined) throw error
      throw invalid(`new ${name}: it cannot be made so (index.d.ts says what it takes, and which of its functions makes one)`)
    }
  }
  const guarded = new Proxy(type, { construct })
  type.prototype.constructor = guarded
  return guarded
}

function guard(name, work) {
  return function (...given) {
    try {
      return work.apply(this, given)
    } catch (error) {
      const wanted = /^(Invalid|\w*(?=Expected$))/.exec(error.code)?.[0]
      if (error.family !== undefined || wanted === undefined) throw error
      throw invalid(`${name}: an argument is of the wrong type${wanted === 'Invalid' ? '' : `, a ${wanted.toLowerCase()} is expected`} (index.d.ts says what it takes)`)
    }
  }
}

/** The options of a call, by name: given by position, they would be dropped without a word. */
function settings(given) {
  if (given == null) return {}
  const prototype = typeof given === 'object' ? Object.getPrototypeOf(given) : undefined
  const isPlain = prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null)
  if (!isPlain) throw invalid('the options are no plain object (give them by name, such as { now: instant })')
  return given
}

/** Runs `start(control)` and settles as it does; `signal` cancels it. */
async function run({ progress, signal }, start) {
  if (progress != null && typeof progress !== 'function') throw invalid(`'progress' is no function`)
  if (signal != null && typeof signal.addEventListener !== 'function') throw invalid(`'signal' is no AbortSignal (give that of an AbortController)`)
  const control = new native.Control(progress ?? undefined)
  const abort = () => control.cancel()
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  try {
    return await start(control)
  } finally {
    signal?.removeEventListener('abort', abort)
    // Reports that are still queued reach the listener before the caller goes on.
    if (progress) await nextTurn()
  }
}

function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A table, or a mapping from source names to tables, as the add-on reads them. */
async function pack(tables) {
  if (isTable(tables)) return [await packOne(tables)]
  if (tables === null || typeof tables !== 'object') throw notATable(tables)
  const packed = []
  for (const [source, table] of Object.entries(tables)) packed.push(await packOne(table, source))
  return packed
}

function isTable(value) {
  return Array.isArray(value) || isBytes(value) || isArrow(value) || isFile(value)
}

const isBytes = (value) => value instanceof Uint8Array || value instanceof ArrayBuffer
const isArrow = (value) => Array.isArray(value?.batches) && value.schema !== undefined
const isFile = (value) => typeof value?.path === 'string'

async function packOne(table, source) {
  if (isBytes(table)) return { source, arrow: new Uint8Array(table.buffer ?? table, table.byteOffset, table.byteLength) }
  if (isArrow(table)) return { source, arrow: await arrowBytes(table) }
  if (isFile(table)) return { source, path: table.path }
  if (Array.isArray(table)) return { source, rows: await packRows(table) }
  throw notATable(table, source)
}

/** JSON is the fastest way over the border: V8 writes it natively, the add-on reads it off the event loop. */
async function packRows(rows) {
  const chunks = []
  for (let start = 0; start < rows.length; start += ROWS_A_TURN) {
    if (start > 0) await nextTurn()
    chunks.push(Buffer.from(toJson(rows.slice(start, start + ROWS_A_TURN))))
  }
  return chunks
}

function toJson(rows) {
  try {
    return wellFormed(JSON.stringify(rows))
  } catch {
    // Only big integers fail in plain rows; looking at every value for them would double the time of all others.
    try {
      return wellFormed(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? value.toString() : value)))
    } catch (error) {
      throw Object.assign(invalid(unwritten(error)), { cause: error })
    }
  }
}

/** Why something has no JSON; what a getter of the caller's said may be personal, and is the `cause` only. */
function unwritten(error) {
  if (error instanceof TypeError && /circular/.test(error.message)) return 'an object holds itself (give plain objects)'
  if (error instanceof RangeError) return 'an object is too deep or too long for JSON (give plain objects, fewer at once)'
  return 'an object has no JSON: its getter or toJSON throws (give plain objects)'
}

/** JSON without halves of characters, such as `slice` leaves of an emoji: each is what it is in UTF-8, U+FFFD. */
function wellFormed(json) {
  if (!/\\ud/i.test(json)) return json
  // Escape by escape, so that a backslash of the text is none of JSON; a pair is a whole character.
  return json.replace(/\\(?:ud[89ab]..\\ud[c-f]..|ud[89a-f]..|.)/gi, (escape) => (/^\\ud.{3}$/i.test(escape) ? '\\ufffd' : escape))
}

/** apache-arrow comes as a CommonJS and as an ES module; each can only write the tables of its own classes. */
async function arrowBytes(table) {
  const modules = [require('apache-arrow'), await import('apache-arrow')]
  const arrow = modules.find((module) => module.Table === table.constructor) ?? modules[0]
  return arrow.tableToIPC(table, 'stream')
}

function notATable(value, source) {
  const what = value === null ? 'null' : typeof value
  const place = source === undefined ? '' : `source '${source}': `
  const forms = 'give an array of rows, Arrow IPC bytes, an apache-arrow table, or { path } of a file'
  return Object.assign(new TypeError(`${place}${what} is not a table (${forms})`), { code: 'invalid_input', family: 'data' })
}

/** Rows from JSON lines; parsed in pieces, so that other work gets its turn. */
async function parseRows(bytes) {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const rows = []
  for (let start = 0; start < lines.length; ) {
    if (start > 0) await nextTurn()
    const end = lines.indexOf(10, start + BYTES_A_TURN)
    const piece = lines.toString('utf8', start, end < 0 ? lines.length : end).trimEnd()
    for (const row of JSON.parse(`[${piece.replaceAll('\n', ',')}]`)) rows.push(row)
    start = end < 0 ? lines.length : end + 1
  }
  return rows
}

const { Config, Decisions, Graph, Model, Resolution } = native

/** A configuration as callers give it: a `Config`, a plain object, the path of a file, or nothing. */
function toConfig(config) {
  if (config == null || config instanceof Config) return config
  if (typeof config !== 'string' && typeof config !== 'object') throw invalid(`a ${typeof config} is no configuration (give a Config, an object, or the path of a file)`)
  return typeof config === 'string' ? Config.load(config) : new Config(config)
}

async function resolve(tables, config, options) {
  return match(native.resolve, tables, config, options)
}

async function train(tables, config, options) {
  return match(native.train, tables, config, options)
}

/** Packs the tables and calls one of the add-on's functions that match them. */
async function match(work, tables, config, given) {
  const options = settings(given)
  const [packed, rules] = await Promise.all([pack(tables), toConfig(config)])
  return run(options, (control) => work(packed, rules, options.model, options.decisions, options.threads, options.memoryLimit?.toString(), control))
}

async function profile(tables, config, options) {
  const named = settings(options)
  const [packed, given] = await Promise.all([pack(tables), toConfig(config)])
  return run(named, (control) => native.profile(packed, given, control))
}

async function evaluate(assignments, truth) {
  return native.evaluate(await packOne(assignments), await packOne(truth))
}

const isoDate = (now) => (now instanceof Date ? new Date(millis(now)).toISOString() : now)

/** What changed from one result to another, or from one graph to another. */
async function diff(before, after, options) {
  const { now, examples } = settings(options)
  for (const [name, given] of Object.entries({ before, after })) {
    if (!(given instanceof (before instanceof Graph ? Graph : Resolution))) throw invalid(`'${name}' is of the wrong type (give two results, or two graphs)`)
  }
  const work = before instanceof Graph ? native.diffGraphs : native.diffResults
  return work(before, after, isoDate(now), examples)
}

async function segment(result, predicate, options) {
  const { now } = settings(options)
  const of = result instanceof Graph ? await result.snapshot() : result
  return native.segment(of, predicate, isoDate(now))
}

/** Of several settings those that were given. */
const given = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value != null))

async function activate(result, destination, purpose, options) {
  const { consent, addressConsent, signals, members, kinds, country, batchSize, now } = settings(options)
  const asked = { consent, address_consent: addressConsent, signals, members, kinds, country, batch_size: batchSize }
  return native.activate(result, given({ destination, purpose, ...asked }), isoDate(now))
}

/** Arguments of which `null` is as good as none. */
const absent = (given) => given.map((value) => value ?? undefined)

/** Replaces a method of the add-on by one that converts for it; `position` is that of its options among the arguments. */
function wrap(type, name, convert, position) {
  const original = type.prototype[name]
  type.prototype[name] = async function (...given) {
    if (position !== undefined) given[position] = settings(given[position])
    return convert((...converted) => original.apply(this, converted), ...absent(Array.from(given)))
  }
}

wrap(Resolution, 'rows', async (rows, table) => parseRows(await rows(table)))
wrap(native.Diff, 'rows', async (rows, name) => parseRows(await rows(name)))
wrap(native.Export, 'rows', async (rows, batch = 0) => parseRows(await rows(batch)))
wrap(Resolution, 'overlaps', (overlaps, names, { now }) => overlaps(names, isoDate(now)), 1)
wrap(Resolution, 'sqlTables', (tables, predicate, { now }) => tables(predicate, isoDate(now)), 1)
wrap(Resolution, 'members', (members, predicate, { now, fields }) => members(predicate, isoDate(now), fields), 1)
wrap(Resolution, 'breakdown', (breakdown, predicate, field, { now }) => breakdown(predicate, field, isoDate(now)), 2)
wrap(Resolution, 'compareSegments', (compare, before, after, { now, later }) => compare(before, after, isoDate(now), isoDate(later)), 2)
wrap(Resolution, 'membership', (membership, id, predicate, { now }) => membership(id, predicate, isoDate(now)), 2)
wrap(Resolution, 'exportMembers', (work, predicate, path, { now, fields }) => work(predicate, path, isoDate(now), fields), 2)
wrap(Resolution, 'report', (report, path, options) => report(path, { ...options, now: isoDate(options.now) }), 1)

const { Predicate } = native
const { sql } = Predicate.prototype
Predicate.prototype.sql = function (dialect, options) {
  const { now, tables } = settings(options)
  return sql.call(this, dialect, isoDate(now), tables)
}

let last = 0

/** Milliseconds since 1970: of a `Date`, a text, a number, or now, later than all before: of two decisions, the later one counts. */
function millis(instant) {
  const time = instant == null ? (last = Math.max(Date.now(), last + 1)) : instantOf(instant)
  if (!Number.isFinite(time)) throw invalid(`'•••' is no instant (give a Date, a text such as 2024-05-01T12:00:00Z, or milliseconds since 1970)`)
  return time
}

/** A text is read by the core: `Date` would take one without an offset for the time of this machine's zone, and `1/2` for January. */
function instantOf(instant) {
  if (typeof instant === 'string') return native.readInstant(instant)
  if (instant instanceof Date) return instant.getTime()
  return typeof instant === 'number' ? instant : NaN
}

/** What has to be a list, as one. */
function listed(value, name, such) {
  if (!Array.isArray(value)) throw invalid(`'${name}' is no list (give one, ${such})`)
  return value
}

const someMillis = (instant) => (instant == null ? undefined : millis(instant))

const invalid = (message) => Object.assign(new TypeError(message), { code: 'invalid_input', family: 'data' })

wrap(Graph, 'ingest', async (ingest, messages, { received, wait, signal }) => {
  if (signal?.aborted) throw Object.assign(new Error('the call was cancelled'), { code: 'cancelled', family: 'cancelled' })
  const json = typeof messages === 'string' ? wellFormed(messages) : toJson(messages)
  if (json === undefined) throw invalid(`${typeof messages} is no message (give an object, a list of objects, or JSON)`)
  return ingest(json, millis(received), wait ?? true)
}, 1)

wrap(Graph, 'ingestFile', (ingest, path, { received, skipFaults, ...options }) =>
  run(options, (control) => ingest(path, millis(received), skipFaults ?? false, control)), 1)

const readChanges = Graph.prototype.changes
/** A promise of one page, which is also an iterator over all pages from there on. */
Graph.prototype.changes = function (since, limit, types, profileId, options) {
  const { notBefore, before } = settings(options)
  const between = [notBefore, before].map(someMillis)
  const page = (after) => readChanges.call(this, after, limit, types, profileId, ...between)
  const first = page(since)
  first[Symbol.asyncIterator] = async function* () {
    for (let changes = await first; changes.length > 0; changes = await page(changes.at(-1).number)) yield* changes
  }
  return first
}

/** A stream that takes messages in, as many at once as have gathered. */
Graph.prototype.writable = function (options) {
  const { received, onRefused, highWaterMark = 1000 } = settings(options)
  const take = async (messages) => {
    try {
      await this.ingest(messages, { received })
    } catch (error) {
      // A list is taken in whole or not at all: which messages are at fault shows one by one.
      if (error.code !== 'invalid_message' || !onRefused) throw error
      await Promise.all(messages.map((message) => this.ingest(message, { received }).catch((fault) => {
        if (fault.code !== 'invalid_message') throw fault
        onRefused(message, fault)
      })))
    }
  }
  const settled = (messages, done) => void take(messages).then(() => done(), done)
  return new Writable({
    objectMode: true,
    highWaterMark,
    write: (message, encoding, done) => settled([message], done),
    writev: (chunks, done) => settled(chunks.map(({ chunk }) => chunk), done),
  })
}

for (const name of ['confirm', 'refuse', 'forget', 'split'])
  wrap(Graph, name, (decide, a, b, { at }) => decide(a, b, millis(at)), 2)
for (const name of ['remove', 'removeSource']) wrap(Graph, name, (remove, what, { at }) => remove(what, millis(at)), 1)
wrap(Graph, 'restore', (restore, source, recordId, { at }) => restore(source, recordId, millis(at)), 2)
wrap(Graph, 'unlock', (unlock, keys) => {
  const pairs = listed(keys, 'keys', 'as exportKeys gave them').map((pair) => listed(pair, 'a key', 'as exportKeys gave them'))
  return unlock(pairs.map(([id]) => id), pairs.map(([, secret]) => secret))
})
wrap(Graph, 'consent', (consent, id, purpose, { channel, address, now }) => consent(id, purpose, channel ?? undefined, address ?? undefined, now == null ? undefined : millis(now), millis()), 2)
wrap(Graph, 'erase', (erase, id, { by, dryRun, at }) => erase(id, by ?? '', dryRun ?? false, millis(at)), 1)
wrap(Graph, 'lift', (lift, kind, value, { by, at }) => lift(kind, value, by ?? '', millis(at)), 2)
wrap(Graph, 'exportSubject', async (exportSubject, id, { by, at }) => JSON.parse(await exportSubject(id, by ?? '', millis(at))), 1)
for (const name of ['restrict', 'release', 'importTombstones'])
  wrap(Graph, name, (work, what, { by, at }) => work(what, by ?? '', millis(at)), 1)
for (const name of ['object', 'rectify'])
  wrap(Graph, name, (work, whom, what, { by, at }) => work(whom, what, by ?? '', millis(at)), 2)
wrap(Graph, 'activate', (activate, destination, purpose, { channel, members, kinds, country, batchSize, by, at }) =>
  activate(given({ destination, purpose, channel, members, kinds, country, batch_size: batchSize }), by ?? '', millis(at)), 2)
wrap(Graph, 'noteSent', (note, ids, destination, purpose = '', { at }) => note(ids, destination, purpose, millis(at)), 3)
wrap(Graph, 'changesTable', (read, since, limit, types, id, { notBefore, before }) =>
  read(since, limit, types, id, ...[notBefore, before].map(someMillis)), 4)
wrap(Graph, 'asOf', (asOf, instant, by) => asOf(millis(instant), by))
wrap(Graph, 'advance', (advance, now) => advance(millis(now)))
wrap(Graph, 'growth', (growth, segment, instants) => growth(segment, listed(instants, 'instants', 'such as [instant, instant]').map(millis)))

const openGraph = Graph.open
Graph.open = async (path, config, model) => {
  if (path != null && typeof path !== 'string') throw invalid(`a ${typeof path} is no path`)
  const [given, trained] = await Promise.all([toConfig(config), typeof model === 'string' ? Model.load(model) : model])
  return openGraph(path, given, trained)
}

wrap(Graph, 'under', async (under, config, model) => under(await toConfig(config), typeof model === 'string' ? await Model.load(model) : model))

const inferPacked = Config.infer
Config.infer = async (tables) => inferPacked(await pack(tables))

const decisionsFrom = Decisions.from
Decisions.from = async (table) => decisionsFrom(await packOne(table))

// `JSON.stringify` shows what is inside.
for (const type of [Config, Model]) type.prototype.toJSON = type.prototype.toObject

const { Diff, Export, Scenario, normalize, onWork, similarity } = native

module.exports = { Config, Decisions, Diff, Export, Graph, Model, Predicate, Resolution, Scenario, activate, diff, evaluate, normalize, onWork, profile, resolve, segment, similarity, train }
