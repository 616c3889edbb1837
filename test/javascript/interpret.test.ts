import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser } from '../../src/javascript/parse.ts'
import { calls, up } from './fake-host.ts'

beforeAll(loadParser)

describe('module shapes', () => {
  const shapes: Readonly<Record<string, string>> = {
    'module.exports = { up }': 'module.exports = { up: async (db) => { await db.add("t") }, down() {} }',
    'exports.up =': 'exports.up = function (db) { return db.add("t") }',
    'module.exports.up =': 'module.exports.up = (db) => db.add("t")',
    'export async function up': 'export async function up(db) { await db.add("t") }',
    'export const up': 'export const up = async (db) => { await db.add("t") }',
    'export { up }': 'const up = (db) => db.add("t"); const down = () => {}; export { up, down }',
    'export default object': 'const m = { up: (db) => db.add("t") }; export default m',
    'export =': 'export = { up: (db) => db.add("t") }',
    'a factory': 'function create(table) { return { up: (db) => db.add(table) } }\nmodule.exports = create("t")',
    'imports and module.exports mixed': 'import { x } from "./x"; module.exports = { up: (db) => db.add("t") }',
    'object methods': 'module.exports = { async up(db) { await this.go(db) }, go(db) { return db.add("t") } }',
  }
  for (const [name, source] of Object.entries(shapes)) {
    it(`${name} is walked`, () => {
      const result = up(source)
      expect(calls(result)).toEqual(['add(t)'])
      expect(result.blinds).toEqual([])
      expect(['awaited', 'returned']).toContain(result.events[0]!.awaited)
    })
  }
})
