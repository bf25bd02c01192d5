// light-cdp for `import`.
import lightCdp from './index.js'

export const { Config, Decisions, Export, Graph, Model, Predicate, Resolution, activate, evaluate, normalize, profile, resolve, segment, similarity, train } = lightCdp
