// cancel.mjs FILE.parquet [SECONDS...]: how long an aborted signal takes to reject `resolve`, so many seconds after its beginning.
import { resolve } from '../cdp-node/index.mjs'

const [path, ...given] = process.argv.slice(2)
for (const after of given.length ? given.map(Number) : [1, 4, 8]) {
  const controller = new AbortController()
  let stage = 'read'
  let sent = 0
  const timer = setTimeout(() => {
    sent = performance.now()
    controller.abort()
  }, after * 1000)
  const progress = (event) => (stage = event.stage)
  try {
    await resolve({ path }, null, { signal: controller.signal, progress })
    console.log(`${after} s: it had ended`)
  } catch (error) {
    console.log(`${after} s, ${stage}: ${(performance.now() - sent).toFixed(0)} ms, ${error.code}`)
  }
  clearTimeout(timer)
}
