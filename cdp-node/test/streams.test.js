// The live graph as streams, and in threads of its own.
'use strict'
const assert = require('node:assert/strict')
const { once } = require('node:events')
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { Readable } = require('node:stream')
const { pipeline } = require('node:stream/promises')
const { test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Graph } = require('..')

const pages = (count, prefix = 'm') =>
  Array.from({ length: count }, (_, number) => ({ type: 'page', messageId: `${prefix}${number}`, anonymousId: `${prefix}${number}`, name: 'Home' }))

test('the feed is read to its end, page by page', async () => {
  const graph = await Graph.open()
  await graph.ingest(pages(25))
  const numbers = []
  for await (const change of graph.changes(0, 10)) numbers.push(change.number)
  assert.deepEqual(numbers, Array.from({ length: 25 }, (_, index) => index + 1))
  assert.equal((await graph.changes(0, 10)).length, 10)
  for await (const { number } of graph.changes(20, 2, ['profile_created'])) assert.ok(number > 20)
  for await (const change of graph.changes(25)) assert.fail(`nothing comes after the end, but ${change.number}`)
  await assert.rejects(async () => {
    for await (const change of graph.changes(0, 1, ['no_such_type'])) assert.fail(change.type)
  })
})

test('messages are piped in, and what finishes is on disk', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const graph = await Graph.open(join(folder, 'graph'))
  await pipeline(Readable.from(pages(2_500)), graph.writable({ highWaterMark: 100 }))
  assert.equal((await graph.counts()).messages, 2_500)
  await graph.close()
  const again = await Graph.open(join(folder, 'graph'))
  assert.equal((await again.counts()).messages, 2_500)
  await again.close()
})

test('a bad message ends a stream, or is told and left out', async () => {
  const graph = await Graph.open()
  const messages = [...pages(5), { type: 'page' }, ...pages(5, 'n')]
  await assert.rejects(pipeline(Readable.from(messages), graph.writable()), { code: 'invalid_message' })
  const refused = []
  await pipeline(Readable.from(messages), graph.writable({ onRefused: (message, { code }) => refused.push([message, code]) }))
  assert.deepEqual(refused, [[{ type: 'page' }, 'invalid_message']])
  assert.equal((await graph.counts()).messages, 10)
})

test('each thread has its own graphs and results', async () => {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { Graph, resolve } = require(workerData.entry)
    ;(async () => {
      const graph = await Graph.open()
      await graph.ingest(workerData.messages)
      const { summary } = await resolve({ crm: [{ id: 1, email: 'ann@example.fr' }, { id: 2, email: 'ann@example.fr' }] })
      parentPort.postMessage({ messages: (await graph.counts()).messages, records: summary.records })
    })()`
  const counts = [10, 20, 30].map(async (count) => {
    const worker = new Worker(program, { eval: true, workerData: { entry: require.resolve('..'), messages: pages(count) } })
    const [told] = await once(worker, 'message')
    assert.deepEqual(told, { messages: count, records: 2 })
    await worker.terminate()
  })
  await Promise.all(counts)
})
