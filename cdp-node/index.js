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
    return [name, value]
  })
  return Object.fromEntries(functions)
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

/** Runs `start(control)` and settles as it does; `signal` cancels it. */
async function run({ progress, signal } = {}, start) {
  const control = new native.Control(progress)
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
    return JSON.stringify(rows)
  } catch {
    // Only big integers fail in plain rows; looking at every value for them would double the time of all others.
    try {
      return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
    } catch {
      throw invalid('an object holds itself (give plain objects)')
    }
  }
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
  const options = given ?? {}
  const [packed, rules] = await Promise.all([pack(tables), toConfig(config)])
  return run(options, (control) => work(packed, rules, options.model, options.decisions, options.threads, options.memoryLimit?.toString(), control))
}

async function profile(tables, config, options) {
  const [packed, given] = await Promise.all([pack(tables), toConfig(config)])
  return run(options ?? {}, (control) => native.profile(packed, given, control))
}

async function evaluate(assignments, truth) {
  return native.evaluate(await packOne(assignments), await packOne(truth))
}

const isoDate = (now) => (now instanceof Date ? now.toISOString() : now)

/** What changed from one result to another, or from one graph to another. */
async function diff(before, after, options) {
  const { now, examples } = options ?? {}
  for (const [name, given] of Object.entries({ before, after })) {
    if (!(given instanceof (before instanceof Graph ? Graph : Resolution))) throw invalid(`'${name}' is of the wrong type (give two results, or two graphs)`)
  }
  const work = before instanceof Graph ? native.diffGraphs : native.diffResults
  return work(before, after, isoDate(now), examples)
}

async function segment(result, predicate, options) {
  const { now } = options ?? {}
  const of = result instanceof Graph ? await result.snapshot() : result
  return native.segment(of, predicate, isoDate(now))
}

/** Of several settings those that were given. */
const given = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value != null))

async function activate(result, destination, purpose, options) {
  const { consent, addressConsent, signals, members, kinds, country, batchSize, now } = options ?? {}
  const settings = { consent, address_consent: addressConsent, signals, members, kinds, country, batch_size: batchSize }
  return native.activate(result, given({ destination, purpose, ...settings }), isoDate(now))
}

/** Arguments of which `null` is as good as none. */
const absent = (given) => given.map((value) => value ?? undefined)

/** Replaces a method of the add-on by one that converts for it. */
function wrap(type, name, convert) {
  const original = type.prototype[name]
  type.prototype[name] = async function (...given) {
    return convert((...converted) => original.apply(this, converted), ...absent(given))
  }
}

wrap(Resolution, 'rows', async (rows, table) => parseRows(await rows(table)))
wrap(native.Diff, 'rows', async (rows, name) => parseRows(await rows(name)))
wrap(native.Export, 'rows', async (rows, batch = 0) => parseRows(await rows(batch)))
for (const name of ['overlaps', 'members'])
  wrap(Resolution, name, (work, what, { now, ...rest } = {}) => work(what, isoDate(now), ...(name === 'members' ? [rest.fields] : [])))
wrap(Resolution, 'breakdown', (breakdown, predicate, field, { now } = {}) => breakdown(predicate, field, isoDate(now)))
wrap(Resolution, 'compareSegments', (compare, before, after, { now, later } = {}) => compare(before, after, isoDate(now), isoDate(later)))
wrap(Resolution, 'membership', (membership, id, predicate, { now } = {}) => membership(id, predicate, isoDate(now)))
wrap(Resolution, 'exportMembers', (work, predicate, path, { now, fields } = {}) => work(predicate, path, isoDate(now), fields))
wrap(Resolution, 'report', (report, path, options = {}) => report(path, { ...options, now: isoDate(options.now) }))

const { Predicate } = native
const { sql } = Predicate.prototype
Predicate.prototype.sql = function (dialect, options) {
  const { now, tables } = options ?? {}
  return sql.call(this, dialect, isoDate(now), tables)
}

let last = 0

/** Milliseconds since 1970: of a `Date`, a text, a number, or now, later than all before: of two decisions, the later one counts. */
function millis(instant) {
  const time = instant == null ? (last = Math.max(Date.now(), last + 1)) : new Date(instant).getTime()
  if (!Number.isFinite(time)) throw invalid(`'•••' is no instant (give a Date, or a text such as 2024-05-01T12:00:00Z)`)
  return time
}

const someMillis = (instant) => (instant == null ? undefined : millis(instant))

const invalid = (message) => Object.assign(new TypeError(message), { code: 'invalid_input', family: 'data' })

wrap(Graph, 'ingest', async (ingest, messages, { received, wait = true, signal } = {}) => {
  if (signal?.aborted) throw Object.assign(new Error('the call was cancelled'), { code: 'cancelled', family: 'cancelled' })
  const json = typeof messages === 'string' ? messages : toJson(messages)
  if (json === undefined) throw invalid(`${typeof messages} is no message (give an object, a list of objects, or JSON)`)
  return ingest(json, millis(received), wait)
})

wrap(Graph, 'ingestFile', (ingest, path, { received, skipFaults = false, ...options } = {}) =>
  run(options, (control) => ingest(path, millis(received), skipFaults, control)))

const readChanges = Graph.prototype.changes
/** A promise of one page, which is also an iterator over all pages from there on. */
Graph.prototype.changes = function (since, limit, types, profileId, options) {
  const { notBefore, before } = options ?? {}
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
  const { received, onRefused, highWaterMark = 1000 } = options ?? {}
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
  wrap(Graph, name, (decide, a, b, { at } = {}) => decide(a, b, millis(at)))
for (const name of ['remove', 'removeSource']) wrap(Graph, name, (remove, what, { at } = {}) => remove(what, millis(at)))
wrap(Graph, 'restore', (restore, source, recordId, { at } = {}) => restore(source, recordId, millis(at)))
wrap(Graph, 'unlock', (unlock, keys) => unlock(keys.map(([id]) => id), keys.map(([, secret]) => secret)))
wrap(Graph, 'consent', (consent, id, purpose, { channel, address, now } = {}) => consent(id, purpose, channel, address, millis(now)))
wrap(Graph, 'erase', (erase, id, { by = '', dryRun = false, at } = {}) => erase(id, by, dryRun, millis(at)))
wrap(Graph, 'lift', (lift, kind, value, { by = '', at } = {}) => lift(kind, value, by, millis(at)))
wrap(Graph, 'exportSubject', async (exportSubject, id, { by = '', at } = {}) => JSON.parse(await exportSubject(id, by, millis(at))))
for (const name of ['restrict', 'release', 'importTombstones'])
  wrap(Graph, name, (work, what, { by = '', at } = {}) => work(what, by, millis(at)))
for (const name of ['object', 'rectify'])
  wrap(Graph, name, (work, whom, what, { by = '', at } = {}) => work(whom, what, by, millis(at)))
wrap(Graph, 'activate', (activate, destination, purpose, { channel, members, kinds, country, batchSize, by = '', at } = {}) =>
  activate(given({ destination, purpose, channel, members, kinds, country, batch_size: batchSize }), by, millis(at)))
wrap(Graph, 'noteSent', (note, ids, destination, purpose = '', { at } = {}) => note(ids, destination, purpose, millis(at)))
wrap(Graph, 'changesTable', (read, since, limit, types, id, { notBefore, before } = {}) =>
  read(since, limit, types, id, ...[notBefore, before].map(someMillis)))
wrap(Graph, 'asOf', (asOf, instant, by) => asOf(millis(instant), by))
wrap(Graph, 'advance', (advance, now) => advance(millis(now)))
wrap(Graph, 'growth', (growth, segment, instants) => growth(segment, instants.map(millis)))

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
