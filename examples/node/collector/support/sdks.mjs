// The real SDKs, sending a history of invented visitors and telling what was acknowledged.
import { Analytics } from '@segment/analytics-node'
import Rudder from '@rudderstack/rudder-sdk-node'

const MOST_UNDER_WAY = 2_000

/** Ways to send one message of a type, each settled when its SDK says that it was delivered. */
export const SDKS = {
  segment(url) {
    const client = new Analytics({ writeKey: 'secret', host: url, flushAt: 100, flushInterval: 50, maxRetries: 1_000 })
    client.on('error', () => {})
    const send = (type, message) => promised((done) => client[type](message, done))
    return { send, close: () => client.closeAndFlush() }
  },
  rudder(url) {
    const retry = { retries: 1_000, retryDelay: () => 200 }
    const client = new Rudder('secret', { dataPlaneUrl: url, flushAt: 100, flushInterval: 50, axiosRetryConfig: retry, errorHandler: () => {}, logLevel: 'none' })
    const send = (type, message) => promised((done) => client[type](message, done))
    return { send, close: () => promised((done) => client.flush(done)) }
  },
}

const promised = (work) => new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())))

/** Sends `count` messages; how many of them were acknowledged. */
export async function history(sdk, url, count, { people = Math.ceil(count / 10), name } = {}) {
  const { send, close } = SDKS[sdk](url)
  const underWay = new Set()
  let acknowledged = 0
  for (let number = 0; number < count; number++) {
    const [type, message] = visit(name, number, people)
    const sent = send(type, message).then(() => void (acknowledged += 1)).finally(() => underWay.delete(sent))
    underWay.add(sent)
    // An SDK hands its messages over by and by; nobody sends a hundred thousand at once.
    if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay)
    if (number % 100 === 99) await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(underWay)
  await close()
  return acknowledged
}

/** Every tenth message is a login. */
function visit(name, number, people) {
  const person = number % people
  const anonymousId = `${name}-device-${person}`
  if (number % 10 === 0)
    return ['identify', { userId: `${name}-${person}`, anonymousId, traits: { email: `${name}.${person}@example.fr`, firstName: 'Ann' } }]
  if (number % 10 === 5) return ['page', { anonymousId, name: 'Home' }]
  return ['track', { userId: `${name}-${person}`, anonymousId, event: 'order_completed', properties: { revenue: number % 100 } }]
}
