import { expect, it } from 'vitest'
import { engines, loadText, operationsIn, upWith } from './loading.ts'

it.each([
  ["removeColumn('a')", 'removeColumn'],
  ["renameColumn('a', 'b')", 'renameColumn'],
  ['dropTable()', 'dropTable'],
  ['addColumn(undefined, null)', 'addColumn'],
])('a call without its names is opaque, not about a table called undefined: %s', async (call, method) => {
  const { postgres } = await engines()
  const operations = operationsIn(loadText(upWith(`await queryInterface.${call}`), postgres).up)
  expect(operations).toMatchObject([
    { kind: 'opaque', because: 'unknown-method', detail: expect.stringContaining(`${method} is called without its`) },
  ])
})
