// What callers give: instants in any zone, options by name, texts with halves of characters; every error has code and family.
'use strict'
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { test } = require('node:test')
const cdp = require('..')

const LOGIN = { type: 'identify', userId: 'u1', traits: { email: 'ann@example.fr' } }
const ROWS = [{ id: '1', email: 'ann@example.fr' }]

/** When a message was taken in, as a process in another time zone reads it. */
function received(given) {
  const script = `
    const { Graph } = require(${JSON.stringify(join(__dirname, '..'))})
    Graph.open().then(async (graph) => {
      const [change] = await graph.ingest(${JSON.stringify(LOGIN)}, { received: ${given} })
      process.stdout.write(change.at)
    }, () => process.exit(1))`
  const { stdout, status, stderr } = spawnSync(process.execPath, ['-e', script], { env: { ...process.env, TZ: 'America/New_York' }, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout
}

test('an instant without an offset is in UTC, whatever the time zone of the machine', () => {
  for (const given of [`'2026-03-01T12:00:00'`, `'2026-03-01 12:00'`, `'2026-03-01T07:00:00-05:00'`, `new Date(Date.UTC(2026, 2, 1, 12))`, '1772366400000'])
    assert.equal(received(given), '2026-03-01T12:00:00.000Z', given)
  // As the core reads dates, the same in every language: not what Date makes of it.
  assert.equal(received(`'01/02/2026'`), '2026-02-01T00:00:00.000Z')
})

test('what is no instant is refused', async () => {
  const graph = await cdp.Graph.open(null, { segments: { s: 'exists(order)' } })
  for (const given of [true, [2026], {}, 'soon', NaN, new Date(NaN), 10n]) {
    await assert.rejects(graph.ingest(LOGIN, { received: given }), { code: 'invalid_input', family: 'data' }, String(given))
    await assert.rejects(graph.advance(given), { code: 'invalid_input' })
    await assert.rejects(graph.growth('s', [given]), { code: 'invalid_input' })
    await assert.rejects(graph.asOf(given), { code: 'invalid_input' })
    assert.throws(() => graph.changes(0, 10, [], undefined, { notBefore: given }), { code: 'invalid_input' })
  }
  await assert.rejects(cdp.segment(graph, 'exists(order)', { now: new Date(NaN) }), { code: 'invalid_input' })
})

test('options that are given by position are refused, not dropped', async () => {
  const graph = await cdp.Graph.open()
  const result = await cdp.resolve(ROWS)
  const wrong = { code: 'invalid_input', message: /^the options are no plain object \(give them by name/ }
  for (const call of [
    () => graph.ingest(LOGIN, '2020-01-01T00:00:01Z'),
    () => graph.erase('p1', '2020-01-01'),
    () => graph.remove(['crm', '1'], new Date()),
    () => graph.consent('p1', 'news', 'email'),
    () => cdp.segment(result, 'TRUE', '2020-01-01'),
    () => cdp.resolve(ROWS, undefined, result.model),
    () => cdp.profile(ROWS, undefined, []),
    () => cdp.diff(result, result, 5),
    () => result.report('r.html', 'title'),
    () => result.members('TRUE', ['email']),
  ])
    await assert.rejects(async () => call(), wrong, String(call))
  assert.throws(() => graph.writable(5), wrong)
  assert.throws(() => result.predicate('TRUE').sql('duckdb', '2020-01-01'), wrong)
  assert.equal((await graph.counts()).messages, 0)
  // None, and objects of another realm's kind, are fine.
  await graph.ingest(LOGIN, null)
  await graph.ingest(LOGIN, Object.assign(Object.create(null), { received: '2026-03-01' }))
  await graph.ingest(LOGIN, require('node:vm').runInNewContext(`({ received: '2026-03-01' })`))
})

test('half a character becomes the sign for one that is lost', async () => {
  const half = 'Ann 😀'.slice(0, 5)
  const graph = await cdp.Graph.open()
  await graph.ingest([LOGIN, { type: 'identify', userId: 'u2', traits: { firstName: half, [half]: 'x' } }])
  await graph.ingest(JSON.stringify({ type: 'identify', userId: 'u3', traits: { firstName: `\\ud83d ${half}` } }))
  const [second] = await graph.find({ customer_id: 'u2' })
  const [third] = await graph.find({ customer_id: 'u3' })
  assert.equal(second.fields.given_name, 'Ann \ufffd')
  // A backslash of the text is none of JSON.
  assert.equal(third.fields.given_name, '\\ud83d Ann \ufffd')
  const config = { sources: { crm: { id: 'id', fields: { note: 'text' } } } }
  const result = await cdp.resolve({ crm: [{ id: '1', note: half }, { id: '2', note: 'Bob 😀' }] }, config)
  const notes = (await result.rows('profiles')).map((profile) => profile.note)
  assert.deepEqual(notes.sort(), ['Ann \ufffd', 'Bob 😀'])
})

test('every error has a code and a family', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'a.json')
  writeFileSync(file, '{}')
  const graph = await cdp.Graph.open(null, { segments: { s: 'exists(order)' } })
  const circle = {}
  circle.self = circle
  const personal = { email: 'ann@example.fr' }
  for (const [call, words] of [
    [() => cdp.Config.load(personal)],
    [() => cdp.Model.load(personal)],
    [() => cdp.Scenario.load(personal)],
    [() => cdp.Scenario.loadAll(personal)],
    [() => new cdp.Graph(), /^new Graph: it cannot be made so/],
    [() => new cdp.Resolution()],
    [() => new cdp.Config(() => 1)],
    [() => new cdp.Config('a.toml')],
    [() => graph.growth('s', 'x'), /^'instants' is no list/],
    [() => graph.growth('s')],
    [() => graph.unlock({}), /^'keys' is no list/],
    [() => graph.unlock([5])],
    [() => cdp.resolve(ROWS, undefined, { signal: {} }), /^'signal' is no AbortSignal/],
    [() => cdp.resolve(ROWS, undefined, { progress: 5 }), /^'progress' is no function/],
    [() => graph.ingest(circle), /holds itself/],
    [() => graph.ingest({ get type() { throw new Error('ann@example.fr') } }), /its getter or toJSON throws/],
    [() => cdp.resolve([{ toJSON() { throw new Error('ann@example.fr') } }]), /its getter or toJSON throws/],
    [() => cdp.Graph.open(file), /this is a file, and a store is a folder \(give the path of a folder/],
    [() => cdp.resolve({ crm: { path: 's3://lake/people.csv' } }), /only files of this machine are opened/],
  ]) {
    await assert.rejects(async () => call(), (error) => {
      assert.ok(typeof error.code === 'string' && typeof error.family === 'string', `${call}: ${error.code} ${error.family} ${error.message}`)
      assert.doesNotMatch(error.message, /ann@example/, String(call))
      if (words) assert.match(error.message, words)
      return true
    }, String(call))
  }
})

test('every function of a class of the add-on is one that says what is wrong', () => {
  const native = require('../light-cdp.node')
  for (const [name, type] of Object.entries(native)) {
    if (typeof type !== 'function' || !/^[A-Z]/.test(name)) continue
    for (const holder of [type, type.prototype])
      for (const [key, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(holder)))
        if (typeof value === 'function') assert.ok(writable, `${name}.${key} is not writable`)
  }
})

test('a class is still what its objects are made by', async () => {
  const config = new cdp.Config({})
  assert.ok(config instanceof cdp.Config && config.constructor === cdp.Config)
  assert.ok((await cdp.Graph.open(null, config)) instanceof cdp.Graph)
})

test('a list is kept as its JSON, in rows as in messages', async () => {
  const config = { sources: { crm: { id: 'id', fields: { tags: 'category' } } }, segments: { gold: `'gold' IN tags` } }
  const record = { id: '1', tags: ['gold', 'x'] }
  const graph = await cdp.Graph.open(null, config)
  await graph.ingest({ type: 'record', source: 'crm', record })
  const result = await cdp.resolve({ crm: [record] }, config)
  const live = await graph.members('gold')
  assert.equal(live.length, 1)
  assert.deepEqual(await cdp.segment(result, config.segments.gold), live)
  assert.equal((await result.rows('profiles'))[0].tags, '["gold","x"]')
})

test('the tables that the SQL of a predicate reads', async () => {
  const arrow = require('apache-arrow')
  const graph = await cdp.Graph.open(null, { segments: { buyer: 'exists(order)' } })
  await graph.ingest([LOGIN, { type: 'track', event: 'order', userId: 'u1' }], { received: '2026-03-01' })
  const tables = await (await graph.snapshot()).sqlTables(`segment('buyer') AND source('events')`, { now: '2026-03-02' })
  const rows = Object.entries(tables).map(([name, bytes]) => [name, arrow.tableFromIPC(bytes).numRows])
  assert.deepEqual(Object.fromEntries(rows), { profiles: 1, events: 1, consents: 0, lists: 0, segments: 1 })
})
