// Golden scenarios as tests: every file of a folder is a test of its own, in node:test, vitest or any runner alike.
'use strict'
const { Scenario } = require('./index.js')

/** Makes a test of each scenario of a folder, or of one file. `test` is the runner's; that of node:test where absent. */
function scenarios(folder, test = require('node:test').test) {
  for (const scenario of Scenario.loadAll(folder)) test(scenario.name, () => scenario.check())
}

module.exports = { Scenario, scenarios }
