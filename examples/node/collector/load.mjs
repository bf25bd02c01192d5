// Requests a second and how long they take, by autocannon, and the processor time of both sides:
// `node load.mjs [messages a request] [connections] [seconds]`; COLLECTOR=path/to/cdp-collector for the one in Rust.
import autocannon from 'autocannon'
import { Service, authorization } from './support/service.mjs'

const [size = 1, connections = 50, seconds = 10] = process.argv.slice(2).map(Number)
const service = new Service()
await service.start()
let number = 0
const message = () => {
  const id = number++
  return { type: 'track', messageId: `load-${id}`, userId: `u${id % 10_000}`, anonymousId: `a${id % 10_000}`, event: 'order_completed', properties: { revenue: id % 100 } }
}
const result = await autocannon({
  url: service.url,
  connections,
  duration: seconds,
  requests: [
    {
      method: 'POST',
      path: '/v1/batch',
      headers: { ...authorization, 'content-type': 'application/json' },
      setupRequest: (request) => ({ ...request, body: JSON.stringify({ batch: Array.from({ length: size }, message) }) }),
    },
  ],
})
const [load, service_cpu] = [process.cpuUsage(), service.cpu]
const { messages } = await (await fetch(`${service.url}/health`)).json()
await service.end('SIGTERM')
service.remove()
console.log(JSON.stringify({ messages_a_request: size, connections, requests_a_second: result.requests.average, messages_a_second: Math.round(messages / seconds), p50_ms: result.latency.p50, p99_ms: result.latency.p99, errors: result.errors, not_2xx: result.non2xx, stored: messages, service_cpu_s: service_cpu, load_cpu_s: (load.user + load.system) / 1e6 }))
