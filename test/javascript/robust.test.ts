import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportsOf, run } from '../../src/javascript/interpret.ts'
import { loadParser } from '../../src/javascript/parse.ts'
import { undef } from '../../src/javascript/values.ts'
import { db, host, projectOf, up } from './fake-host.ts'

beforeAll(loadParser)

function walkAll(source: string): void {
  const project = projectOf({ 'm/a.ts': source })
  const module = exportsOf('m/a.ts', project, host)
  for (const value of module.values.values()) run(value, [db], undef, project, host)
}

const sample = `import { x } from './x'
const T = 'users'
enum E { A = 'a' }
class Base { constructor(private q: string) {} get n() { return this.q } async go(db) { for (const t of [T, E.A]) await db.add(t, this.n) } }
export async function up(db, { transaction = null, ...rest } = {}) {
  const rows = await db.rows(\`SELECT \${T}\`)
  if (!(await db.has(T)) && rows.length > 0) { await db.transaction(async (t) => { await Promise.all(rows.map((r) => db.a(r.id, t))) }) }
  outer: while (true) { const n = await db.b(); switch (n) { case 0: break outer; default: continue } }
  try { await new Base('q').go(db) } catch (e) { if (/exists/.test(e.message)) return; throw e } finally { db.c?.() }
  let s = ''; for (let i = 0; i < 3; i++) s += \`\${i},\`.replace(/,/g, ';').trim()
  return [s].reduce((p, v) => p.then(() => db.d(v)), Promise.resolve())
}`

describe('no input crashes or hangs', () => {
  it('arbitrary text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), walkAll), { numRuns: 500 })
  })
  it('a migration with pieces cut out, doubled or moved', () => {
    const tokens = sample.split(/(?<=\W)|(?=\W)/)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(tokens.length - 1), fc.nat(tokens.length - 1), fc.constantFrom('cut', 'copy', 'swap')), { maxLength: 6 }),
        (edits) => {
          const mutated = [...tokens]
          for (const [a, b, how] of edits) {
            if (how === 'cut') mutated[a] = ''
            else if (how === 'copy') mutated[a] = `${mutated[a]}${mutated[b]}`
            else [mutated[a], mutated[b]] = [mutated[b]!, mutated[a]!]
          }
          walkAll(mutated.join(''))
        },
      ),
      { numRuns: 1_500 },
    )
  })
  const endless: Readonly<Record<string, string>> = {
    recursion: 'const f = (n) => { db2.x(f(n + 1), f(n + 2)) }; export const up = () => f(0)',
    'mutual recursion through promises':
      'const f = () => Promise.resolve().then(() => g()); const g = () => f(); export const up = () => f()',
    'a loop that grows a text': "export const up = () => { let s = 'x'; while (s.length) { s += s } }",
    'a counter without an end': 'export const up = (db) => { for (let i = 0; ; i++) db.a(i) }',
    'a counter that goes far': 'export const up = (db) => { for (let i = 0; i < 1e9; i++) db.a(i) }',
    'nested loops':
      'export const up = (db) => { for (let i = 0; i < 500; i++) for (let j = 0; j < 500; j++) for (let k = 0; k < 500; k++) db.a(i) }',
    'nested unknown loops': `export const up = (db) => { ${'for (const x of unknown) { y = x; '.repeat(40)}db.a()${'}'.repeat(40)} }`,
    'many conditions': `export const up = (db) => { ${'if (unknown) { z = 1 }'.repeat(3000)} }`,
    'nested conditions': `export const up = (db) => { ${'if (unknown) { z = 1; '.repeat(300)}${'}'.repeat(300)} }`,
    'a growing array': 'export const up = (db) => { const a = [1]; for (const x of a) a.push(x, x); for (;;) a.push(...a) }',
    'doubling arrays': `export const up = (db) => { let a = [1]; ${'a = [...a, ...a];'.repeat(40)} }`,
    'doubling objects': `export const up = (db) => { let a = {}; ${'a = { x: a, y: a };'.repeat(60)} other(a); JSON.stringify(a); return a }`,
    'doubling objects, shallow': `export const up = (db) => { let a = {}; ${'a = { x: a, y: a };'.repeat(40)} if (x) a = { x: { x: a } }; return JSON.stringify(a) + [a] }`,
    'doubling arrays in a text': `export const up = (db) => { let a = [1]; ${'a = [a, a];'.repeat(40)} return '' + a + a.join() + a.flat(Infinity) }`,
    'a getter that calls itself': 'const o = { get x() { return this.x } }; export const up = () => o.x',
    'a class that extends itself': 'class A extends A {} export const up = () => new A().go()',
    'an object that holds itself':
      'const a = {}; a.a = a; a.b = [a]; export const up = (db) => { JSON.stringify(a); other(a); if (x) { a.c = 1 } return a }',
    'a hostile regular expression': "export const up = (db) => db.a('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replace(/(a+)+$/, ''))",
    'nested calls 10 000 deep': `export const up = (db) => ${'f('.repeat(10_000)}${')'.repeat(10_000)}`,
    'nested calls 3 000 deep': `export const up = (db) => ${'f('.repeat(3_000)}${')'.repeat(3_000)}`,
    'a chain of 20 000 additions': `export const up = (db) => db.a(${"'x' + ".repeat(20_000)}'y')`,
    'a chain of 3 000 members': `export const up = (db) => db${'.a()'.repeat(3_000)}`,
    'not not not': `export const up = (db) => ${'!'.repeat(50_000)}1`,
  }
  for (const [name, source] of Object.entries(endless)) {
    it(`${name} ends soon`, () => {
      const start = performance.now()
      try {
        up(source)
      } catch (error) {
        expect((error as Error).message).toMatch(/^no up/)
      }
      expect(performance.now() - start).toBeLessThan(4_000)
    })
  }
})
