// Builds the add-on and puts it where the package loads it from. npm runs this before it packs the package.
import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const library = { darwin: 'libcdp_node.dylib', win32: 'cdp_node.dll' }[process.platform] ?? 'libcdp_node.so'

const built = cargo(['rustc', '--release', '-p', 'cdp-node', '--lib', '--message-format=json-render-diagnostics', '--', '-C', 'strip=symbols'])
const messages = built.trimEnd().split('\n').map((line) => JSON.parse(line))
const files = messages.flatMap((message) => (message.target?.name === 'cdp_node' ? (message.filenames ?? []) : []))
const file = files.find((name) => name.endsWith(library))
if (!file) throw new Error(`cargo told of no ${library}`)

// Replaced rather than overwritten: a process that has the old one loaded keeps it.
const place = join(root, 'cdp-node', 'light-cdp.node')
copyFileSync(file, `${place}.new`)
renameSync(`${place}.new`, place)
for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(root, licence), join(root, 'cdp-node', licence))

function cargo(words) {
  const { status, stdout, error } = spawnSync('cargo', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 })
  if (error) throw new Error(`cargo cannot be started (${error.message}); install Rust from https://rustup.rs`)
  if (status !== 0) process.exit(status ?? 1)
  return stdout
}
