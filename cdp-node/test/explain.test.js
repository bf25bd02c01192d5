// `why`, `whyNot`, `how` and `diff`: what they give, and that they fit each other.
'use strict'
const assert = require('node:assert/strict')
const { join } = require('node:path')
const { before, test } = require('node:test')
const { tableFromIPC } = require('apache-arrow')
const { Graph, diff, resolve } = require('..')

const data = (file) => ({ path: join(__dirname, '..', '..', 'examples', 'data', file) })
const sources = { webshop: data('webshop.csv'), loyalty: data('loyalty.csv') }
let result

before(async () => {
  result = await resolve(sources)
})

test('why shows frequencies, links and the weakest link', async () => {
  const link = (await result.rows('links')).find(({ rule }) => rule === 'match')
  const why = result.why([link.source_a, link.record_id_a], [link.source_b, link.record_id_b])
  const sum = why.parts.reduce((sum, part) => sum + part.weight, why.prior) + why.related
  assert.ok(Math.abs(sum - why.weight) < 1e-9)
  assert.ok(why.parts.some(({ frequency }) => frequency !== 0))
  assert.ok(why.links.some(({ rule, evidence }) => rule === 'match' && Math.abs(evidence - why.weight) < 1e-9))
  assert.equal(why.weakest, 0)
})

test('why not says what stands between them and what is needed', () => {
  const why = result.whyNot(['webshop', 'W10000'], ['webshop', 'W10007'])
  assert.equal(why.sameProfile, false)
  assert.ok(why.weight < why.threshold)
  assert.ok(why.obstacles.some(({ kind }) => kind === 'too_weak'))
  assert.ok(why.needed.some(({ kind, value }) => kind === 'agreement' && value > 0))
  assert.ok(why.blocking.every(({ parts }) => parts.length > 0))
})

test('how is a tree', async () => {
  const { profile_id } = (await result.rows('profiles')).find(({ size }) => size > 2)
  const how = result.how(profile_id)
  assert.equal(how.tree.length, how.members.length - 1)
  assert.equal(how.tree.at(-1).size, how.members.length)
  assert.ok(how.cohesion > 0 && how.cohesion <= 1)
})

test('a diff of two thresholds, its tables and its gate', async () => {
  const config = { ...result.config.toObject(), matching: { threshold: 0.999999 } }
  const strict = await resolve(sources, config, { model: result.model })
  const found = await diff(result, strict)
  assert.ok(found.counts.split > 0)
  assert.equal(found.counts.profilesAfter, strict.summary.profiles)
  const groups = await found.rows('groups')
  assert.equal(groups.length, Math.min(1000, found.groupsChanged))
  assert.equal(tableFromIPC(await found.table('details')).numRows, (await found.rows('details')).length)
  assert.equal((await (await diff(result, strict, { examples: 1 })).rows('groups')).length, 1)
  assert.equal((await (await diff(result, strict, { examples: Infinity })).rows('groups')).length, found.groupsChanged)
  found.check({ merged: found.counts.merged })
  assert.throws(() => found.check({ split: '0%' }), { code: 'limit_exceeded' })
  assert.throws(() => found.check({ splits: 0 }), { code: 'unknown_key' })
  await assert.rejects(diff(result, null), { code: 'invalid_input' })
  await assert.rejects(found.rows('nothing'), { code: 'not_found' })
})

test('graphs are compared by instant and by configuration', async () => {
  const graph = await Graph.open()
  const traits = { phone: '+33612345678' }
  await graph.ingest({ type: 'identify', anonymousId: 'a1', traits }, { received: '2024-03-01T00:00:00Z' })
  await graph.ingest({ type: 'identify', anonymousId: 'a2', userId: 'u1', traits }, { received: '2024-04-01T00:00:00Z' })
  const since = await diff(await graph.asOf('2024-03-15T00:00:00Z'), graph)
  assert.equal(since.counts.profilesAfter, 1)
  const other = await graph.under({ identifiers: { phone: { links: false } } })
  assert.equal((await diff(graph, other)).counts.split, 1)
  const strict = await Graph.open(null, { identifiers: { phone: { links: false } } })
  for (const anonymousId of ['a1', 'a2']) await strict.ingest({ type: 'identify', anonymousId, traits })
  const own = await strict.under()
  assert.equal((await diff(strict, own)).counts.profilesAfter, 2, 'without a configuration it is under its own')
  const [{ profileId }] = await graph.find({ customer_id: 'u1' })
  const how = await graph.how(profileId)
  assert.equal(how.history[0].what, 'profile_created')
  await graph.ingest({ type: 'identify', userId: 'u2', traits: { email: 'bob@example.fr' } })
  const told = await graph.whyNot(['events', 'user:u1'], ['events', 'user:u2'])
  assert.equal(told.obstacles[0].kind, 'nothing_shared')
})
