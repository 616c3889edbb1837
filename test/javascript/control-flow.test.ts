import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser } from '../../src/javascript/parse.ts'
import { calls, up } from './fake-host.ts'

beforeAll(loadParser)
const body = (source: string, more: Readonly<Record<string, string>> = {}) => up(`export async function up(db) {\n${source}\n}`, more)

describe('conditions', () => {
  it('a known condition is decided', () => {
    expect(calls(body('const x = 1; if (x === 1) await db.a(); else await db.b(); return x > 1 ? db.c() : db.d()'))).toEqual(['a()', 'd()'])
  })
  it('an unknown condition is walked on both sides, which exclude each other', () => {
    const [a, b, c] = body('if (globalThing.flag) { await db.a() } else { await db.b() } await db.c()').events
    expect(a!.context.branches).toMatchObject([{ on: 'unknown', side: 'then', condition: 'globalThing.flag' }])
    expect(b!.context.branches).toMatchObject([{ side: 'else', id: a!.context.branches![0]!.id }])
    expect(c!.context.branches).toBeUndefined()
  })
  it('a condition on process.env is a branch on the environment', () => {
    for (const text of ["process.env.X === 'y'", '!process.env.X', 'isCloud']) {
      const [a] = body(`const isCloud = process.env.CLOUD === 'true'; if (${text}) await db.a()`).events
      expect(a!.context.branches).toMatchObject([{ on: 'environment' }])
    }
  })
  it('an early return puts the other side on all that follows', () => {
    const result = body("if (process.env.DEPLOYMENT === 'hosted') return\nawait db.a()\nawait db.b()")
    expect(result.events.map((event) => event.context.branches?.[0]?.side)).toEqual(['else', 'else'])
  })
  it('what runs in tests alone is not there', () => {
    const text = `const testing = process.env.NODE_ENV === 'test'
      if (testing) await db.a()
      if ('test' !== process.env.NODE_ENV) await db.b()
      if (testing) return
      await db.c()`
    expect(body(text).events.map((event) => [event.name, event.context.branches])).toEqual([
      ['b', undefined],
      ['c', undefined],
    ])
    const [other] = body("if (process.env.NODE_ENV === 'development') await db.a()").events
    expect(other!.context.branches).toMatchObject([{ on: 'environment' }])
  })
  it('an early throw under a guard puts the inverted guard on what follows', () => {
    const result = body("if (await db.has('t')) throw new Error('exists')\nawait db.a()")
    expect(result.events[1]!.context.guards).toMatchObject([{ requires: 'absent' }])
    expect(result.throws).toMatchObject([{ message: 'exists' }])
    expect(result.refuses).toBeUndefined()
  })
  it('a guard question is recognised, negated or not, direct, stored or asked by a helper', () => {
    const helper = `async function exists(db, t) { const r = await db.rows('SELECT', t); return r.length > 0 }
    async function exists2(db, t, c) { const d = await db.describe(t); if (d[c]) { return true } return false }
    async function exists3(db, t) { try { const d = await db.describe(t); return !!d.x } catch (e) { return false } }
    async function exists4(db, t) { try { await db.describe(t); return true } catch { return false } }`
    const absent = [
      "if (!(await db.has('t'))) await db.add()",
      "const has = await db.has('t'); if (!has) { await db.add() }",
      "const d = await db.describe('t'); if (!d.col) await db.add()",
      "const d = await db.describe('t'); if (!('col' in d)) await db.add()",
      "const d = await db.describe('t'); if (d.col === undefined) await db.add()",
      "const d = await db.describe('t'); if (!d.hasOwnProperty('col')) await db.add()",
      "const d = await db.describe('t'); if (!Object.keys(d).includes('col')) await db.add()",
      "if (!(await exists(db, 't'))) await db.add()",
      "if (!(await exists2(db, 't', 'c'))) await db.add()",
      "if (!(await exists3(db, 't'))) await db.add()",
      "const has = await db.has('t'); if (has) { return } await db.add()",
      "const [rows] = [await db.rows('q')]; if (rows.length === 0) await db.add()",
      "if ((await db.has('t')) === false) await db.add()",
      "const ok = !(await db.has('t')); if (ok) await db.add()",
      "!(await db.has('t')) && (await db.add())",
      "let found = false; if (await db.has('t')) found = true; if (!found) await db.add()",
      "let found = true; try { await db.describe('t') } catch (e) { found = false } if (!found) await db.add()",
      "if (!(await exists4(db, 't'))) await db.add()",
    ]
    for (const source of absent) {
      const result = up(`${helper}\nexport async function up(db) { ${source} }`)
      const add = result.events.find((event) => event.name === 'add')
      expect(add?.context.guards, source).toMatchObject([{ by: 'describe', requires: 'absent' }])
      expect(add?.context.branches, source).toBeUndefined()
    }
  })
  it('a dialect branch carries its engines, and the other side carries the others', () => {
    const [a, b] = body("if (db.dialect() === 'mysql') { await db.a() } else { await db.b() }").events
    expect(a!.context.branches).toMatchObject([{ on: 'dialect', dialects: ['mysql'], side: 'then' }])
    expect(b!.context.branches).toMatchObject([{ on: 'dialect', dialects: ['postgres', 'mariadb', 'sqlite'], side: 'else' }])
    const either = body("if (db.dialect() === 'mysql' || db.dialect() === 'mariadb') await db.a()").events
    expect(either[0]!.context.branches).toMatchObject([{ on: 'dialect', dialects: ['mysql', 'mariadb'] }])
  })
  it('a switch on the dialect gives each case its engines', () => {
    const result = body(
      "switch (db.dialect()) { case 'mysql': case 'mariadb': await db.a(); break; case 'postgres': await db.b(); break; default: await db.c() }",
    )
    expect(calls(result)).toEqual(['a()', 'b()', 'c()'])
    expect(result.events[0]!.context.branches).toMatchObject([{ on: 'dialect', dialects: ['mysql', 'mariadb'] }])
    expect(result.events[2]!.context.branches?.length).toBeGreaterThan(0)
  })
  it('a switch on a known value takes its case, falling through', () => {
    expect(
      calls(body("switch ('b') { case 'a': db.a(); case 'b': await db.b(); case 'c': await db.c(); break; default: await db.d() }")),
    ).toEqual(['b()', 'c()'])
  })
  it('what a branch assigned is not known afterwards; what both assigned is', () => {
    expect(calls(body('let t = 1, u; if (x) { t = 2; u = 3 } else { u = 3 } await db.add(t, u)'))).toEqual(['add(?unknown, 3)'])
  })
  it('a text that a condition chooses is read in both forms, which exclude each other', () => {
    for (const text of [
      "await db.sql(x ? 'A' : 'B')",
      "const s = x ? 'A' : 'B'; await db.sql(s)",
      "let s = 'B'; if (x) s = 'A'; await db.sql(s)",
      "let s; if (x) { s = 'A' } else { s = 'B' } await db.sql(s)",
      "const f = () => { if (x) return 'A'; return 'B' }; await db.sql(f())",
      "const s = ` ${x ? 'A' : 'B'}`; await db.sql(s.trim())",
      "await db.sql('' + (x ? 'A' : 'B'))",
    ]) {
      const result = body(text)
      expect(calls(result), text).toEqual(['sql(A)', 'sql(B)'])
      const [a, b] = result.events.map(({ context }) => context.branches)
      expect(a, text).toMatchObject([{ condition: 'x', side: 'then' }])
      expect(b, text).toMatchObject([{ condition: 'x', side: 'else', id: a![0]!.id }])
    }
  })
  it('of several choices each is read; more than four are one unknown text', () => {
    expect(calls(body("await db.sql(x ? 'A' : y ? 'B' : 'C')"))).toEqual(['sql(A)', 'sql(B)', 'sql(C)'])
    expect(calls(body("await db.sql(`${x ? 'A' : 'B'} ${y ? 'C' : 'D'}`)"))).toEqual(['sql(A C)', 'sql(A D)', 'sql(B C)', 'sql(B D)'])
    expect(calls(body("await db.sql(a ? '1' : b ? '2' : c ? '3' : d ? '4' : '5')"))).toHaveLength(1)
    expect(calls(body("let s = ''; for (const c of list) s += c ? 'A' : 'B'; await db.sql(s)"))).toHaveLength(1)
  })
  it('of a choice that is used more than once each use is of the same side', () => {
    for (const text of ['`${q}a${q}b${q}c${q}`', "q + 'a' + q + 'b' + q + 'c' + q"])
      expect(calls(body(`const q = x ? '<' : '>'; await db.sql(${text})`)), text).toEqual(['sql(<a<b<c<)', 'sql(>a>b>c>)'])
  })
})

describe('failures', () => {
  it('a catch does not meet what the try hands back or starts without waiting for it', () => {
    const guarded = (text: string) => body(text).events.map(({ context }) => context.guards?.length ?? 0)
    expect(guarded('try { return await db.a() } catch (e) { console.log(e) }')).toEqual([1])
    expect(guarded('try { return db.a() } catch (e) { console.log(e) }')).toEqual([0])
    expect(guarded('try { await db.a(); return Promise.all([db.b(), db.c()]) } catch (e) { console.log(e) }')).toEqual([1, 0, 0])
    expect(guarded('try { db.a() } catch (e) { console.log(e) }')).toEqual([0])
  })
  it('a catch that swallows is a guard around the try, and its own calls are in the catch', () => {
    const [a, b, c] = body('try { await db.a() } catch (e) { console.log(e); await db.b() } await db.c()').events
    expect(a!.context).toMatchObject({ block: 'try', guards: [{ by: 'exception', requires: 'unknown' }] })
    expect(b!.context.block).toBe('catch')
    expect(c!.context).toEqual({})
  })
  it('a catch that throws again is no guard', () => {
    const result = body('try { await db.a() } catch (e) { await db.rollback(); throw e } finally { await db.c() }')
    expect(result.events.map((event) => [event.name, event.context.guards?.length ?? 0, event.context.block])).toEqual([
      ['a', 0, 'try'],
      ['rollback', 0, 'catch'],
      ['c', 0, 'finally'],
    ])
    expect(result.refuses).toBeUndefined()
  })
  it('a throw that is always reached refuses, and nothing follows it', () => {
    const result = body("throw new Error('cannot be reverted'); await db.a()")
    expect(result.refuses?.message).toBe('cannot be reverted')
    expect(result.events).toEqual([])
  })
  it('.catch(() => {}) swallows', () => {
    expect(body('await db.a().catch(() => {})').events[0]!.context.guards).toMatchObject([{ by: 'exception' }])
  })
})

describe('loops', () => {
  it('a loop over known items is unrolled', () => {
    expect(
      calls(
        body(
          "for (const t of ['a', 'b']) await db.add(t); for (const [k, v] of Object.entries({ x: 1 })) await db.add(k, v); for (let i = 0; i < 2; i++) await db.n(i); for (const k in { y: 1 }) await db.add(k)",
        ),
      ),
    ).toEqual(['add(a)', 'add(b)', 'add(x, 1)', 'n(0)', 'n(1)', 'add(y)'])
  })
  it('a loop over rows is walked once, in a loop over rows', () => {
    for (const loop of [
      'for (const row of rows) await db.a(row.id)',
      'for (let i = 0; i < rows.length; i++) await db.a(rows[i].id)',
      'await Promise.all(rows.map((row) => db.a(row.id)))',
      'rows.forEach(async (row) => { await db.a(row.id) })',
    ]) {
      const result = body(`const rows = await db.rows('q'); ${loop}`)
      expect(
        result.events.map((event) => event.name),
        loop,
      ).toEqual(['rows', 'a'])
      expect(result.events[1]!.context.loops, loop).toMatchObject([{ over: 'rows' }])
    }
  })
  it('a while loop is a loop of batches', () => {
    for (const loop of [
      'while (true) { const n = await db.a(); if (n === 0) break }',
      'let more = true; while (more) { await db.a(); more = outside.length === 10 }',
      'let n; do { n = await db.a() } while (n > 0)',
      'for (;;) { const n = await db.a(); if (!n) return }',
    ]) {
      const result = body(`${loop}`)
      expect(calls(result), loop).toEqual(['a()'])
      expect(result.events[0]!.context.loops, loop).toMatchObject([{ over: 'batches' }])
    }
  })
  it('what a loop changes is not known inside it', () => {
    expect(
      calls(body("const rows = await db.rows('q'); let offset = 0; for (const r of rows) { await db.a(offset); offset += 10 }"))[1],
    ).toMatch(/^a\(\?/)
  })
  it('labelled break and continue are followed', () => {
    expect(
      calls(
        body(
          'outer: for (const a of [1, 2]) { for (const b of [1, 2]) { if (b === 2) continue outer; if (a === 2) break outer; await db.x(a, b) } }',
        ),
      ),
    ).toEqual(['x(1, 1)'])
  })
})

describe('promises', () => {
  it('in a list that is only handed back are waited for by nobody; by who collects them they are', () => {
    const awaited = (source: string) => body(source).events.map((event) => event.awaited)
    expect(awaited("return ['a', 'b'].map((name) => db.one(name))")).toEqual(['dropped', 'dropped'])
    expect(awaited("const all = () => ['a', 'b'].map((name) => db.one(name)); await Promise.all(all())")).toEqual([
      'collected',
      'collected',
    ])
    expect(awaited("const all = async () => ['a'].map((name) => db.one(name)); await Promise.all(await all())")).toEqual(['collected'])
  })

  const awaited = (source: string) => body(source).events.map((event) => `${event.name} ${event.awaited}`)
  it('await, return, collect and drop are told apart', () => {
    expect(
      awaited(
        'await db.a(); db.b(); await Promise.all([db.c(), db.d()]); void db.e(); const p = db.f(); await p; const l = []; l.push(db.g()); await Promise.all(l); return db.h()',
      ),
    ).toEqual(['a awaited', 'b dropped', 'c collected', 'd collected', 'e dropped', 'f awaited', 'g collected', 'h returned'])
  })
  it('a forEach with an asynchronous callback drops its calls', () => {
    expect(awaited("['x'].forEach(async (t) => { await db.a(t) })")).toEqual(['a dropped'])
  })
  it('a helper that is not awaited drops what it awaits', () => {
    expect(awaited('const go = async () => { await db.a() }; go(); await go()')).toEqual(['a dropped', 'a awaited'])
  })
  it('chains of then are walked in order and returned', () => {
    expect(
      awaited('return db.a().then(() => db.b()).then(() => Promise.all([db.c()])).catch((e) => { throw e }).finally(() => db.d())'),
    ).toEqual(['a returned', 'b returned', 'c collected', 'd returned'])
  })
  it('serial chains by reduce and by Bluebird are walked in order', () => {
    expect(
      calls(
        up(
          "import Bluebird from 'bluebird'\nexport const up = (db) => ['x', 'y'].reduce((p, t) => p.then(() => db.a(t)), Promise.resolve()).then(() => Bluebird.mapSeries(['z'], (t) => db.b(t))).then(() => Bluebird.each(['k'], (t) => db.b(t)))",
        ),
      ),
    ).toEqual(['a(x)', 'a(y)', 'b(z)', 'b(k)'])
  })
  it('a promise of a callback belongs to the call that it is given to', () => {
    expect(awaited('await db.transaction(async (t) => { await db.a(t); db.b() })')).toEqual([
      'transaction awaited',
      'a awaited',
      'b dropped',
    ])
    expect(awaited('return db.transaction((t) => Promise.all([db.a(t), db.b(t)]))')).toEqual([
      'transaction returned',
      'a collected',
      'b collected',
    ])
  })
  it('a new Promise and an immediately called function are walked', () => {
    expect(calls(body('await new Promise((resolve) => { db.a().then(resolve) }); await (async () => { await db.b() })()'))).toEqual([
      'a()',
      'b()',
    ])
  })
})

describe('What is waited for', () => {
  it('runs a lazy promise when somebody waits for it, once', () => {
    const lazy = "import PLazy from 'p-lazy'\n"
    const of = (source: string) => calls(up(`${lazy}export async function up(db) {\n${source}\n}`))
    const made = 'const p = new PLazy(async (resolve) => { await db.late(); resolve() });'
    expect(of(`${made} await db.early(); await p; await p`)).toEqual(['early()', 'late()'])
    expect(of(`${made} await db.early()`)).toEqual(['early()'])
    expect(of('const p = PLazy.from(async () => db.late()); await db.early(); await p')).toEqual(['early()', 'late()'])
  })

  it('runs the lazy promise that a class of the program is made of', () => {
    const source = `import PLazy from 'p-lazy'
      class Step extends PLazy { constructor(run) { super((resolve) => { void run().then(resolve) }) } }
      export async function up(db) { const step = new Step(async () => { await db.late() }); await db.early(); return step }`
    expect(calls(up(source))).toEqual(['early()', 'late()'])
  })

  it('runs the then of an object that has one: awaited, returned or collected', () => {
    const step = 'const step = { then(done) { db.run(); done(1) } };'
    expect(calls(body(`${step} await db.before(); await step`))).toEqual(['before()', 'run()'])
    expect(calls(body(`${step} await db.before(); return step`))).toEqual(['before()', 'run()'])
    expect(calls(body(`${step} await Promise.all([step, db.other()])`))).toContain('run()')
  })

  it('does not run a then that nobody waits for, nor one that is no function', () => {
    expect(calls(body('const step = { then(done) { db.run(); done(1) } }; await db.before()'))).toEqual(['before()'])
    expect(calls(body("const step = { then: 'later' }; await step; await db.before()"))).toEqual(['before()'])
  })
})
