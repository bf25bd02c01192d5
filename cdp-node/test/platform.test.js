// A platform without an add-on, or with one that does not load: said in words, with what to do.
'use strict'
const assert = require('node:assert/strict')
const { copyFileSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { test } = require('node:test')

test('a missing or broken add-on is told with the remedy', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'light-cdp-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const entry = join(folder, 'index.js')
  copyFileSync(join(__dirname, '..', 'index.js'), entry)
  const { platform, arch } = process
  const missing = { code: 'ERR_DLOPEN_FAILED', message: new RegExp(`there is no native add-on for ${platform}-${arch}; build the package with Rust`) }
  assert.throws(() => require(entry), missing)
  writeFileSync(join(folder, 'light-cdp.node'), 'no library')
  const broken = { code: 'ERR_DLOPEN_FAILED', message: new RegExp(`does not load on ${platform}-${arch}: .*light-cdp\\.node.*; build the package`) }
  assert.throws(() => require(entry), broken)
})
