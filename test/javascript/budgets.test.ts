import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser } from '../../src/javascript/parse.ts'
import type { Value } from '../../src/javascript/value.ts'
import { calls, up } from './fake-host.ts'

beforeAll(() => loadParser())

const endless = 'let x = 0; for (let i = 0; i < 500; i++) { for (let j = 0; j < 500; j++) { x = x + i * j } }\n'
const logger = `const twice = (cb) => { outside(cb); outside(cb); outside(cb); return cb }\nfunction format(info) { twice(format); return info }\nformat({})\n`
const migration = "import { note } from './helper'\nexport const up = async (db) => { note('x'); await db.one('a') }"

describe('what a script may cost', () => {
  it('is not used up by a function that hands itself on to something unknown', () => {
    const result = up(`${logger}export const up = async (db) => { format('x'); await db.one('a') }`)
    expect(calls(result)).toEqual(['one(a)'])
    expect(result.blinds).toEqual([])
  })

  it('is not used up by what an imported module does when it is loaded', () => {
    const result = up(migration, { 'm/helper.ts': `${endless}export function note(text) { console.log(text) }` })
    expect(calls(result)).toEqual(['one(a)'])
    expect(result.blinds).toEqual([])
  })

  it('leaves what a module may export behind the end of its budget unknown: given the database it is a blind', () => {
    const more = { 'm/helper.js': `${endless}module.exports.note = (db) => db.two('b')` }
    const result = up(
      "const helper = require('./helper')\nexport const up = async (db) => { await helper.note(db); await db.one('a') }",
      more,
    )
    expect(calls(result)).toEqual(['one(a)'])
    expect(result.blinds.map(({ because }) => because)).toEqual(['unknown-method'])
  })

  it('still walks each callback that something unknown is given, in each turn', () => {
    const result = up(
      "export const up = async (db) => { for (const t of ['a', 'b']) await retry(async () => { await limit(() => db.one(t)) }) }",
    )
    expect(calls(result)).toEqual(['one(a)', 'one(b)'])
  })

  it('is not worth a word where a function that calls itself does nothing to the database', () => {
    const walkTree = 'function visit(value) { for (const key of Object.keys(value)) visit(value[key]); return value }'
    expect(up(`${walkTree}\nexport const up = async (db) => { await db.one(visit(JSON.parse(process.env.X))) }`).blinds).toEqual([])
    const given = 'async function visit(db, node) { await visit(db, node.next) }'
    expect(up(`${given}\nexport const up = async (db) => { await visit(db, list) }`).blinds).toMatchObject([{ because: 'budget' }])
  })

  it.each([
    ['around it', 'const next = (n) => (n === 0 ? db.two() : next(n - 1)); await next(20)'],
    ['around it, in a callback', 'const next = (n) => (n === 0 ? db.two() : Promise.resolve().then(() => next(n - 1))); await next(20)'],
    ['through another one', 'const two = () => db.two(); const next = (n) => (n === 0 ? two() : next(n - 1)); await next(20)'],
    ['in turns with another one', 'const odd = (n) => even(n - 1); const even = (n) => (n === 0 ? db.two() : odd(n - 1)); await even(40)'],
    [
      'in its own object',
      'class Step { constructor(on) { this.on = on } run(n) { return n === 0 ? this.on.two() : this.run(n - 1) } }; await new Step(db).run(20)',
    ],
  ])('says so where a function that calls itself too often finds the database %s', (_, body) => {
    expect(up(`export const up = async (db) => { ${body} }`).blinds).toMatchObject([{ because: 'budget' }])
  })

  it('says nothing where it finds none, inside the migration too', () => {
    const body = 'const depth = (node) => (node.next ? depth(node.next) + 1 : 0); await db.one(depth(JSON.parse(process.env.X)))'
    expect(up(`export const up = async (db) => { ${body} }`).blinds).toEqual([])
    const down = 'const next = (n) => (n === 0 ? db.two() : next(n - 1)); await next(5)'
    expect(calls(up(`export const up = async (db) => { ${down} }`))).toEqual(['two()'])
  })

  it('ends a loop of too many turns where it is, and follows the first turn of those behind it', () => {
    const lists = 'const many = Array.from({ length: 3000 })'
    const result = up(
      `${lists}\nexport const up = async (db) => { for (const n of many) await db.one(n); for (const n of many) await db.two(n); await Promise.all(many.map((n) => db.three(n))); await db.four() }`,
    )
    const count = (name: string) => result.events.filter((event) => event.name === name).length
    expect([count('two'), count('three'), count('four')]).toEqual([1, 1, 1])
    expect(count('one')).toBeGreaterThan(1000)
    expect(result.blinds.map(({ because }) => because)).toEqual(['budget', 'budget', 'budget'])
  })

  it('reads a text and a list that grow by thousands of lines, and a list of thousands of rows', () => {
    const lines = Array.from({ length: 8_000 }, (_, at) => `sql += 'INSERT INTO t VALUES (${at});'\nrows.push({ a: ${at} })`).join('\n')
    const result = up(
      `export const up = async (db) => { let sql = ''; const rows = []\n${lines}\nawait db.sql(sql); await db.insert(rows) }`,
    )
    expect(result.blinds).toEqual([])
    expect(result.events.map(({ name }) => name)).toEqual(['sql', 'insert'])
    const sql = (result.events[0]!.data as readonly Value[])[0]
    expect(sql?.kind === 'string' && sql.pieces.length).toBe(8_000)
    const literal = `[${Array.from({ length: 40_000 }, (_, at) => `{ a: ${at}, b: 'x', c: null, d: true }`).join(',\n')}]`
    expect(up(`export const up = (db) => db.insert(${literal})`).blinds).toEqual([])
  })

  it('has room for a long text that the file spells out, and goes on behind one that grows without end', () => {
    const long = 'x'.repeat(3_000_000)
    const spelled = up(`export const up = async (db) => { await db.one(\`${long}\`); await db.two('b') }`)
    expect(calls(spelled)).toEqual([`one(${long})`, 'two(b)'])
    const grown = up(
      "export const up = async (db) => { let t = 'x'; for (let i = 0; i < 60; i++) t = t + t; await db.one(t); await db.two('b') }",
    )
    expect(grown.blinds).toEqual([])
    expect(calls(grown).at(-1)).toBe('two(b)')
  })

  it('goes on behind a loop that uses it up, with what the loop changed unknown', () => {
    const result = up(
      "export const up = async (db) => { let last = 'a'; for (let i = 0; i < 500; i++) { for (let j = 0; j < 500; j++) { last = last + j } } await db.one(last); await db.two('b') }",
    )
    expect(result.blinds.map(({ because }) => because)).toEqual(['budget'])
    expect(calls(result)).toHaveLength(2)
    expect(calls(result)[1]).toBe('two(b)')
  })

  it('ends when loop after loop uses it up', () => {
    const heavy = 'for (let i = 0; i < 500; i++) { for (let j = 0; j < 500; j++) { x = x + j } }\n'
    const result = up(`export const up = async (db) => { let x = 0; ${heavy.repeat(6)} await db.one('a') }`)
    expect(result.blinds.length).toBeLessThanOrEqual(3)
    expect(calls(result)).toEqual([])
  })
})
