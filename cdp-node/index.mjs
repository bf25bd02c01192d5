// light-cdp for `import`.
import lightCdp from './index.js'

export const { Config, Decisions, Diff, Export, Graph, Model, Predicate, Resolution, Scenario, activate, diff, evaluate, normalize, onWork, profile, resolve, segment, similarity, train } = lightCdp
