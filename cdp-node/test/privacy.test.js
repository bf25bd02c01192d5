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
