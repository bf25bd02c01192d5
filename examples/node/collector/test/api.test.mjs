// What the collector answers, spoken to in plain HTTP.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Service, authorization } from '../support/service.mjs'

const service = new Service()
before(() => service.start('secret:web,other:app:ios'))
after(async () => {
  await service.end('SIGTERM')
  service.remove()
})

const post = async (path, body, headers = authorization) => {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const answer = await fetch(service.url + path, { method: 'POST', body: text, headers })
  return [answer.status, await answer.json()]
}
const stored = async () => (await (await fetch(`${service.url}/health`)).json()).messages
const page = (messageId) => ({ type: 'page', anonymousId: 'a1', messageId })

test('single messages by their paths, the same id once', async () => {
  const before = await stored()
  assert.deepEqual(await post('/v1/identify', { userId: 'u1', messageId: 's1', traits: { email: 'ann@example.fr' } }), [200, { success: true }])
  assert.deepEqual(await post('/v1/t', { userId: 'u1', messageId: 's2', event: 'seen', writeKey: 'other' }, { 'content-type': 'text/plain' }), [200, { success: true }])
  await post('/v1/identify', { userId: 'u1', messageId: 's1', traits: { email: 'ann@example.fr' } })
  assert.equal(await stored(), before + 2)
})

test('a batch may be compressed', async () => {
  const before = await stored()
  const body = gzipSync(JSON.stringify({ batch: [page('g1'), page('g2')], sentAt: new Date() }))
  assert.deepEqual(await post('/v1/batch', body, { ...authorization, 'content-encoding': 'gzip' }), [200, { success: true }])
  assert.equal(await stored(), before + 2)
})

test('a bad message costs no other', async () => {
  const before = await stored()
  const [status, { success, refused }] = await post('/v1/batch', { batch: [page('b1'), { type: 'track', userId: 'u1' }, page('b2'), { type: 'record', source: 'crm', record: { id: 1 } }] })
  assert.deepEqual([status, success, refused.map(({ index, code }) => [index, code])], [200, true, [[1, 'invalid_message'], [3, 'invalid_message']]])
  assert.match(refused[0].message, /event/)
  assert.equal(await stored(), before + 2)
})

test('half a character costs no other message', async () => {
  // Node's texts may hold one, and it is replaced; the JSON that Rust reads may not, and its message is refused.
  const refuses = Boolean(process.env.COLLECTOR)
  const before = await stored()
  const batch = (...names) => `{"batch": [${names.map((name) => `{"type": "track", "userId": "u1", "event": "${name}", "messageId": "half-${name.length}"}`)}]}`
  const [status, { success, refused = [] }] = await post('/v1/batch', batch('a', '\\ud83d', 'bb'))
  const codes = refused.map(({ index, code }) => [index, code])
  assert.deepEqual([status, success, codes], [200, true, refuses ? [[1, 'invalid_message']] : []])
  assert.equal((await post('/v1/track', { userId: 'u1', event: '\ud83d' }))[0], refuses ? 400 : 200)
  assert.equal(await stored(), before + (refuses ? 2 : 4))
})

test('what is no path of the API is not found', async () => {
  assert.equal((await post('/v1/nothing', page('p1')))[0], 404)
})

test('a write key without a source is refused at the start', async () => {
  for (const keys of ['secret', 'secret:web,other', ':web', 'secret:']) {
    const other = new Service()
    await assert.rejects(other.start(keys, 'ignore'), /ended with 1/)
    other.remove()
  }
})

test('what is no message is refused', async () => {
  const before = await stored()
  assert.equal((await post('/v1/batch', { batch: [{ type: 'page' }] }))[0], 400)
  assert.equal((await post('/v1/batch', {}))[0], 400)
  assert.equal((await post('/v1/batch', '{"batch": ['))[0], 400)
  assert.equal((await post('/v1/batch', '[]'))[0], 400)
  assert.equal((await post('/v1/batch', Buffer.from('no gzip'), { ...authorization, 'content-encoding': 'gzip' }))[0], 400)
  assert.equal((await post('/v1/batch', gzipSync(Buffer.alloc(8 << 20, ' ')), { ...authorization, 'content-encoding': 'gzip' }))[0], 413)
  assert.equal(await stored(), before)
})

test('a write key is needed', async () => {
  const before = await stored()
  assert.equal((await post('/v1/batch', { batch: [page('k1')] }, {}))[0], 401)
  assert.equal((await post('/v1/batch', { batch: [page('k2')], writeKey: 'secre' }, {}))[0], 401)
  assert.equal((await post('/v1/batch', { batch: [page('k3')], writeKey: 'other' }, {}))[0], 200)
  assert.equal(await stored(), before + 1)
})
