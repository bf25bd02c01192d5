// The classic traps, and what a failing scenario says.
'use strict'
const assert = require('node:assert/strict')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { test } = require('node:test')
const { Scenario, scenarios } = require('../testing.js')

scenarios(join(__dirname, '..', '..', 'conformance', 'scenarios'))

test('a failure says what was expected, what was found and why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scenarios-'))
  try {
    const user = (userId) => ({ type: 'identify', userId, traits: { email: 'ann@example.fr' } })
    const file = join(folder, 'two people.json')
    const together = ['customer_id=u1', 'customer_id=u2']
    writeFileSync(file, JSON.stringify({ messages: [user('u1'), user('u2')], expect: { profiles: [{ together }] } }))
    const scenario = Scenario.load(file)
    assert.equal(scenario.name, 'two people')
    assert.equal(scenario.knownFailure ?? null, null)
    await assert.rejects(scenario.check(), (error) => {
      assert.equal(error.code, 'scenario_failed')
      return /by identifier:email was refused: customer_id is unique/.test(error.message)
    })
    const { failures, orders } = await scenario.run()
    assert.equal(failures[0].place, 'expect.profiles[0].together')
    assert.equal(orders.length, 4)

    const made = []
    scenarios(folder, (name, run) => made.push([name, run]))
    assert.deepEqual(made.map(([name]) => name), ['two people'])
    await assert.rejects(made[0][1]())
    assert.throws(() => scenarios(join(folder, 'nothing')), { code: 'io' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
