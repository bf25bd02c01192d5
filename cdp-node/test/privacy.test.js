// Consent, erasure and the audit log through the binding; their rules are tested in the core.
'use strict'
const assert = require('node:assert/strict')
const { test } = require('node:test')
const { Graph } = require('..')

const KEY = ['k1', new Uint8Array(32).fill(7)]

async function filled() {
  const graph = await Graph.open()
  await graph.ingest([
    { type: 'identify', userId: 'u1', anonymousId: 'a1', traits: { email: 'ann@example.fr' } },
    { type: 'consent', userId: 'u1', purpose: 'ads', channel: 'email', status: 'granted' },
  ])
  const [ann] = await graph.find({ email: 'ann@example.fr' })
  return [graph, ann.profileId]
}

test('consent answers with its reasons', async () => {
  const [graph, ann] = await filled()
  const view = await graph.consent(ann, 'ads', { channel: 'email', address: ['email', 'Ann@Example.fr'] })
  assert.equal(view.effective, 'granted')
  assert.deepEqual(view.because, await graph.ledger(ann))
  assert.equal((await graph.consent(ann, 'ads', { channel: 'sms' })).effective, 'unknown')
})

test('the erased stay away', async () => {
  const [graph, ann] = await filled()
  await assert.rejects(graph.erase(ann), { code: 'missing_key' })
  await assert.rejects(graph.unlock([['k1', new Uint8Array(5)]]), { code: 'invalid_key' })
  await graph.unlock([KEY])
  assert.equal((await graph.erase(ann, { dryRun: true })).evidence, 2)
  assert.match(JSON.stringify(await graph.exportSubject(ann, { by: 'dpo' })), /ann@example\.fr/)
  const receipt = await graph.erase(ann, { by: 'dpo' })
  assert.deepEqual(receipt.identifiers, { anonymous_id: 1, customer_id: 1, email: 1 })
  const [refused] = await graph.ingest({ type: 'page', anonymousId: 'a1' })
  assert.deepEqual([refused.type, refused.reason], ['message_refused', 'erased'])
  assert.equal(await graph.lift('email', 'ann@example.fr'), 1)
  const log = await graph.audit()
  assert.deepEqual(log.map((entry) => entry.action), ['export_subject', 'erase', 'lift'])
  assert.equal(await graph.verifyAudit(), log.at(-1).hash)
})

const words = (changes) => changes.map((change) => change.type)

test('rights of a person', async () => {
  const [graph, ann] = await filled()
  assert.deepEqual(words(await graph.restrict(ann, { by: 'dpo' })), ['profile_restricted'])
  assert.equal((await graph.consent(ann, 'ads')).effective, 'denied')
  assert.deepEqual(words(await graph.release(ann)), ['profile_released'])
  const [objected] = await graph.object(ann, 'ads', { by: 'form 1' })
  assert.deepEqual([objected.type, objected.purpose], ['profile_objected', 'ads'])
  assert.equal((await graph.consent(ann, 'ads')).because[0].legalBasis, 'objection')
  await graph.rectify(['events', 'user:u1'], { email: 'anna@example.fr' }, { by: 'form 2' })
  assert.equal((await graph.profile(ann)).fields.email, 'anna@example.fr')
  assert.deepEqual((await graph.audit()).map((entry) => entry.action), ['restrict', 'release', 'object', 'rectify'])
})

test('an export by the ledger is noted', async () => {
  const [graph, ann] = await filled()
  const exported = await graph.activate('plain', 'ads', { channel: 'email', by: 'campaign 7' })
  assert.deepEqual(exported.batches.map((batch) => batch.profiles), [[ann]])
  await graph.noteSent([ann], 'print shop', 'letters')
  assert.deepEqual((await graph.recipients(ann)).map((to) => to.destination), ['plain', 'print shop'])
  await graph.unlock([KEY])
  assert.equal((await graph.erase(ann)).recipients.length, 2)
})

test('tombstones go to another graph', async () => {
  const [[one, ann], [other]] = await Promise.all([filled(), filled()])
  await Promise.all([one.unlock([KEY]), other.unlock([KEY])])
  await one.erase(ann)
  const imported = await other.importTombstones(await one.exportTombstones(), { by: 'dpo' })
  assert.deepEqual(imported, { added: 3, known: 0, profiles: [ann], evidence: 0, recipients: [] })
})

test('retention is applied by advance, and the feed is read between instants', async () => {
  const graph = await Graph.open(null, { retention: { rules: [{ type: 'page', days: 30 }] } })
  const page = { type: 'page', anonymousId: 'a1', timestamp: '2024-01-01T10:00:00Z' }
  await graph.ingest(page, { received: '2024-01-01T10:00:00Z' })
  assert.deepEqual(await graph.advance('2024-01-15T00:00:00Z'), [])
  assert.deepEqual(words(await graph.advance('2024-02-15T00:00:00Z')), ['profile_removed'])
  assert.deepEqual((await graph.audit())[0].details, { evidence: '1', messages: '1', prospects: '0' })
  assert.equal((await graph.changes(0, null, null, null, { notBefore: '2024-02-01T00:00:00Z' })).length, 1)
  assert.ok((await graph.changesTable(0, 10, null, null, { before: '2024-02-01T00:00:00Z' })).length > 100)
})

test('an error that is printed does not show the values it hides', async () => {
  const { inspect } = require('node:util')
  const graph = await Graph.open()
  await assert.rejects(graph.remove(['crm', 'zelda@shop.fr']), (error) => {
    assert.deepEqual(error.values, ['zelda@shop.fr'])
    for (const shown of [inspect(error), inspect(error, { depth: 9 }), JSON.stringify(error), String(error.stack), Object.values(error).join()]) {
      assert.doesNotMatch(shown, /zelda/)
    }
    assert.equal(error.code, 'not_found')
    return true
  })
})
