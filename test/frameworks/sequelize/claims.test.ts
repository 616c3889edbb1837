import { describe, expect, it } from 'vitest'
import { claimOf } from '../../../src/frameworks/sequelize/claims.ts'
import { discover } from '../../../src/frameworks/sequelize/discover.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const silent = 'module.exports = { up: (q) => q.go(), down: (q) => q.back() }'
const found = (dependencies: string) =>
  discover(memoryProject({ 'package.json': `{ "dependencies": { ${dependencies} } }`, 'migrations/1-a.js': silent }), {})
const pathsOf = (histories: ReturnType<typeof discover>) => histories.flatMap(({ entries }) => entries.map(({ path }) => path))

describe('a file with an up and no word of its tool', () => {
  it('is a migration where the package uses Sequelize', () => {
    expect(found('"sequelize": "6.37.0"').map(({ entries }) => entries.length)).toEqual([1])
    expect(found('"sequelize": "6.37.0", "umzug": "3.8.0"').map(({ entries }) => entries.length)).toEqual([1])
  })
  it('is not taken where the package uses another tool as well, or none', () => {
    expect(found('"sequelize": "6.37.0", "knex": "3.1.0"')).toEqual([])
    expect(found('"left-pad": "1.0.0"')).toEqual([])
  })
  it('is taken where the user says whose it is', () => {
    const project = memoryProject({ 'migrations/1-a.js': silent, 'db/steps/1-b.js': silent })
    expect(pathsOf(discover(project, { sure: true }))).toEqual(['migrations/1-a.js'])
    expect(pathsOf(discover(project, { sure: true, paths: ['db/steps'] }))).toEqual(['db/steps/1-b.js'])
    expect(pathsOf(discover(project, { paths: ['db/steps'] }))).toEqual([])
  })
})

describe('a migration is known by what it calls, whatever its parameters are named', () => {
  it.each([
    "module.exports = { up: (qi) => qi.addIndex('users', ['email']), down: (qi) => qi.removeIndex('users', ['email']) }",
    "exports.up = async ({ context: q }) => { await q.addColumn('users', 'x', { type: 'INT' }) }",
    "module.exports = { async up(q, S) { await q.changeColumn('users', 'x', S.TEXT) } }",
    "export const up = (migration) => migration.bulkInsert('roles', [{ name: 'a' }])",
    "const { User } = require('../models'); module.exports = { async up() { await User.update({ a: 1 }, { where: {} }) } }",
    "const db = require('../db'); exports.up = () => db.Role.bulkCreate([{ name: 'a' }])",
  ])('%s', (text) => {
    expect(claimOf({ text })).toBe('likely')
    expect(pathsOf(discover(memoryProject({ 'migrations/1-a.js': text }), {}))).toHaveLength(1)
  })

  it('but not where the package uses a tool whose methods are named alike', () => {
    const text = "exports.up = function (db) { return db.addColumn('users', 'x', { type: 'int' }) }"
    expect(discover(memoryProject({ 'migrations/1-a.js': text }, { 'db-migrate': '0.11.14', sequelize: '6.37.0' }), {})).toEqual([])
  })

  it.each([
    "exports.up = (db) => db.schema.createTable('a', (t) => t.increments())",
    "exports.up = function (db) { return db.addColumn('a', 'b', { type: 'int' }) }\nexports._meta = { version: 1 }",
    "exports.up = (pgm) => pgm.createTable('a', {})",
    "class A extends BaseSchema { async up() { this.schema.createTable('a', (t) => t.increments()) } }",
    "export class A1 implements MigrationInterface { async up(queryRunner) { await queryRunner.dropTable('a') } }",
  ])('but not those of other tools: %s', (text) => expect(claimOf({ text })).toBe('no'))

  it('or by the function of a module that makes it', () => {
    const files = {
      'migrations/1-a.js': "const { addText } = require('../lib/steps')\nmodule.exports = addText('users', 'nickname')",
      'lib/steps.js': 'exports.addText = (t, c) => ({ up: (q, S) => q.addColumn(t, c, S.TEXT), down: (q) => q.removeColumn(t, c) })',
    }
    expect(pathsOf(discover(memoryProject(files), {}))).toEqual(['migrations/1-a.js'])
    expect(discover(memoryProject({ ...files, 'lib/steps.js': 'exports.addText = () => ({ up: 1 })' }), {})).toEqual([])
  })

  it('or by the modules that it imports', () => {
    const text = "import db from '../db'\nexport async function up() { await db.query('UPDATE users SET a = 1') }"
    const project = (db: string) => memoryProject({ 'migrations/1-a.ts': text, 'db.ts': db })
    expect(pathsOf(discover(project("import { Sequelize } from 'sequelize'\nexport default new Sequelize('x')"), {}))).toHaveLength(1)
    expect(discover(project("import { Pool } from 'pg'\nexport default new Pool()"), {})).toEqual([])
  })
})
