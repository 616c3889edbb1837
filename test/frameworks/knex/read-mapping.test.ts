import { describe, expect, it } from 'vitest'
import { knex } from '../../../src/frameworks/knex/index.ts'
import { readMapping } from '../../../src/frameworks/knex/read-mapping.ts'
import { memoryProject } from '../../../src/project/memory.ts'

const mappingOf = (text: string, files: Record<string, string> = {}) =>
  readMapping(memoryProject({ 'knexfile.ts': text, ...files }), 'knexfile.ts')?.mapping
const wrapped = (how: string) => `export default { client: 'pg', wrapIdentifier: ${how} }`
const lodash = { by: 'lodash', rows: 'as they are' }
const objection = (options: object) => ({ by: 'objection', rows: 'camel case', options })

describe('a knexfile that maps names', () => {
  it.each([
    ["import _ from 'lodash'", '(value, origImpl) => origImpl(_.snakeCase(value))'],
    ["const _ = require('lodash')", '(value, origImpl, queryContext) => origImpl(_.snakeCase(value))'],
    ["import { snakeCase } from 'lodash-es'", '(value: string, origImpl: (value: string) => string): string => origImpl(snakeCase(value))'],
    ["import { camelCase, snakeCase as snake } from 'lodash'", 'function (name, original) { return original(snake(name)) }'],
    ["import snakeCase from 'lodash/snakeCase'", '(value, origImpl) => { return origImpl(snakeCase(value)) }'],
    ["const { snakeCase: toSnake } = require('lodash')", '(value, origImpl) => origImpl(toSnake(value))'],
    ["const snake = require('lodash').snakeCase", '(value, origImpl) => origImpl(snake(value))'],
    ["const snake = require('lodash.snakecase')", '(value, origImpl) => origImpl(snake(value))'],
  ])('with lodash: %s, %s', (imports, how) => {
    expect(mappingOf(`${imports}\n${wrapped(how)}`)).toEqual(lodash)
  })

  it.each([
    ["import { snakeCase } from 'change-case'", 'snakeCase', { by: 'change-case', rows: 'as they are' }],
    ["import * as changeCase from 'change-case'", 'changeCase.snakeCase', { by: 'change-case', rows: 'as they are' }],
    ["import { snakeCase } from 'objection'", 'snakeCase', { by: 'objection', rows: 'as they are', options: {} }],
  ])('with another library: %s', (imports, callee, mapping) => {
    expect(mappingOf(`${imports}\n${wrapped(`(value, origImpl) => origImpl(${callee}(value))`)}`)).toEqual(mapping)
  })

  it.each([
    ['...knexSnakeCaseMappers()', objection({})],
    ['...knexSnakeCaseMappers({ upperCase: true })', objection({ upperCase: true })],
    [
      '...knexSnakeCaseMappers({ underscoreBeforeDigits: true, underscoreBetweenUppercaseLetters: false, })',
      objection({ underscoreBeforeDigits: true, underscoreBetweenUppercaseLetters: false }),
    ],
    ['...objection.knexSnakeCaseMappers(options)', { by: 'unknown' }],
  ])("with objection's mappers: %s", (spread, mapping) => {
    expect(mappingOf(`module.exports = { client: 'pg', ${spread} }`)).toEqual(mapping)
  })

  it.each([
    [
      "import knexStringcase from 'knex-stringcase'\nexport default knexStringcase({ client: 'pg' })",
      { by: 'knex-stringcase', rows: 'camel case' },
    ],
    ["const stringcase = require('knex-stringcase')\nmodule.exports = stringcase({ stringcase: 'constcase' })", { by: 'unknown' }],
  ])('with knex-stringcase: %s', (text, mapping) => {
    expect(mappingOf(text)).toEqual(mapping)
  })

  it.each([
    ["import { snakeCase } from './case'", '(value, origImpl) => origImpl(snakeCase(value))'],
    ["import { kebabCase } from 'lodash'", '(value, origImpl) => origImpl(kebabCase(value))'],
    ["import { snakeCase } from 'lodash'", '(value, origImpl) => origImpl("app_" + snakeCase(value))'],
    ["import { snakeCase } from 'lodash'", "(value, origImpl) => value === 'keep' ? origImpl(value) : origImpl(snakeCase(value))"],
    ["import { wrapIdentifier } from './wrap'", 'wrapIdentifier'],
  ])('in a way that cannot be read: %s, %s', (imports, how) => {
    expect(mappingOf(`${imports}\n${wrapped(how)}`)).toEqual({ by: 'unknown' })
  })

  it('or does not', () => {
    expect(mappingOf("export default { client: 'pg' }")).toBeUndefined()
    expect(mappingOf("// ...knexSnakeCaseMappers()\nexport default { client: 'pg' }")).toBeUndefined()
    expect(mappingOf(wrapped('(value, origImpl) => origImpl(value)'))).toBeUndefined()
  })

  it('is read through the modules that it imports', () => {
    const files = { 'src/config.ts': "import { knexSnakeCaseMappers } from 'objection'\nexport const mappers = knexSnakeCaseMappers()" }
    expect(mappingOf("import { mappers } from './src/config'\nexport default { client: 'pg', ...mappers }", files)).toEqual(objection({}))
    expect(mappingOf("import { mappers } from './knexfile'\nexport default { client: 'pg' }")).toBeUndefined()
  })
})

describe('a history', () => {
  const migration = 'exports.up = (knex) => knex.schema.dropTable("a")\nexports.down = () => {}'
  const historyWith = (files: Record<string, string>) => knex.discover(memoryProject({ 'migrations/1_a.js': migration, ...files }), {})[0]

  it('says what maps its names', () => {
    expect(historyWith({ 'knexfile.js': "module.exports = { client: 'pg', ...knexSnakeCaseMappers() }" })).toMatchObject({
      namesBecause: 'knexfile.js maps names to snake case as objection does',
      settings: { names: objection({}) },
    })
    expect(historyWith({ 'knexfile.js': "module.exports = { client: 'pg', wrapIdentifier }" })).toMatchObject({
      namesBecause: 'knexfile.js maps names in a way that cannot be read: those with capital letters may be others in the database',
      namesAssumed: true,
    })
    expect(historyWith({ 'knexfile.js': "module.exports = { client: 'pg' }" })).not.toHaveProperty('namesBecause')
  })

  it('finds the mapping where the connection is made, without a knexfile', () => {
    const connection = "import Knex from 'knex'\nexport default Knex({ client: 'pg', ...knexSnakeCaseMappers() })"
    expect(historyWith({ 'src/database/index.ts': connection })).toMatchObject({ settings: { names: objection({}) } })
  })
})
