// A collector as a process of its own, that can be killed: the one of this folder, or the program in COLLECTOR.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = dirname(dirname(fileURLToPath(import.meta.url)))

export class Service {
  #folder = mkdtempSync(join(tmpdir(), 'light-cdp-collector-'))
  #process
  #port = '0'
  starts = 0

  get store() {
    return join(this.#folder, 'graph')
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Seconds of processor time it has taken; `null` where the system does not tell it in /proc. */
  get cpu() {
    try {
      const times = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
      return (Number(times[11]) + Number(times[12])) / 100
    } catch {
      return null
    }
  }

  /** Starts it; the first time on any free port, then on that one. */
  async start(keys = 'secret:web', errors = 'inherit') {
    const command = process.env.COLLECTOR ? [process.env.COLLECTOR] : [process.execPath, join(here, 'main.mjs')]
    const env = { ...process.env, STORE: this.store, WRITE_KEYS: keys, PORT: this.#port }
    this.#process = spawn(command[0], command.slice(1), { env, stdio: ['ignore', 'pipe', errors] })
    const gone = once(this.#process, 'exit').then(([code]) => Promise.reject(new Error(`the collector ended with ${code}`)))
    gone.catch(() => {})
    const [line] = await Promise.race([once(createInterface(this.#process.stdout), 'line'), gone])
    this.#port = new URL(line.split(' ').at(-1)).port
    this.starts += 1
  }

  /** Ends it: SIGKILL as a crash would, SIGTERM in order. */
  async end(signal) {
    const ended = once(this.#process, 'exit')
    this.#process.kill(signal)
    const [code] = await ended
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`the collector ended with ${code}`)
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const authorization = { authorization: `Basic ${Buffer.from('secret:').toString('base64')}` }
