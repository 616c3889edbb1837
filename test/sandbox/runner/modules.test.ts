import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/sandbox/engine.ts'
import { sqliteObserver } from '../../../src/sandbox/observe/sqlite.ts'
import { type Bench, bench, openSqljs } from './project-bench.ts'

const up = 'export const up = async (queryInterface) => {'

const files = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
  'lib/plain.js': `exports.name = 'plain'\nexports.count = 0\nexports.next = () => ++exports.count\n`,
  'lib/one.js': `module.exports = function one() { return 'one' }\n`,
  'lib/typed.ts': `export enum Kind { A = 'a' }\nexport default class Typed { constructor(readonly kind: Kind = Kind.A) {} }\nexport interface Unused { x: number }\n`,
  'lib/all.ts': `export * from './typed'\nexport { default as Default } from './typed'\nexport * as plain from './plain'\n`,
  'lib/values.json': '{ "from": "json" }',
  'lib/types.ts': 'export type Row = { id: number }\n',
  'migrations/01-imports.ts': `import Default, { Kind } from '../lib/typed'
import * as plain from '../lib/plain'
import one from '../lib/one'
import { Default as Same, plain as nested, type Unused } from '../lib/all'
import values from '../lib/values.json'
import type { Row } from '../lib/types'
import { QueryInterface, DataTypes } from 'sequelize'
import path from 'node:path'

export const up = async (queryInterface: QueryInterface): Promise<void> => {
  const row: Row = { id: 1 }
  console.log(JSON.stringify([new Default().kind, Kind.A, plain.name, one(), Same === Default, nested.name, values.from, row.id, path.basename('/a/b'), typeof DataTypes.INTEGER]))
}
`,
  'migrations/02-default.ts': `import { literal } from 'sequelize'\nexport default { async up(queryInterface: unknown) { console.log(typeof literal) } }\n`,
  'migrations/03-equals.ts': `import sequelize = require('sequelize')\nexport = { up: async () => { console.log(typeof sequelize.DataTypes) } }\n`,
  'migrations/04-babel.js': `import { name } from '../lib/plain'\n${up}\n  console.log(name, import.meta.url.startsWith('file:'), __dirname.endsWith('migrations'))\n}\n`,
  'migrations/05-module.mjs': `import { basename } from 'node:path'\n${up}\n  const { default: Typed } = await import('../lib/typed.ts')\n  console.log(basename('/x/y'), new Typed().kind)\n}\n`,
  'migrations/06-state.js': `const { next } = require('../lib/plain')\nmodule.exports = { up: async () => { console.log(next()) } }\n`,
  'migrations/07-names.ts': `const __surefoot = 1\nconst exportsOf = (x: unknown) => x\n${up}\n  await queryInterface.createTable('x', {})\n}\n`,
  'migrations/09-own.ts': `import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
const __filename = fileURLToPath(import.meta.url)
const __dirname = dirname(__filename)
const require = createRequire(import.meta.url)
${up}
  console.log(__dirname.endsWith('migrations'), later(require('node:path').basename(__filename)))
}
function later(name) { return name }
`,
  'migrations/08-line.ts': `${Array.from({ length: 30 }, (_, at) => `type T${at} = {\n  a: number\n}\n`).join('')}
export const up = async (queryInterface: any) => {
  const sql = [
    'CREATE TABLE a',
    '(id int)',
  ].join(' ')
  await queryInterface
    .sequelize
    .query(sql)
}
`,
}

let engine: Engine
let project: Bench

beforeAll(async () => {
  engine = await openSqljs()
  project = await bench(files, { framework: 'sequelize', dialect: 'sqlite', observer: sqliteObserver })
}, 60_000)
afterAll(async () => {
  await project.close()
  await engine.close()
})

async function run(name: string) {
  const database = await engine.create()
  try {
    return await project.run(name, database)
  } finally {
    await database.drop()
  }
}

describe('a migration is loaded', () => {
  it.each([
    ['from TypeScript with every form of import', '01', '["a","a","plain","one",true,"plain","json",1,"b","function"]\n'],
    ['from a default export', '02', 'function\n'],
    ['from export =', '03', 'object\n'],
    ['from import and export in a package of CommonJS', '04', 'plain true true\n'],
    ['from an .mjs file that imports TypeScript later', '05', 'y a\n'],
  ])('%s', async (_, name, printed) => {
    expect(await run(name)).toMatchObject({ failure: undefined, printed })
  })

  it('anew for each run: variables of modules do not stay', async () => {
    expect((await run('06')).printed).toBe('1\n')
    expect((await run('06')).printed).toBe('1\n')
  })

  it('that declares what is given to CommonJS', async () => {
    expect(await run('09')).toMatchObject({ failure: undefined, printed: 'true 09-own.ts\n' })
  })

  it('whatever names it has of its own', async () => {
    expect((await run('07')).failure?.message ?? '').not.toMatch(/__surefoot|declared/)
  })

  it('with the lines on which calls begin in the file that was written', async () => {
    expect(await run('08')).toMatchObject({ failure: undefined, statements: [{ sql: 'CREATE TABLE a (id int)', line: 97 }] })
  })
})
