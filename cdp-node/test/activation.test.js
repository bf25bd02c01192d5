// activate, and its export.
'use strict'
const assert = require('node:assert/strict')
const { createHash } = require('node:crypto')
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { after, before, test } = require('node:test')
const { tableFromIPC } = require('apache-arrow')
const { Export, activate, resolve, segment } = require('..')

const folder = mkdtempSync(join(tmpdir(), 'light-cdp-activation-'))
after(() => rmSync(folder, { recursive: true }))

const PEOPLE = [
  { id: '1', number: 'C-1', email: 'Ann@lyra.fr', phone: '06 12 34 56 79', ads: 'yes', city: 'Paris' },
  { id: '2', number: 'C-2', email: 'bob@lyra.fr', phone: '', ads: 'no', city: 'Lyon' },
  { id: '3', number: 'C-3', email: 'eve@lyra.fr', phone: '', ads: '', city: 'Paris' },
  { id: '4', number: 'C-4', email: 'max@lyra.fr', phone: '', ads: 'yes', city: 'Nice' },
]
const FIELDS = { number: 'customer_id', email: 'email', phone: { kind: 'phone', region: 'FR' }, ads: 'category', city: 'city' }
const sha256 = (text) => createHash('sha256').update(text).digest('hex')

let result
before(async () => {
  const config = { sources: { records: { id: 'id', fields: FIELDS } }, identifiers: { customer_id: { unique: true } } }
  result = await resolve(PEOPLE, config)
})

test('only those who allow it', async () => {
  const done = await activate(result, 'meta_capi@2026', 'advertising', { consent: "ads = 'yes'", members: "city IN ('Paris', 'Lyon')" })
  assert.ok(done instanceof Export)
  assert.deepEqual([done.destination, done.purpose, done.people], ['meta_capi@2026', 'advertising', 1])
  assert.deepEqual(done.leftOut, { consent_denied: 1, consent_unknown: 1 })
  const [row] = await done.rows()
  assert.deepEqual([row.em, row.ph, row.ct], [sha256('ann@lyra.fr'), sha256('33612345679'), sha256('paris')])
  const [batch] = done.batches
  assert.equal(tableFromIPC(batch.table).get(0).em, row.em)
  assert.deepEqual([batch.signal, batch.profiles.length], ['', 1])
})

test('ids, addresses, kinds and batches', async () => {
  const ids = await segment(result, "city <> 'Nice'")
  const two = await activate(result, 'plain', 'post', { consent: ids, kinds: ['email'], batchSize: 2 })
  assert.deepEqual(two.batches.map(({ profiles }) => profiles.length), [2, 1])
  assert.equal((await two.rows(1)).length, 1)
  const apart = await activate(result, 'uid2@1', 'ads', { consent: ids, addressConsent: { email: [], phone: ids } })
  assert.equal(apart.people, 1)
  assert.deepEqual(apart.valuesLeftOut.email, { consent_unknown: 3 })
})

test('files', async () => {
  const done = await activate(result, 'google_customer_match@2026', 'ads', { consent: "ads = 'yes'", signals: { personalised: "city = 'Nice'" } })
  const paths = await done.save(folder)
  assert.equal(paths.length, 2)
  assert.ok(readFileSync(paths[1], 'utf8').includes(sha256('max@lyra.fr')))
  assert.equal(JSON.parse(readFileSync(join(folder, 'google_customer_match@2026.json'), 'utf8')).purpose, 'ads')
})

test('what is refused', async () => {
  const consent = "ads = 'yes'"
  await assert.rejects(activate(result, 'meta_capi', 'ads', { consent }), { code: 'not_found', message: /did you mean 'meta_capi@2026'\?/ })
  await assert.rejects(activate(result, 'plain', ' ', { consent }), { code: 'invalid_input' })
  await assert.rejects(activate(result, 'plain', 'ads'), { code: 'invalid_input', message: /missing field `consent`/ })
  await assert.rejects(activate(result, 'plain', 'ads', { consent: 'ads = ' }), { code: 'predicate_syntax' })
})
