// light-cdp for `import`.
import lightCdp from './index.js'

export const { Config, Model, Resolution, evaluate, normalize, profile, resolve, segment, similarity } = lightCdp
