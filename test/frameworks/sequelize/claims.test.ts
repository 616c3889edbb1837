import { describe, expect, it } from 'vitest'
import { discover } from '../../../src/frameworks/sequelize/discover.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const short = "module.exports = { up: (q) => q.addIndex('t', ['c']), down: (q) => q.removeIndex('t', ['c']) }"
const found = (dependencies: string) =>
  discover(memoryProject({ 'package.json': `{ "dependencies": { ${dependencies} } }`, 'migrations/1-a.js': short }), {})

describe('a file with an up and no word of its tool', () => {
  it('is a migration where the package uses Sequelize', () =>
    expect(found('"sequelize": "6.37.0"').map(({ entries }) => entries.length)).toEqual([1]))
  it('is not taken where the package uses another tool as well, or none', () => {
    expect(found('"sequelize": "6.37.0", "knex": "3.1.0"')).toEqual([])
    expect(found('"left-pad": "1.0.0"')).toEqual([])
  })
})
