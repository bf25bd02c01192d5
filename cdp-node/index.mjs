// light-cdp for `import`.
import lightCdp from './index.js'

export const { Config, Decisions, Export, Graph, Model, Resolution, activate, evaluate, normalize, profile, resolve, segment, similarity, train } = lightCdp
