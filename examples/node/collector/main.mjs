// The collector as a program. Settings are environment variables:
//   STORE       the folder of the graph                          people.graph
//   CONFIG      the file of its configuration                    none
//   WRITE_KEYS  write keys with their sources, key:source,...    must be given
//   HOST, PORT  where to listen                                  127.0.0.1, 8080
import { Graph } from 'light-cdp'
import { collector } from './collector.mjs'

const { STORE = 'people.graph', CONFIG = null, WRITE_KEYS = '', HOST = '127.0.0.1', PORT = '8080' } = process.env
const keys = Object.fromEntries(WRITE_KEYS.split(',').filter(Boolean).map((pair) => pair.split(':')))
if (Object.keys(keys).length === 0) throw new Error('give WRITE_KEYS, such as WRITE_KEYS=secret:web,other:app')

const graph = await Graph.open(STORE, CONFIG)
const app = collector(graph, {
  keys,
  logger: { level: 'warn', stream: process.stderr },
  // A graph whose store failed takes nothing more in until it is opened again: whoever watches this process starts it anew.
  onStoreFailure: () => stop(1),
})
console.log(`listening on ${await app.listen({ host: HOST, port: Number(PORT) })}`)

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0))

/** Answers what is under way, then lets the store go. */
async function stop(code) {
  if (stopping) return
  stopping = true
  await app.close()
  await graph.close().catch(() => {})
  process.exit(code)
}
