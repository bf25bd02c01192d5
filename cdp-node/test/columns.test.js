// What columns hold: `profile` tells rows whose names are exchanged.
'use strict'
const assert = require('node:assert/strict')
const { test } = require('node:test')
const { profile } = require('..')

const people = Array.from({ length: 24 }, (_, i) => ({
  prenom: i % 2 ? 'Marie' : 'Jean',
  nom_de_famille: i % 4 < 2 ? 'Martin' : 'Roux',
  nom_de_naissance: [1, 2].includes(i % 4) ? 'Durand' : 'Dupont',
}))

test('names in each other\'s column are told by their rows, with the column of given names', async () => {
  const swapped = { prenom: 'Dupont', nom_de_famille: null, nom_de_naissance: 'Marie' }
  const found = await profile([...people, swapped])
  assert.deepEqual(found.map(({ column, exchanged }) => [column, exchanged]), [
    ['prenom', [24]],
    ['nom_de_famille', []],
    ['nom_de_naissance', []],
  ])
})

test('no row is told where none is exchanged', async () => {
  const found = await profile(people)
  assert.ok(found.every(({ exchanged }) => exchanged.length === 0))
})
