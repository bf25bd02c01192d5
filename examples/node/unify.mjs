// @ts-check
// A retailer's web-shop accounts, till loyalty cards and call-centre tickets become people, segments and a report.
//
//   cd cdp-node && npm ci          (once; see cdp-node/README.md for building the add-on)
//   node examples/node/unify.mjs   (from anywhere)
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolve, segment } from '../../cdp-node/index.mjs' // in your own project: from 'light-cdp'

const data = fileURLToPath(new URL('../data/', import.meta.url))
const out = fileURLToPath(new URL('../../target/unify-node/', import.meta.url))
const now = '2025-06-01'

/** @param {import('../../cdp-node/index.mjs').Progress} progress */
function show({ stage, done, total }) {
  if (process.stderr.isTTY) process.stderr.write(`\r${stage}: ${total > 0 ? Math.round((100 * done) / total) : 0} %\u001b[K`)
}

const result = await resolve(
  {
    webshop: { path: join(data, 'webshop.csv') },
    loyalty: { path: join(data, 'loyalty.csv') },
    tickets: { path: join(data, 'tickets.jsonl') },
  },
  join(data, 'retailer.toml'),
  { progress: show },
)
if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')

const { summary } = result
console.log(`${summary.records} records are ${summary.profiles} people.`)
for (const { name, records, duplicates } of summary.sources) {
  console.log(`  ${name}: ${records} records, ${duplicates} of them of somebody the source already had`)
}

console.log('\nThree merges:')
const links = await result.rows('links')
const shown = [0, Math.floor(links.length / 2), links.length - 1].map((index) => links[index]).filter((link) => link !== undefined)
for (const link of shown) {
  console.log(`  ${result.why([link.source_a, link.record_id_a], [link.source_b, link.record_id_b]).text}`)
}

console.log('\nSegments:')
const segments = Object.keys(result.config.toObject().segments ?? {})
for (const name of segments) {
  const members = await segment(result, `segment('${name}')`, { now })
  console.log(`  ${name}: ${members.length} people`)
}

await mkdir(out, { recursive: true })
await writeFile(join(out, 'assignments.arrow'), result.assignments)
await writeFile(join(out, 'profiles.json'), JSON.stringify(await result.rows('profiles'), null, 1))
await result.report(join(out, 'report.html'), { now })
console.log(`\nThe report, the profiles and the assignments are in ${out}`)
