// The TypeScript definitions: the strict example compiles, and both entries export what the definitions declare.
'use strict'
const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const { test } = require('node:test')

const examples = join(__dirname, '..', '..', 'examples', 'node')

test('the examples compile under the strictest settings', () => {
  const package_ = require.resolve('typescript/package.json')
  const tsc = join(dirname(package_), require(package_).bin.tsc)
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '--project', examples], { encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})

test('both entries export what is declared', async () => {
  const text = readFileSync(join(__dirname, '..', 'index.d.ts'), 'utf8')
  const declared = [...text.matchAll(/^export declare (?:class|function) (\w+)/gm)].map(([, name]) => name).sort()
  assert.deepEqual(Object.keys(require('..')).sort(), declared)
  assert.deepEqual(Object.keys(await import('../index.mjs')).sort(), declared)
})

test('the members of classes are those declared', () => {
  const text = readFileSync(join(__dirname, '..', 'index.d.ts'), 'utf8')
  for (const [, name, body] of text.matchAll(/^export declare class (\w+) \{\n(.*?)\n\}/gms)) {
    const type = require('..')[name]
    const added = text.match(new RegExp(`^export interface ${name} \\{\\n(.*?)\\n\\}`, 'ms'))?.[1] ?? ''
    const declared = [...`${body}\n${added}`.matchAll(/^ {2}(static )?(?:get )?(\w+)[(<]/gm)].map(([, still, member]) => (still ? `static ${member}` : member))
    const ownStatics = Object.getOwnPropertyNames(type).filter((key) => !['length', 'name', 'prototype', 'arguments', 'caller'].includes(key))
    const actual = [
      ...Object.getOwnPropertyNames(type.prototype),
      ...ownStatics.map((key) => `static ${key}`),
    ]
    const expected = [...new Set(['constructor', ...declared])]
    assert.deepEqual(actual.filter((key) => key !== 'toJSON').sort(), expected.sort(), name)
  }
})
