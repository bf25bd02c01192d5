// The types of light-cdp under the strictest settings of the compiler; `npm test` in cdp-node compiles this file.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  Config,
  Graph,
  Model,
  Resolution,
  evaluate,
  normalize,
  resolve,
  segment,
  similarity,
  type CdpError,
  type Change,
  type Progress,
  type Quality,
  type Row,
  type Summary,
  type Why,
} from 'light-cdp'
import { tableFromArrays, tableFromIPC } from 'apache-arrow'

interface Customer {
  readonly id: number
  readonly email: string | null
  readonly born?: Date
}

export async function unify(customers: readonly Customer[], tickets: Row[], signal: AbortSignal): Promise<string[]> {
  const progress = ({ stage, done, total }: Progress): void => console.log(`${stage}: ${done}/${total}`)
  const tables = { crm: customers, tickets, till: { path: 'till.csv' }, web: tableFromArrays({ mail: ['ann@example.fr'] }) }
  const config: Config = await Config.infer(tables)
  const result: Resolution = await resolve(tables, config, { signal, progress, threads: 2 })

  const summary: Summary = result.summary
  const seconds: number | undefined = summary.seconds['score']
  const why: Why = result.why(['crm', '1'], ['till', '7'])
  const parts: number = why.parts.reduce((sum, part) => sum + part.weight, why.prior + why.related)
  const names: string[] = (await result.rows('profiles')).map((profile) => `${profile.profile_id}: ${profile['given_name'] ?? '?'}`)
  const weights: number[] = (await result.rows('links')).map((link) => link.match_weight)
  const columns: string[] = tableFromIPC(result.profiles).schema.fields.map((field) => field.name)
  console.log(seconds, parts, names.length, weights.length, columns)

  await result.model.save('model.json')
  const again = await resolve(tables, 'cdp.toml', { model: await Model.load('model.json') })
  const quality: Quality = await evaluate(again.assignments, [{ record_id: '1', entity: 'a' }])
  console.log(quality.pairwise.f1, similarity('jaro_winkler', 'martin', 'martine'), normalize('Ann@Example.FR', 'email').key)
  return segment(result, "country = 'FR'", { now: new Date() })
}

export async function live(messages: AsyncIterable<object>): Promise<number> {
  const graph: Graph = await Graph.open('people.graph')
  const refused: CdpError[] = []
  await pipeline(Readable.from(messages), graph.writable({ onRefused: (_message, error) => refused.push(error) }))
  let cursor = 0
  for await (const change of graph.changes(cursor, 500)) cursor = change.number
  const page: Change[] = await graph.changes(cursor)
  await graph.close()
  return page.length + refused.length
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? (error as CdpError).code : 'unknown'
}

// @ts-expect-error a table of a result has one of four names
export const unknownTable = (result: Resolution) => result.rows('people')

// @ts-expect-error text is no table: a file is given as { path }
export const textAsTable = () => resolve('customers.csv')

// @ts-expect-error the value comes first, then its kind
export const turnedRound = () => normalize('email', 'Ann@Example.FR')
