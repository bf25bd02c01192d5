// Tables in: every form gives the same records, every value its text, every fault its exact message.
'use strict'
const assert = require('node:assert/strict')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { after, test } = require('node:test')
const arrow = require('apache-arrow')
const { Config, evaluate, resolve } = require('..')

const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
after(() => rmSync(folder, { recursive: true }))

const assignments = [
  { record_id: '1', profile_id: 'a' },
  { record_id: '2', profile_id: 'a' },
  { record_id: '3', profile_id: 'b' },
]

/** Judges the truth, in whatever form, against three assignments; only equal texts join. */
async function pairs(truth) {
  const { records, pairsBoth } = await evaluate(assignments, truth)
  return { records, pairsBoth }
}

function file(name, content) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return { path }
}

const rows = [{ id: 1, entity: 'x' }, { id: 2, entity: 'x' }, { id: 3, entity: 'y' }]
const table = arrow.tableFromArrays({ id: Float64Array.of(1, 2, 3), entity: ['x', 'x', 'y'] })
const forms = {
  rows: () => rows,
  'Arrow IPC stream': () => arrow.tableToIPC(table, 'stream'),
  'Arrow IPC file': () => arrow.tableToIPC(table, 'file'),
  'a slice of a buffer': () => {
    const bytes = arrow.tableToIPC(table, 'stream')
    const buffer = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)])
    return buffer.subarray(3, 3 + bytes.length)
  },
  ArrayBuffer: () => Uint8Array.from(arrow.tableToIPC(table, 'stream')).buffer,
  'an apache-arrow table': () => table,
  'a CSV file': () => file('truth.csv', 'id,entity\n1,x\n2,x\n3,y\n'),
  'a JSON lines file': () => file('truth.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')),
}
for (const [name, make] of Object.entries(forms)) {
  test(`a table may be given as ${name}`, async () => {
    assert.deepEqual(await pairs(make()), { records: 3, pairsBoth: 1 })
  })
}

test('an apache-arrow table of the ES module is taken too', async () => {
  const esm = await import('apache-arrow')
  const given = esm.tableFromArrays({ id: ['1', '2', '3'], entity: ['x', 'x', 'y'] })
  assert.deepEqual(await pairs(given), { records: 3, pairsBoth: 1 })
})

const texts = [
  ['a whole number', 1, '1'],
  ['a number with a fraction', 0.25, '0.25'],
  ['a bigint', 12345678901234567890n, '12345678901234567890'],
  ['a boolean', true, 'true'],
  ['a Date', new Date(Date.UTC(1980, 4, 12)), '1980-05-12T00:00:00.000Z'],
  ['text with everything JSON escapes', 'a"b\\,[{\n\u2028\u0000}]é😀', 'a"b\\,[{\n\u2028\u0000}]é😀'],
]
for (const [name, value, text] of texts) {
  test(`${name} is read as its text, beside values of other types`, async () => {
    const mixed = [{ record_id: 'text', profile_id: 'p' }, { record_id: value, profile_id: 'p' }]
    const truth = [{ key: 'text', entity: 'e' }, { key: text, entity: 'e' }]
    assert.equal((await evaluate(mixed, truth)).pairsBoth, 1)
  })
}

test('null, undefined, not-a-number, empty and absent values are missing', async () => {
  const keys = [null, undefined, NaN, '', '  ']
  const given = [...rows, ...keys.map((key) => ({ id: 1 + rows.length, entity: key })), { id: 9 }]
  await assert.rejects(pairs(given.slice(0, 4)), { code: 'invalid_truth' })
  const known = await evaluate([...assignments, { record_id: '4', profile_id: 'b' }], given.slice(0, 4))
  assert.equal(known.records, 3)
})

test('rows beyond one turn of the event loop arrive in order', async () => {
  const many = Array.from({ length: 25_001 }, (_, i) => ({ record_id: i, profile_id: i >> 1 }))
  const truth = many.map(({ record_id, profile_id }) => ({ key: String(record_id), entity: `e${profile_id}` }))
  const { records, exactClusters } = await evaluate(many, truth)
  assert.deepEqual({ records, exactClusters }, { records: 25_001, exactClusters: 12_501 })
})

test('the event loop turns while rows are packed', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({ record_id: i, profile_id: i, text: 'x'.repeat(50) }))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await evaluate(many, [{ key: '1', entity: 'e' }])
  clearInterval(timer)
  assert.ok(turns >= 5, `the loop turned ${turns} times`)
})

const forms_ = 'give an array of rows, Arrow IPC bytes, an apache-arrow table, or { path } of a file'
const faults = [
  ['a number', () => 5, 'invalid_input', `number is not a table (${forms_})`],
  ['null', () => null, 'invalid_input', `null is not a table (${forms_})`],
  ['a source that is text', () => ({ crm: 'crm.csv' }), 'invalid_input', `source 'crm': string is not a table (${forms_})`],
  [
    'a nested value',
    () => ({ crm: [{ a: 1 }, { a: { b: 1 } }] }),
    'invalid_input',
    "source 'crm', row 1, line 2, field 'a': the value is an object; a record's values must be plain (give each part its own key)",
  ],
  [
    'a row that is no object',
    () => [{ a: 1 }, 7],
    'invalid_input',
    "source 'records', line 2: not a JSON object: invalid type: integer, expected a map at character 1 (give one JSON object a line)",
  ],
  [
    'a cell of 10 MB',
    () => [{ a: 'x'.repeat(10 << 20) }],
    'value_too_large',
    "source 'records', row 0, line 1, field 'a': the value has 10485760 bytes, the limit is 1048576 (shorten it or leave the key out)",
  ],
  [
    'bytes that are no Arrow',
    () => Buffer.from('id,name\n1,Ann\n'),
    'invalid_input',
    /^source 'records': the bytes are not Arrow IPC: .+ \(give rows, or the bytes that `tableToIPC` of apache-arrow returns\)$/,
  ],
  ['a missing file', () => ({ path: 'no/such/file.csv' }), 'io', "file 'no/such/file.csv': no such file or directory"],
  [
    'a CSV row with too few fields',
    () => file('short.csv', 'a,b\n1,2\n3\n'),
    'invalid_input',
    /^file '.*short\.csv'.*line 3.*$/,
  ],
  ['invalid UTF-8', () => file('latin.jsonl', Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d])), 'invalid_input', /UTF-8/],
]
for (const [name, make, code, message] of faults) {
  for (const [what, call] of [['resolve', resolve], ['Config.infer', Config.infer]]) {
    test(`${what} names the fault: ${name}`, async () => {
      await assert.rejects(call(make()), (error) => {
        assert.equal(error.code, code)
        assert.ok(error instanceof Error)
        if (typeof message === 'string') assert.equal(error.message, message)
        else assert.match(error.message, message)
        return true
      })
    })
  }
}
