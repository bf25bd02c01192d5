// The live graph from Node.
'use strict'
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { test } = require('node:test')
const { setTimeout: pause } = require('node:timers/promises')
const { Graph, onWork } = require('..')

const VISIT = { type: 'page', anonymousId: 'a1', name: 'Home', timestamp: '2024-05-01T09:00:00Z' }
const LOGIN = {
  type: 'identify',
  anonymousId: 'a1',
  userId: 'u1',
  traits: { email: 'Ann@Example.fr', firstName: 'Ann' },
  timestamp: new Date('2024-05-01T09:05:00Z'),
}

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'light-cdp-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('a visitor becomes a customer', async () => {
  const graph = await Graph.open()
  const [created] = await graph.ingest(VISIT)
  assert.equal(created.type, 'profile_created')
  await graph.ingest([LOGIN])
  const [profile] = await graph.find({ email: 'ann@example.fr' })
  assert.deepEqual(profile.devices, ['a1'])
  assert.equal(profile.fields.given_name, 'Ann')
  assert.equal(profile.events, 1)
  assert.deepEqual(await graph.profile(created.profileId), profile)
  assert.deepEqual(await graph.profileOf(['events', 'user:u1']), profile)
  assert.deepEqual(await graph.find({ customer_id: 'u2' }), [])
  assert.equal(await graph.profile('p000000000000000000000000'), null)
  const feed = await graph.changes()
  assert.deepEqual(feed.map((change) => change.number), feed.map((_, index) => index + 1))
  assert.deepEqual(await graph.changes(feed.length), [])
})

test('people are told apart, joined, removed and brought back', async () => {
  const graph = await Graph.open(null, { sources: { crm: { id: 'id', fields: { mail: 'email' } } } })
  await graph.ingest([1, 2].map((id) => ({ type: 'record', source: 'crm', record: { id, mail: 'home@voila.fr' } })))
  const [together] = await graph.find({ email: 'home@voila.fr' })
  const how = await graph.how(together.profileId)
  assert.deepEqual(how.merges.map(({ rule, weight }) => [rule, weight]), [['identifier:email', Infinity]])
  await graph.split(together.profileId, [['crm', '2']])
  assert.equal((await graph.counts()).profiles, 2)
  const [refused] = await graph.refused()
  assert.match(refused.reason, /different people/)
  await graph.forget(['crm', '1'], ['crm', '2'])
  await graph.remove(['crm', '1'])
  assert.equal(await graph.profileOf(['crm', '1']), null)
  await graph.restore('crm', '1')
  assert.deepEqual(await graph.find({ email: 'home@voila.fr' }), [together])
  await graph.removeSource('crm')
  await assert.rejects(graph.removeSource('crm'), { code: 'not_found' })
})

test('the graph as it was, and as tables', async () => {
  const graph = await Graph.open()
  await graph.ingest(VISIT, { received: '2024-05-02T00:00:00Z' })
  await graph.ingest(LOGIN, { received: new Date('2024-05-03T00:00:00Z') })
  const then = await graph.asOf('2024-05-02T12:00:00Z')
  assert.deepEqual(await then.find({ customer_id: 'u1' }), [])
  await assert.rejects(then.ingest(VISIT), { code: 'invalid_input' })
  await assert.rejects(graph.asOf('yesterday-ish'), { code: 'invalid_input' })
  const snapshot = await graph.snapshot()
  const [row] = await snapshot.rows('profiles')
  assert.equal(row.email, 'Ann@example.fr')
})

test('what is durable is there after opening again', async (t) => {
  const path = join(folder(t), 'graph')
  const graph = await Graph.open(path)
  // Calls need not wait for each other.
  const calls = Array.from({ length: 500 }, (_, n) => graph.ingest({ type: 'identify', userId: `u${n % 100}`, anonymousId: `a${n}` }))
  await Promise.all(calls)
  await assert.rejects(Graph.open(path), { code: 'store_locked', family: 'store' })
  const expected = await graph.counts()
  assert.equal(expected.profiles, 100)
  await graph.backup(join(path, '..', 'copy'))
  await graph.compact()
  await graph.verify()
  await graph.close()
  await assert.rejects(graph.ingest(VISIT), { code: 'store_closed' })
  for (const name of ['graph', 'copy']) {
    const again = await Graph.open(join(path, '..', name))
    assert.deepEqual(await again.counts(), expected)
    await again.close()
  }
})

test('what is acknowledged survives a kill, and an open graph keeps no process alive', (t) => {
  const path = join(folder(t), 'graph')
  const run = (code) =>
    spawnSync(process.execPath, ['-e', `const { Graph } = require(${JSON.stringify(join(__dirname, '..'))}); ${code}`], { encoding: 'utf8' })
  const killed = run(`
    Graph.open(${JSON.stringify(path)}).then(async (graph) => {
      await graph.ingest(Array.from({ length: 50 }, (_, n) => ({ type: 'identify', userId: 'u' + n })))
      process.stdout.write('acknowledged', () => process.kill(process.pid, 'SIGKILL'))
    })`)
  assert.equal(killed.stdout, 'acknowledged', killed.stderr)
  const again = run(`Graph.open(${JSON.stringify(path)}).then(async (graph) => console.log((await graph.counts()).records))`)
  assert.equal(again.stdout, '50\n', again.stderr)
})

test('a wrong message is refused with all of its call', async () => {
  const graph = await Graph.open()
  for (const [message, words] of [
    [{ type: 'trakc', userId: 'u' }, /the types are/],
    [{ type: 'page' }, /says nobody/],
    ['{', /JSON/],
    [[{ type: 'page', userId: 'u' }, { type: 'page' }], /row 1/],
  ]) await assert.rejects(graph.ingest(message), (error) => error.code === 'invalid_message' && words.test(error.message))
  await assert.rejects(graph.ingest(undefined), { code: 'invalid_input' })
  await assert.rejects(graph.ingest(VISIT, { signal: AbortSignal.abort() }), { code: 'cancelled' })
  assert.equal((await graph.counts()).messages, 0)
})

test('a predicate has a tree, a hash and a query, and consents move people between segments', async () => {
  const graph = await Graph.open(undefined, { segments: { news: "consent('news', 'email')" } })
  const predicate = await graph.predicate("country='FR' and not exists( refund within 7 days )")
  assert.equal(predicate.text, "country = 'FR' AND NOT exists(refund WITHIN 7 DAYS)")
  const again = await graph.predicate(predicate.tree)
  assert.deepEqual([again.text, again.hash()], [predicate.text, predicate.hash()])
  const query = predicate.sql('duckdb', { now: new Date('2026-03-01'), tables: { events: 'lake.events', typed: true } })
  assert.ok(query.includes('lake.events') && query.startsWith('SELECT p.profile_id FROM profiles p'))
  assert.throws(() => predicate.sql('duckdb'), { code: 'invalid_input' })
  assert.throws(() => predicate.sql('oracle', { now: '2026-03-01' }), { code: 'invalid_input' })
  await assert.rejects(graph.predicate("contry = 'FR'"), { code: 'predicate_unknown_name' })
  const [warning] = (await graph.snapshot()).predicate("city <> 'Paris'").warnings
  assert.deepEqual([warning.line, warning.column], [1, 1])
  const said = { type: 'consent', userId: 'u1', purpose: 'news', channel: 'email', timestamp: '2026-03-01T00:00:00Z' }
  const changes = await graph.ingest({ ...said, status: 'granted', messageId: 'yes' })
  const entered = changes.filter((change) => change.type === 'segment_entered')
  assert.deepEqual(entered.map((change) => [change.segment, change.cause]), [['news', 'yes']])
})

test('a file of JSON lines is taken in line by line', async (t) => {
  const file = join(folder(t), 'messages.jsonl')
  writeFileSync(file, `${JSON.stringify(LOGIN)}\n\n{"type":"page"}\n${JSON.stringify(VISIT)}\n`)
  const graph = await Graph.open()
  await assert.rejects(graph.ingestFile(file), ({ code, message }) =>
    code === 'invalid_message' && message.includes("line 3, field 'anonymousId'") && message.includes('taken in before are kept'))
  assert.equal((await graph.counts()).messages, 1)
  const seen = []
  const told = await graph.ingestFile(file, { skipFaults: true, received: '2024-05-02', progress: ({ stage }) => seen.push(stage) })
  assert.deepEqual([told.lines, told.skipped, told.faults[0].line, told.faults[0].code], [2, 1, 3, 'invalid_message'])
  assert.equal((await graph.counts()).messages, 2)
  assert.ok(seen.includes('read'))
  await assert.rejects(graph.ingestFile(file, { signal: AbortSignal.abort() }), { code: 'cancelled' })
  await assert.rejects(graph.ingestFile('no/such.jsonl'), { code: 'io' })
})

test('an instant that is null is now, as one that is left out', async () => {
  const graph = await Graph.open()
  const says = (status, timestamp) => graph.ingest({ type: 'consent', userId: 'u1', purpose: 'ads', status, timestamp })
  await says('granted', '2024-01-01T00:00:00Z')
  await says('withdrawn', '2024-02-01T00:00:00Z')
  const [{ profileId }] = await graph.find({ customer_id: 'u1' })
  for (const now of [undefined, null]) assert.equal((await graph.consent(profileId, 'ads', { now })).effective, 'denied')
  assert.equal((await graph.consent(profileId, 'ads', null)).effective, 'denied')
  const [change] = await graph.ingest({ type: 'identify', userId: 'u2' }, { received: null })
  assert.ok(Date.now() - Date.parse(change.at) < 60_000, change.at)
})

test('an argument of the wrong type is refused without its value', async () => {
  const graph = await Graph.open()
  const itself = {}
  itself.itself = itself
  for (const call of [
    () => graph.profile({ email: 'ann@example.fr', phone: '0612345679' }),
    () => graph.erase({ email: 'ann@example.fr' }),
    () => graph.why('ann@example.fr', 'b'),
    () => Graph.open({ email: 'ann@example.fr' }),
    () => graph.ingest(itself),
    () => Graph.open(null, 5),
  ]) {
    const error = await Promise.resolve().then(call).then(() => assert.fail(`${call} is not refused`), (error) => error)
    assert.deepEqual([error.code, error.family], ['invalid_input', 'data'], `${call}: ${error.message}`)
    assert.doesNotMatch(error.message, /ann@|0612345679/)
  }
})

test('a listener is told what is done, while there is one', async () => {
  const graph = await Graph.open()
  const told = []
  onWork((work) => told.push(work))
  await graph.ingest(VISIT)
  await pause(20)
  onWork(null)
  await graph.ingest(LOGIN)
  await pause(20)
  const ingested = told.filter(({ name }) => name === 'graph ingest')
  assert.deepEqual(ingested.map(({ fields }) => fields), [{ calls: 1 }])
  assert.ok(ingested[0].seconds >= 0)
  assert.doesNotMatch(JSON.stringify(told), /a1|Home/)
})
