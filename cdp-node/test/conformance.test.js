// The conformance vectors, run in Node: every operation exists, every case agrees exactly. No case lives here.
'use strict'
const assert = require('node:assert/strict')
const { existsSync, readdirSync, readFileSync } = require('node:fs')
const { join } = require('node:path')
const { test } = require('node:test')
const { conformance } = require('../light-cdp.node')
const { evaluate, similarity } = require('..')

const folder = join(__dirname, '..', '..', 'conformance')
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'))
const { operations } = read('manifest.json')

/** The public functions that some operations stand for: they must give what the operation gives. */
const PUBLIC = {
  'evaluation.evaluate': (assignments, truth) => evaluate(assignments, truth),
}
for (const metric of ['jaro', 'jaro_winkler', 'levenshtein', 'osa', 'token_set']) {
  PUBLIC[`similarity.${metric}`] = (a, b) => similarity(metric, a, b)
}

test('every vector file is in the manifest', () => {
  const areas = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = areas.flatMap(({ name }) =>
    readdirSync(join(folder, name)).filter((file) => file.endsWith('.json')).map((file) => `${name}/${file}`),
  )
  assert.deepEqual(Object.values(operations).sort(), files.sort())
})

for (const [operation, file] of Object.entries(operations)) {
  test(`${operation}: every case agrees exactly`, async () => {
    assert.ok(existsSync(join(folder, file)), `${file} is missing`)
    const vectors = read(file)
    assert.equal(vectors.operation, operation)
    assert.ok(vectors.cases.length > 0, `${file} has no cases`)
    for (const vector of vectors.cases) {
      await agrees((input) => conformance(operation, input), vector)
      if (PUBLIC[operation]) await agrees((input) => PUBLIC[operation](...input), vector)
    }
  })
}

async function agrees(call, { name, input, output, error, message }) {
  try {
    const given = await call(input)
    assert.equal(error, undefined, `${name}: expected the error ${error}`)
    assert.deepEqual(snakeCase(given), output, name)
  } catch (thrown) {
    if (thrown.code === 'ERR_ASSERTION') throw thrown
    assert.equal(thrown.code, error, `${name}: ${thrown.stack}`)
    if (message !== undefined) assert.equal(thrown.message, message, name)
  }
}

/** Property names as the vectors write them. */
function snakeCase(value) {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (value === null || typeof value !== 'object') return value
  const rename = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [rename(key), snakeCase(entry)]))
}
