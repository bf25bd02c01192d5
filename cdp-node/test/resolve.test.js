// resolve, and what its result gives.
'use strict'
const assert = require('node:assert/strict')
const { createHash } = require('node:crypto')
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { after, before, test } = require('node:test')
const { tableFromArrays, tableFromIPC, tableToIPC } = require('apache-arrow')
const { Config, Model, Resolution, evaluate, normalize, profile, resolve, segment, similarity } = require('..')

const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
after(() => rmSync(folder, { recursive: true }))

const FIRST = ['Anne', 'Louis', 'Chloé', 'Hugo', 'Manon', 'Jules', 'Inès', 'Paul', 'Zoé', 'Marc', 'Léa', 'Noé', 'Eva', 'Tom']
const LAST = ['Martin', 'Bernard', 'Dubois', 'Moreau', 'Laurent', 'Girard', 'Roux', 'Fournier', 'Lambert', 'Faure', 'Blanc']
const CITIES = [['Lyon', '69003'], ['Paris', '75011'], ['Lille', '59000'], ['Nantes', '44000'], ['Toulouse', '31000']]

/** People known to a shop and to a till: even people to both, the till with another spelling. */
function sources(people) {
  const crm = []
  const pos = []
  for (let i = 0; i < people; i++) {
    const [city, cp] = CITIES[(i * 7) % CITIES.length]
    const person = {
      prenom: FIRST[(i * 5) % FIRST.length],
      nom: LAST[(i * 3) % LAST.length],
      email: `client${i}.${LAST[(i * 3) % LAST.length].toLowerCase()}@exemple.fr`,
      naissance: `19${50 + (i % 50)}-${String(1 + (i % 12)).padStart(2, '0')}-${String(1 + ((i * 11) % 28)).padStart(2, '0')}`,
      ville: city,
      cp,
    }
    crm.push({ id: `C${i}`, ...person })
    if (i % 2 === 0) pos.push({ carte: `P${i}`, ...person, nom: person.nom.toUpperCase(), ville: undefined })
  }
  return { crm, pos }
}

const truth = ({ crm, pos }) => [
  ...crm.map(({ id }) => ({ source: 'crm', record_id: id, entity: id.slice(1) })),
  ...pos.map(({ carte }) => ({ source: 'pos', record_id: carte, entity: carte.slice(1) })),
]

const config = { sources: { crm: { id: 'id' }, pos: { id: 'carte' } } }
const tables = sources(400)
let result

before(async () => {
  result = await resolve(tables, config)
})

test('people known to both sources become one profile', async () => {
  const quality = await evaluate(result.assignments, truth(tables))
  assert.equal(quality.records, 600)
  assert.ok(quality.pairwise.precision >= 0.99, JSON.stringify(quality))
  assert.ok(quality.pairwise.recall >= 0.95, JSON.stringify(quality))
})

test('the tables are Arrow, and the rows are the same', async () => {
  const columns = {
    assignments: ['source', 'record_id', 'row', 'profile_id'],
    links: ['source_a', 'record_id_a', 'source_b', 'record_id_b', 'match_weight', 'rule', 'profile_id'],
    refused: ['source_a', 'record_id_a', 'source_b', 'record_id_b', 'match_weight', 'rule', 'reason'],
  }
  for (const name of ['assignments', 'profiles', 'links', 'refused']) {
    assert.ok(result[name] instanceof Uint8Array)
    assert.equal(result[name], result[name], 'the bytes are made once')
    const table = tableFromIPC(result[name])
    const rows = await result.rows(name)
    assert.equal(rows.length, table.numRows)
    const names = table.schema.fields.map((field) => field.name)
    if (columns[name]) assert.deepEqual(names, columns[name])
    if (rows.length > 0) assert.deepEqual(Object.keys(rows[0]), names)
    for (const index of [0, rows.length - 1].filter((index) => index >= 0 && rows.length > 0)) {
      const expected = Object.fromEntries(names.map((column) => [column, plain(table.getChild(column).get(index))]))
      assert.deepEqual(rows[index], expected)
    }
  }
})

const plain = (value) => (typeof value === 'bigint' ? Number(value) : value)

test('assignments are in the order given', async () => {
  const rows = await result.rows('assignments')
  assert.deepEqual(rows.map(({ source, record_id, row }) => [source, record_id, row]), [
    ...tables.crm.map(({ id }, row) => ['crm', id, row]),
    ...tables.pos.map(({ carte }, row) => ['pos', carte, row]),
  ])
})

test('the summary counts what went in and out', async () => {
  const { summary } = result
  assert.equal(summary.records, 600)
  assert.equal(summary.profiles, (await result.rows('profiles')).length)
  assert.deepEqual(summary.sources.map(({ name, records }) => [name, records]), [['crm', 400], ['pos', 200]])
  assert.ok(summary.pairsCompared > 0)
  assert.ok(Object.keys(summary.seconds).length > 0)
  for (const seconds of Object.values(summary.seconds)) assert.equal(typeof seconds, 'number')
})

test('why: the weight is the sum of its parts', () => {
  const why = result.why(['crm', 'C0'], ['pos', 'P0'])
  assert.deepEqual(why.records, [{ source: 'crm', recordId: 'C0' }, { source: 'pos', recordId: 'P0' }])
  assert.equal(why.sameProfile, true)
  const sum = why.parts.reduce((total, part) => total + part.weight, why.prior + why.related)
  assert.ok(Math.abs(sum - why.weight) < 1e-9, `${sum} is not ${why.weight}`)
  assert.ok(why.text.length > 0)
})

test('how: the members are those of the assignments', async () => {
  const [{ profile_id }] = await result.rows('assignments')
  const how = result.how(profile_id)
  assert.equal(how.profileId, profile_id)
  const members = (await result.rows('assignments')).filter((row) => row.profile_id === profile_id)
  const names = ({ source, recordId, record_id = recordId }) => `${source} ${record_id}`
  assert.deepEqual(how.members.map(names).sort(), members.map(names).sort())
})

test('the configuration and the model can be saved and used again', async () => {
  const [configPath, modelPath] = [join(folder, 'cdp.toml'), join(folder, 'model.json')]
  await result.config.save(configPath)
  await result.model.save(modelPath)
  const again = await resolve(tables, await Config.load(configPath), { model: await Model.load(modelPath) })
  assert.deepEqual(again.assignments, result.assignments)
  const byPath = await resolve(tables, configPath)
  assert.deepEqual(byPath.assignments, result.assignments)
  const fromObject = await resolve(tables, result.config.toObject(), { model: new Model(result.model.toObject()) })
  assert.deepEqual(fromObject.assignments, result.assignments)
})

test('a number of threads that is none is refused before any starts', async () => {
  for (const threads of [-1, 0, 1.5, 1025, 4294967295, NaN])
    await assert.rejects(resolve(tables, config, { threads }), { code: 'invalid_input', family: 'data' })
})

test('damaged bytes of Arrow are the fault of the data', async () => {
  const bytes = tableToIPC(tableFromArrays({ id: ['1', '2'], email: ['a@b.fr', 'A@B.fr'] }), 'stream')
  let refused = 0
  for (let place = 0; place < bytes.length; place += 3) {
    const damaged = Uint8Array.from(bytes)
    damaged[place] ^= 1 << place % 8
    await resolve(damaged).catch((error) => {
      refused += 1
      assert.notEqual(error.code, 'internal', `byte ${place}: ${error.message}`)
      assert.equal(error.family, 'data')
    })
  }
  assert.ok(refused > 10, `${refused}`)
})

test('the result does not depend on the number of threads', async () => {
  const one = await resolve(tables, config, { threads: 1 })
  const four = await resolve(tables, config, { threads: 4 })
  for (const name of ['assignments', 'profiles', 'links', 'refused']) assert.deepEqual(one[name], four[name], name)
})

test('segments are the ids of the profiles that fit', async () => {
  const members = await segment(result, "city = 'Lyon'")
  const profiles = await result.rows('profiles')
  assert.deepEqual(members, profiles.filter(({ city }) => city === 'Lyon').map(({ profile_id }) => profile_id))
  assert.ok(members.length > 0)
  assert.deepEqual(
    await segment(result, 'age(birth_date) >= 60', { now: new Date('2020-06-01T00:00:00Z') }),
    await segment(result, 'age(birth_date) >= 60', { now: '2020-06-01' }),
  )
})

test('a predicate with a typo is named by line and column', async () => {
  await assert.rejects(segment(result, "city = 'Lyon'\nAND ctiy = 'Paris'"), {
    code: 'predicate_unknown_name',
    family: 'predicate',
    line: 2,
    column: 5,
  })
  await assert.rejects(segment(result, "city == 'Lyon' AND"), { code: 'predicate_syntax', line: 1 })
})

test('the report is one HTML file', async () => {
  const path = join(folder, 'report.html')
  await result.report(path, { title: 'The <shop>', maskPersonal: true })
  const html = readFileSync(path, 'utf8')
  assert.match(html, /^<!doctype html>/)
  assert.match(html, /<title>The &lt;shop&gt;<\/title>/)
  await assert.rejects(result.report(join(folder, 'no', 'such', 'folder.html')), { code: 'io', family: 'io' })
})

test('progress is reported on the event loop, before the promise settles', async () => {
  const seen = []
  await resolve(tables, config, { progress: (progress) => seen.push(progress) })
  const count = seen.length
  assert.ok(count > 0)
  let before = 0
  for (const { stage, done, total, fraction, remainingSeconds } of seen) {
    assert.ok(fraction >= before && fraction <= 1, `${stage}: ${fraction} after ${before}`)
    assert.ok(remainingSeconds === undefined || remainingSeconds >= 0)
    before = fraction
    assert.equal(typeof stage, 'string')
    assert.ok(done >= 0 && (total === 0 || done <= total), `${stage}: ${done} of ${total}`)
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(seen.length, count, 'nothing is reported afterwards')
})

const CANCELLED = {
  code: 'cancelled',
  family: 'cancelled',
  message: 'the call was cancelled; no partial result was kept',
}

test('a signal that was aborted before stops the call at once', async () => {
  let reports = 0
  await assert.rejects(resolve(tables, config, { signal: AbortSignal.abort(), progress: () => reports++ }), CANCELLED)
  assert.equal(reports, 0)
})

test('an abort signal stops the call in the middle', async () => {
  const controller = new AbortController()
  const stages = []
  const progress = ({ stage }) => {
    stages.push(stage)
    controller.abort()
  }
  await assert.rejects(resolve(tables, config, { signal: controller.signal, progress }), CANCELLED)
  assert.ok(stages.length > 0 && !stages.includes('profile'), stages.join(' '))
})

test('a result is saved as Parquet, and read again', async () => {
  const result = await resolve(tables, config)
  for (const name of ['assignments.parquet', 'assignments.csv']) await result.save('assignments', join(folder, name))
  const judge = (name) => evaluate({ path: join(folder, name) }, result.assignments)
  assert.deepEqual(await judge('assignments.parquet'), await judge('assignments.csv'))
  await assert.rejects(result.save('people', join(folder, 'people.csv')), { code: 'not_found' })
  writeFileSync(join(folder, 'cut.parquet'), 'PAR1')
  await assert.rejects(resolve({ path: join(folder, 'cut.parquet') }), { code: 'invalid_input', message: /cut\.parquet.*complete Parquet/ })
})

test('a call that needs more memory than it may take is refused', async () => {
  for (const memoryLimit of [20_000_000, '20 MB']) {
    const refused = { code: 'memory_limit', family: 'memory', message: /20 MB are allowed.*raise memory_limit/ }
    await assert.rejects(resolve(tables, config, { memoryLimit }), refused)
  }
  await assert.rejects(resolve(tables, config, { memoryLimit: 'much' }), { code: 'invalid_input' })
  await resolve(tables, config, { memoryLimit: '50 GB' })
})

test('rows and files give the same bytes', async () => {
  const path = join(__dirname, '..', '..', 'examples', 'data', 'tickets.jsonl')
  const rows = readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const fromRows = await resolve({ tickets: rows })
  const fromFile = await resolve({ tickets: { path } })
  for (const name of ['assignments', 'profiles', 'links', 'refused']) assert.deepEqual(fromRows[name], fromFile[name], name)
})

test('a signal that outlives many calls keeps no listeners', async () => {
  const { signal } = new AbortController()
  const warnings = []
  const warn = (warning) => warnings.push(warning)
  process.on('warning', warn)
  for (let i = 0; i < 12; i++) await assert.rejects(resolve([], null, { signal }))
  await new Promise(setImmediate)
  process.off('warning', warn)
  assert.deepEqual(warnings, [])
})

const two = { crm: [{ id: 'a', email: 'a@exemple.fr' }, { id: 'a', email: 'b@exemple.fr' }] }
const kinds = (fields) => ({ sources: { crm: { fields } } })
const faults = [
  ['an empty table', () => resolve([]), 'empty_input', 'there are no records (give at least one source with rows)'],
  ['no tables', () => resolve({}), 'empty_input', 'there are no records (give at least one source with rows)'],
  [
    'an unknown column',
    () => resolve(two, kinds({ emial: 'email' })),
    'unknown_column',
    "source 'crm', field 'emial': there is no such column (did you mean 'email'? the columns are: id, email)",
  ],
  [
    'an unknown kind',
    () => resolve(two, kinds({ email: 'emial' })),
    'unknown_kind',
    "source 'crm', field 'email': there is no kind 'emial' (did you mean 'email'?)",
  ],
  [
    'a misspelt key',
    () => resolve(two, { sorces: {} }),
    'unknown_key',
    "field 'sorces': there is no such key (did you mean 'sources'?)",
  ],
  [
    'an unknown source',
    () => resolve(two, { sources: { pos: { id: 'id' } } }),
    'unknown_source',
    "source 'pos': no such source was given (the sources are: crm)",
  ],
  [
    'duplicate record ids',
    () => resolve(two, { sources: { crm: { id: 'id' } } }),
    'duplicate_record_id',
    "source 'crm', field 'id': rows 0 and 1 both have the id '•••' (remove one of them, or leave `id` out to use row numbers)",
  ],
  [
    'a record that does not exist',
    async () => result.why(['crm', 'C0'], ['crm', 'X']),
    'not_found',
    "source 'crm': there is no record '•••'",
  ],
  [
    'half the name of a record',
    async () => result.why(['crm'], ['crm', 'C0']),
    'invalid_input',
    'the name of a record has two parts (give [source, recordId])',
  ],
  [
    'a profile that does not exist',
    async () => result.how('nobody'),
    'not_found',
    "there is no profile '•••' (profile ids are in the column profile_id of the profiles)",
  ],
  [
    'a table that does not exist',
    () => result.rows('people'),
    'not_found',
    "a result has no table 'people' (the tables are: assignments, profiles, links, refused)",
  ],
  [
    'a configuration file of another kind',
    () => Config.load('cdp.yaml'),
    'invalid_config',
    "file 'cdp.yaml': a configuration file cannot have the extension 'yaml' (the extensions are: .toml, .json)",
  ],
  ['a file that is no model', () => Model.load(__filename), 'invalid_model', /^file '.*': /],
  ['an unknown metric', async () => similarity('soundex', 'a', 'b'), 'not_found', /^there is no similarity 'soundex' \(/],
  ['an unknown kind of value', async () => normalize('a', 'emial'), 'unknown_kind', /did you mean 'email'\?/],
  [
    'a truth with a key that is missing',
    () => evaluate(result.assignments, [{ source: 'crm', record_id: 'C0', entity: 'a' }, { source: 'crm', record_id: 'X', entity: 'a' }]),
    'invalid_truth',
    /'•••' of source '•••'/,
  ],
]
for (const [name, call, code, message] of faults) {
  test(`the error says what is wrong: ${name}`, async () => {
    await assert.rejects(call(), (error) => {
      assert.equal(error.code, code)
      assert.equal(typeof error.family, 'string')
      assert.equal(error.values.length, error.message.split('•••').length - 1)
      if (typeof message === 'string') assert.equal(error.message, message)
      else assert.match(error.message, message)
      return true
    })
  })
}

test('the classes are exported', () => {
  assert.ok(result instanceof Resolution)
  assert.ok(result.config instanceof Config)
  assert.ok(result.model instanceof Model)
  assert.equal(JSON.stringify(result.config), JSON.stringify(result.config.toObject()))
})

test('normalize: a value, and its parts where asked for', () => {
  assert.equal(normalize('06 12 34 56 79', 'phone', { region: 'FR' }).key, '+33612345679')
  assert.equal(normalize('a@b.fr', 'email').parts, undefined)
  const { parts } = normalize('Dr. Bob Müller Jr', 'full_name', { details: true })
  assert.deepEqual([parts.given_name, parts.family_name, parts.suffix], ['bob', 'muller', 'jr'])
  const hash = createHash('sha256').update('ann@example.fr')
  const base64 = hash.copy().digest('base64')
  assert.equal(normalize(base64, 'email', { hashed: 'sha256' }).key, hash.digest('hex'))
  assert.match(normalize('ann@example.fr', 'email', { hashed: 'sha256' }).verdict, /^invalid/)
  assert.throws(() => normalize('a', 'email', { regoin: 'FR' }), { code: 'invalid_input' })
})

test('profile: what each column holds, and what is wrong with it', async () => {
  const rows = [{ courriel: 'ann@exemple.fr' }, { courriel: 'n/a' }, { courriel: 'sans arobase' }, { courriel: null }]
  const [column] = await profile({ crm: rows }, { sources: { crm: { fields: { courriel: 'email' } } } })
  assert.deepEqual([column.rows, column.ok, column.invalid, column.placeholder, column.missing], [4, 1, 1, 1, 1])
  assert.deepEqual([column.kind, column.reason], ['email', 'configured'])
  assert.deepEqual(column.problems.map(({ verdict }) => verdict).sort(), ['invalid', 'placeholder'])
  await assert.rejects(profile({ crm: rows }, { sources: { crm: { fields: { mail: 'email' } } } }), { code: 'unknown_column' })
})
