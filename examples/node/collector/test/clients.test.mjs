// The public SDKs through crashes and restarts of the collector: what they sent, what they were told was delivered, and what
// is in the store are the same number. MESSAGES and KILLS set how much; a run of 100,000 messages is in docs/collector.md.
import { Graph } from 'light-cdp'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SDKS, history } from '../support/sdks.mjs'
import { Service, pause } from '../support/service.mjs'

const MESSAGES = Number(process.env.MESSAGES ?? 5_000)
const KILLS = Number(process.env.KILLS ?? 4)

for (const sdk of Object.keys(SDKS))
  test(`${sdk}: nothing acknowledged is lost, nothing counts twice`, { timeout: 900_000 }, async (t) => {
    const service = new Service()
    t.after(() => service.remove())
    await service.start()
    const sending = { over: false }
    const begun = performance.now()
    const acknowledged = history(sdk, service.url, MESSAGES, { name: sdk }).finally(() => (sending.over = true))
    await crash(service, sending, KILLS)
    const told = await acknowledged
    const seconds = (performance.now() - begun) / 1000
    await service.end('SIGTERM')

    const graph = await Graph.open(service.store)
    const { messages, profiles } = await graph.counts()
    await graph.verify()
    await graph.close()
    t.diagnostic(`sent ${MESSAGES}, acknowledged ${told}, stored ${messages}; ${service.starts - 1} restarts; ${seconds.toFixed(1)} s`)
    assert.equal(told, MESSAGES)
    assert.equal(messages, MESSAGES)
    assert.equal(profiles, Math.ceil(MESSAGES / 10))
    assert.ok(service.starts > 1, 'it was over before the first crash')
  })

/** Ends the service again and again while messages come in: three times as a crash, then in order. */
async function crash(service, sending, kills) {
  for (let round = 0; round < kills && !sending.over; round++) {
    await pause(100 + Math.random() * 400)
    if (sending.over) return
    await service.end(round % 4 === 3 ? 'SIGTERM' : 'SIGKILL')
    await service.start()
  }
}
