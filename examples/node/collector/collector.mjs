// The HTTP tracking API that the public analytics SDKs speak (Segment's, RudderStack's and their kin), over a live graph.
// A request is answered with 200 once everything in it survives a crash; what was not answered so, SDKs send again, and
// the graph counts a message id once.
import Fastify from 'fastify'
import { createHash, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** The paths of single messages, long and as browsers shorten them, and the type that each means. */
const PATHS = { identify: 'identify', i: 'identify', track: 'track', t: 'track', page: 'page', p: 'page', screen: 'screen', s: 'screen', group: 'group', g: 'group', alias: 'alias', a: 'alias' }
const TYPES = new Set(Object.values(PATHS))

const unzip = promisify(gunzip)

/**
 * @param graph an open graph of light-cdp
 * @param keys from write keys to the names of their sources
 * @param onStoreFailure called when the store can take nothing more in: the graph must be opened again
 */
export function collector(graph, { keys, onStoreFailure = () => {}, bodyLimit = 4 << 20, ...settings }) {
  const app = Fastify({ bodyLimit, ...settings })
  // SDKs say `application/json`, `text/plain` (browsers, to save a request) or, with gzip, whatever their HTTP client does.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body) => parse(body, request.headers['content-encoding'], bodyLimit))
  app.addHook('onRequest', async (request, reply) => void reply.header('access-control-allow-origin', '*'))
  app.options('/*', async (request, reply) =>
    reply.code(204).header('access-control-allow-methods', 'POST').header('access-control-allow-headers', 'authorization, content-type').send(),
  )
  app.get('/health', async () => graph.counts())

  const sourceOf = sources(keys)
  const take = async (request, reply, body, messages) => {
    const source = sourceOf(keyOf(request.headers.authorization) ?? body.writeKey)
    if (source === undefined) return reply.code(401).send({ success: false, code: 'unknown_write_key' })
    try {
      const refused = await takeIn(graph, messages, body.sentAt, source)
      const nothing = refused.length > 0 && refused.length === messages.length
      return reply.code(nothing ? 400 : 200).send({ success: !nothing, ...(refused.length && { refused }) })
    } catch (error) {
      if (error.family === 'store') onStoreFailure(error)
      request.log.error(error)
      return reply.code(503).header('retry-after', '1').send({ success: false, code: error.code })
    }
  }
  for (const path of ['/v1/batch', '/v1/import'])
    app.post(path, async (request, reply) => {
      const body = request.body ?? {}
      return Array.isArray(body.batch) ? take(request, reply, body, body.batch) : reply.code(400).send({ success: false, code: 'no_batch' })
    })
  for (const [path, type] of Object.entries(PATHS))
    app.post(`/v1/${path}`, async (request, reply) => {
      const { writeKey, ...message } = request.body ?? {}
      return take(request, reply, { writeKey }, [{ ...message, type }])
    })
  return app
}

/** The object in a body. */
async function parse(body, encoding, limit) {
  try {
    const plain = encoding === 'gzip' ? await unzip(body, { maxOutputLength: limit }) : body
    const object = JSON.parse(plain.toString('utf8'))
    if (object === null || typeof object !== 'object' || Array.isArray(object)) throw new SyntaxError('the body is no object')
    return object
  } catch (error) {
    throw Object.assign(error, { statusCode: error.code === 'ERR_BUFFER_TOO_LARGE' ? 413 : 400 })
  }
}

/** Takes messages in; those that are refused, with their place and the reason. All others are durable when this returns. */
async function takeIn(graph, messages, sentAt, source) {
  const ours = messages.map((message) => (TYPES.has(message?.type) ? { ...message, source } : null))
  if (!ours.includes(null))
    try {
      await graph.ingest({ batch: ours, sentAt })
      return []
    } catch (error) {
      if (error.code !== 'invalid_message') throw error
    }
  // A call is taken in whole or not at all: so that one bad message costs nobody else's, each now is a call of its own.
  const one = async (message, index) => {
    try {
      if (message === null) throw Object.assign(new Error(`the types are: ${[...TYPES].join(', ')}`), { code: 'invalid_message' })
      await graph.ingest({ batch: [message], sentAt })
    } catch (error) {
      if (error.code !== 'invalid_message') throw error
      return { index, code: error.code, message: error.message }
    }
  }
  return (await Promise.all(ours.map(one))).filter(Boolean)
}

/** The user name of basic authentication. */
function keyOf(header) {
  const [scheme, value] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic' || !value) return undefined
  return Buffer.from(value, 'base64').toString('utf8').split(':')[0]
}

/** From a write key to its source, in a time that tells nothing of the keys. */
function sources(keys) {
  const hash = (text) => createHash('sha256').update(text).digest()
  const known = Object.entries(keys).map(([key, source]) => [hash(key), source])
  return (key) => {
    if (typeof key !== 'string') return undefined
    const given = hash(key)
    return known.filter(([wanted]) => timingSafeEqual(wanted, given))[0]?.[1]
  }
}
