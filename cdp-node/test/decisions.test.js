// Human decisions: review, Decisions, train.
'use strict'
const assert = require('node:assert/strict')
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { after, test } = require('node:test')
const { Decisions, resolve, train } = require('..')

const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
after(() => rmSync(folder, { recursive: true }))

const GIVEN = ['Anne', 'Louis', 'Chloé', 'Hugo', 'Manon', 'Jules', 'Inès']
const FAMILY = ['Martin', 'Bernard', 'Dubois', 'Moreau', 'Laurent', 'Girard', 'Roux', 'Fournier', 'Lambert', 'Faure', 'Blanc']

/** Two rows a person, the second with another letter in the family name. */
const rows = Array.from({ length: 120 }, (_, i) => {
  const person = Math.floor(i / 2)
  const family = FAMILY[(person * 3) % FAMILY.length]
  return {
    id: `r${i}`,
    prenom: GIVEN[person % GIVEN.length],
    nom: i % 2 ? `${family}e` : family,
    date_naissance: `19${50 + (person % 40)}-0${1 + (person % 9)}-${10 + (person % 18)}`,
  }
})
const config = { sources: { crm: { id: 'id' } } }
const run = (decisions) => resolve({ crm: rows }, config, { decisions })

const profileOf = async (result, id) => (await result.rows('assignments')).find((row) => row.record_id === id).profile_id

test('a refusal parts, a confirmation joins, and both can be taken back', async () => {
  const decisions = new Decisions()
  decisions.refuse(['crm', 'r0'], ['crm', 'r1'])
  decisions.confirm(['crm', 'r2'], ['crm', 'r9'])
  const result = await run(decisions)
  assert.notEqual(await profileOf(result, 'r0'), await profileOf(result, 'r1'))
  assert.equal(await profileOf(result, 'r2'), await profileOf(result, 'r9'))
  assert.equal(decisions.forget(['crm', 'r1'], ['crm', 'r0']), true)
  assert.equal(decisions.size, 1)
})

test('a review asks; its answers are used, saved and read', async () => {
  const questions = await (await run()).review(4)
  assert.ok(questions.length > 0 && questions.length <= 4)
  const decisions = new Decisions()
  for (const { records } of questions) decisions.refuse(...records.map((r) => [r.source, r.recordId]))
  const path = join(folder, 'decisions.jsonl')
  await decisions.save(path)
  assert.equal((await Decisions.from({ path })).size, questions.length)
  const again = await run(decisions)
  for (const { records } of questions) {
    const [a, b] = await Promise.all(records.map((r) => profileOf(again, r.recordId)))
    assert.notEqual(a, b, String(records.map((r) => r.recordId)))
  }
})

test('train gives the model that a run with the decisions has', async () => {
  const labels = [0, 2, 4, 6].map((i) => ({ source_a: 'crm', record_id_a: `r${i}`, source_b: 'crm', record_id_b: `r${i + 1}`, same: 'yes' }))
  const decisions = await Decisions.from(labels)
  const model = await train({ crm: rows }, config, { decisions })
  assert.deepEqual(model.toObject(), (await run(decisions)).model.toObject())
})

test('what is no decision is said', async () => {
  assert.throws(() => new Decisions().confirm(['crm', '1'], ['crm', '1']), { code: 'invalid_input' })
  await assert.rejects(Decisions.from([{ source_a: 'crm' }]), { code: 'invalid_input' })
})
