import { expect, it } from 'vitest'
import swallowedError from '../../rules/framework/swallowed-error.ts'
import { check } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

const add = (column: string) => `queryInterface.addColumn('orders', '${column}', Sequelize.TEXT)`
const all = `Promise.allSettled([${add('note')}, ${add('memo')}])`

async function isTold(body: string): Promise<boolean> {
  const file = `module.exports = {\n  async up(queryInterface, Sequelize) {\n${body}\n  },\n  async down() { throw new Error('forward only') },\n}\n`
  const { outcome } = await check(
    optionsFor({ 'migrations/1-a.js': file }, { dialect: 'mysql', framework: 'sequelize' }, { rules: [swallowedError] }),
  )
  expect(outcome.errors).toEqual([])
  expect(outcome.opaque).toEqual([])
  return outcome.findings.length > 0
}

it.each([
  ['stands alone', `await ${all}`],
  ['is what the migration gives back', `return ${all}`],
  ['comes out of a function whose answer nobody takes', `const both = async () => ${all}\nawait both()`],
])('what Promise.allSettled tells is not read where it %s', async (_, body) => expect(await isTold(body)).toBe(true))

it.each([
  ['a loop', `for (const one of await ${all}) if (one.status === 'rejected') throw one.reason`],
  ['the next statement', `const settled = await ${all}\nif (settled.some((one) => one.status === 'rejected')) throw new Error('failed')`],
  ['then', `await ${all}.then((settled) => { for (const one of settled) if (one.reason) throw one.reason })`],
  ['who calls the function', `const both = () => ${all}\nconst settled = await both()\nconsole.log(settled.map((one) => one.status))`],
])('it is by %s', async (_, body) => expect(await isTold(body)).toBe(false))

it('Promise.all fails with the first that fails', async () => expect(await isTold(`await ${all.replace('allSettled', 'all')}`)).toBe(false))
