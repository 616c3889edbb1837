import { expect, it } from 'vitest'
import { operations } from './loading.ts'

it.each([
  ["removeColumn('a')", 'removeColumn'],
  ["renameColumn('a', 'b')", 'renameColumn'],
  ['dropTable()', 'dropTable'],
  ['addColumn(undefined, null)', 'addColumn'],
])('a call without its names is opaque, not about a table called undefined: %s', (call, method) => {
  expect(operations(`await queryInterface.${call}`)).toMatchObject([
    { kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining(`${method} is called without its`) },
  ])
})
