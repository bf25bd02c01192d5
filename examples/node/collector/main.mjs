// The collector as a program. Settings are environment variables:
//   STORE       the folder of the graph                          people.graph
//   CONFIG      the file of its configuration                    none
//   WRITE_KEYS  write keys with their sources, key:source,...    must be given
//   HOST, PORT  where to listen                                  127.0.0.1, 8080
import { Graph } from 'light-cdp'
import { collector } from './collector.mjs'

const { STORE = 'people.graph', CONFIG = null, WRITE_KEYS = '', HOST = '127.0.0.1', PORT = '8080' } = process.env
const keys = Object.fromEntries(WRITE_KEYS.split(',').flatMap(writeKey))
if (Object.keys(keys).length === 0) throw new Error('give WRITE_KEYS, such as WRITE_KEYS=secret:web,other:app')

const graph = await Graph.open(STORE, CONFIG)
const app = collector(graph, {
  keys,
  logger: { level: 'warn', stream: process.stderr },
  // A graph whose store failed takes nothing more in until it is opened again: whoever watches this process starts it anew.
  onStoreFailure: () => stop(1),
})
console.log(`listening on ${await app.listen({ host: HOST, port: Number(PORT) })}`)

/** A `key:source` pair; the first colon parts key and source. */
function writeKey(pair, place) {
  if (pair === '') return []
  const [, key, source] = /^([^:]+):(.+)$/.exec(pair) ?? []
  if (key === undefined) throw new Error(`WRITE_KEYS: pair ${place + 1} is not of the form key:source`)
  return [[key, source]]
}

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0))

/** Answers what is under way, then lets the store go. */
async function stop(code) {
  if (stopping) return
  stopping = true
  // A request that hangs must not keep a failed service alive; what is lost was not acknowledged.
  setTimeout(() => process.exit(1), 10_000).unref()
  await app.close()
  await graph.close().catch(() => {})
  process.exit(code)
}
