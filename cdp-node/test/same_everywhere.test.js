// The same records give the same assignments, byte for byte, as in Rust and Python (see cdp-core/tests/same_everywhere.rs).
'use strict'
const assert = require('node:assert/strict')
const { createHash } = require('node:crypto')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { test } = require('node:test')
const { resolve } = require('..')

const data = join(__dirname, '..', '..', 'examples', 'data')
const known = readFileSync(join(data, 'assignments.sha256'), 'utf8').trim()
const path = (file) => ({ path: join(data, file) })
const rows = (file) => readFileSync(join(data, file), 'utf8').trim().split('\n').map((line) => JSON.parse(line))

async function hash(tickets) {
  const result = await resolve({ webshop: path('webshop.csv'), loyalty: path('loyalty.csv'), tickets })
  const sum = createHash('sha256')
  for (const a of await result.rows('assignments')) sum.update(`${a.source},${a.record_id},${a.row},${a.profile_id}\n`)
  return sum.digest('hex')
}

test('the retailer has the known assignments, from files', async () => {
  assert.equal(await hash(path('tickets.jsonl')), known)
})

test('the retailer has the known assignments, with rows of plain objects', async () => {
  assert.equal(await hash(rows('tickets.jsonl')), known)
})
