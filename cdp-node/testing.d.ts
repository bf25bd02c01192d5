import { Scenario } from './index.js'

/** Makes a test of each scenario of a folder, or of one file. `test` is the runner's; that of node:test where absent. */
export declare function scenarios(folder: string, test?: (name: string, run: () => Promise<void>) => unknown): void
export { Scenario }
