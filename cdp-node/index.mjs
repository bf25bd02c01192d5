// light-cdp for `import`.
import lightCdp from './index.js'

export const { Config, Decisions, Graph, Model, Resolution, evaluate, normalize, profile, resolve, segment, similarity, train } = lightCdp
