// A graph on PostgreSQL that several processes share. Skipped where there is no server to start.
const assert = require('node:assert/strict')
const { execFileSync, spawn, spawnSync } = require('node:child_process')
const { existsSync, mkdtempSync, readdirSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { delimiter, join } = require('node:path')
const { after, before, test } = require('node:test')
const { setTimeout: pause } = require('node:timers/promises')
const { Graph } = require('..')

function programs() {
  const versions = '/usr/lib/postgresql'
  const folders = (process.env.PATH ?? '').split(delimiter)
  if (existsSync(versions)) folders.push(...readdirSync(versions).map((version) => join(versions, version, 'bin')))
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

const bin = process.platform === 'win32' ? undefined : programs()
const isRoot = process.getuid?.() === 0
const missing = !bin
  ? 'there is no PostgreSQL (initdb and postgres)'
  : isRoot && spawnSync('setpriv', ['--version']).status !== 0
    ? 'PostgreSQL does not run as root, and there is no setpriv'
    : false
let folder, server

const words = (program, args) => {
  const command = [join(bin, program), ...args]
  return isRoot ? ['setpriv', ['--reuid=nobody', '--clear-groups', ...command]] : [command[0], command.slice(1)]
}
const address = (graph) => `postgres://cdp@${encodeURIComponent(folder)}/postgres?graph=${graph}`
const identify = (user, email) => ({ type: 'identify', userId: user, traits: { email } })

before(async () => {
  if (missing) return
  folder = mkdtempSync(join(tmpdir(), 'cdp-pg-'))
  if (isRoot) execFileSync('chown', ['nobody', folder])
  const data = join(folder, 'data')
  execFileSync(...words('initdb', ['-A', 'trust', '-U', 'cdp', '-E', 'UTF8', '--locale=C', '--no-sync', '-D', data]), { stdio: 'ignore' })
  server = spawn(...words('postgres', ['-D', data, '-k', folder, '-c', 'listen_addresses=']), { stdio: 'ignore' })
  for (let tries = 0; !existsSync(join(folder, '.s.PGSQL.5432')) && tries < 600; tries++) await pause(50)
})

after(async () => {
  if (!server) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGINT')
  await ended
  rmSync(folder, { recursive: true, force: true })
})

/** Another process that says who it sees, and adds somebody. */
function another(url) {
  const program = `
    const { Graph } = require(${JSON.stringify(join(__dirname, '..'))})
    Graph.open(${JSON.stringify(url)}).then(async (graph) => {
      const seen = await graph.find({ email: 'ann@example.fr' })
      await graph.ingest({ type: 'identify', userId: 'u2', traits: { email: 'bob@example.fr' } })
      await graph.close()
      console.log(seen.length)
    })`
  return execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }).trim()
}

test('processes share a graph', { skip: missing }, async () => {
  const graph = await Graph.open(address('shared'))
  await graph.ingest(identify('u1', 'ann@example.fr'))
  assert.equal(another(address('shared')), '1')
  assert.deepEqual(await graph.find({ email: 'bob@example.fr' }), [], 'what it has seen')
  await graph.refresh()
  assert.equal((await graph.find({ email: 'bob@example.fr' })).length, 1)
  assert.equal((await graph.counts()).profiles, 2)
  await graph.close()
})

test('calls that do not wait for each other share turns, and each has its answer', { skip: missing }, async () => {
  const [one, other] = await Promise.all([Graph.open(address('turns')), Graph.open(address('turns'))])
  const calls = Array.from({ length: 200 }, (_, n) => (n % 2 ? one : other).ingest(identify(`u${n}`, `p${n >> 1}@example.fr`)))
  const wrong = one.ingest({ type: 'nonsense' })
  await assert.rejects(wrong, { code: 'invalid_message' })
  const changes = (await Promise.all(calls)).flat()
  assert.equal(changes.filter((change) => change.type === 'profile_created').length, 200)
  const numbers = changes.map((change) => change.number).sort((a, b) => a - b)
  assert.deepEqual(numbers, numbers.map((_, at) => at + 1), 'the feed is numbered without gaps, once')
  await Promise.all([one.refresh(), other.refresh()])
  assert.deepEqual(await one.counts(), await other.counts())
  await Promise.all([one.close(), other.close()])
})

test('no error has the password', async () => {
  await assert.rejects(Graph.open('postgres://ann:secret@127.0.0.1:1/crm'), (error) => {
    assert.equal(error.code, 'store_io')
    assert.ok(!`${error.message} ${error.stack}`.includes('secret'), error.message)
    return true
  })
})
