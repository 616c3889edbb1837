import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser } from '../../src/javascript/parse.ts'
import type { StringValue, Value } from '../../src/javascript/value.ts'
import { joinPieces, locate } from '../../src/source/traced.ts'
import { calls, up } from './fake-host.ts'

beforeAll(loadParser)
const body = (source: string, more: Readonly<Record<string, string>> = {}) =>
  up(`export async function up(db, other) {\n${source}\n}`, more)
const argument = (result: ReturnType<typeof up>, at = 0, index = 0): Value => (result.events[at]!.data as readonly Value[])[index]!

describe('strings', () => {
  it('a piece points at the characters that the user wrote, through constants, templates and escapes', () => {
    const source = "const T = 'users'\nexport const up = (db) => db.sql(`ALTER TABLE ${T} /* \\` */ ADD x` + ' INT')"
    const value = argument(up(source)) as StringValue
    const traced = joinPieces(value.pieces)
    expect(traced.text).toBe('ALTER TABLE users /* ` */ ADD x INT')
    for (const word of ['ALTER', 'users', 'ADD x', 'INT']) {
      const start = traced.text.indexOf(word)
      const span = locate(traced, start, start + word.length)!
      expect(source.slice(span.start, span.end)).toBe(word)
    }
  })
  it('windows line ends keep their offsets', () => {
    const source = 'export const up = (db) => db.sql(`a\r\nb ${1} c\r\nd`)'
    const traced = joinPieces((argument(up(source)) as StringValue).pieces)
    const start = traced.text.lastIndexOf('d')
    const span = locate(traced, start, start + 1)!
    expect(source.slice(span.start, span.end)).toBe('d')
  })
  const same: Readonly<Record<string, string>> = {
    "['a', 'b'].join(', ')": 'a, b',
    "['a', 'b'].map((x) => `\"${x}\"`).join(',')": '"a","b"',
    "' a '.trim()": 'a',
    "'a-b-c'.replace('-', '_')": 'a_b-c',
    "'a-b-c'.replace(/-/g, '_')": 'a_b_c',
    "'a-b'.replaceAll('-', '_').toUpperCase()": 'A_B',
    "'a,b'.split(',')[1]": 'b',
    "'abcdef'.slice(1, -1)": 'bcde',
    "'ab'.repeat(2)": 'abab',
    'String.raw`a\\n`': 'a\\n',
    "'a' + 1 + true": 'a1true',
    "'x'.concat('y', 'z')": 'xyz',
    "'7'.padStart(3, '0')": '007',
    '`${[1, 2]}`': '1,2',
    "JSON.stringify({ a: 'b', c: [1] })": '{"a":"b","c":[1]}',
    "['b', 'a'].sort().reverse().concat(['c']).filter((x) => x !== 'a').join()": 'b,c',
    'Object.keys({ a: 1, b: 2 }).join()': 'a,b',
    "Object.values({ ...{ a: 'x' }, b: 'y' }).join()": 'x,y',
    "[...new Set(['a', 'a', 'b'])].join()": 'a,b',
    "new Map([['k', 'v']]).get('k')": 'v',
    'Object.entries({ a: 1 }).map(([k, v]) => `${k}=${v}`).join()': 'a=1',
    'Array.from({ length: 2 }, (_, i) => `c${i}`).join()': 'c0,c1',
    "(({ a: { b = 'd' } = {}, ...rest }) => b + Object.keys(rest).length)({ c: 1 })": 'd1',
    "((first, ...others) => first + others.length)('a', 'b', 'c')": 'a2',
    "((o) => o?.a?.b ?? 'none')({})": 'none',
    "((x = 'dflt') => x)()": 'dflt',
    "['a', 'b'].find((x) => x === 'b')": 'b',
    "(() => { let s = ''; for (const c of ['a', 'b']) s += c; return s })()": 'ab',
    "[1, 2, 3].reduce((sum, x) => sum + x, 0) + ''": '6',
    "typeof 'x'": 'string',
    "[['a'], ['b']].flat().includes('b') ? 'in' : 'out'": 'in',
    "Object.fromEntries([['a', 'b']]).a": 'b',
    "'a'.at(-1)": 'a',
    "(function* () { yield 'g'; yield 'h' })().next ? 'x' : [...(function* () { yield 'g'; yield 'h' })()].join('')": 'gh',
  }
  for (const [written, expected] of Object.entries(same)) {
    it(`${written} is read`, () => expect(calls(body(`await db.sql(${written})`))).toEqual([`sql(${expected})`]))
  }
  const filled: Readonly<Record<string, string>> = {
    "util.format('ADD %s %d%% %s', 'x', 3)": 'ADD x 3% %s',
    "util.format('100%%')": '100%%',
    "pg('CREATE INDEX %I ON %s (%2$I)', 'a', 'b')": 'CREATE INDEX "a" ON b ("b")',
    "pg('VALUES (%L, %L, 5%%)', \"it's\", 7)": "VALUES ('it''s', 7, 5%)",
    "pg.ident('a') + pg.literal('b')": '"a"\'b\'',
  }
  for (const [written, expected] of Object.entries(filled)) {
    const source = `import util from 'node:util'\nimport pg from 'pg-format'\nexport const up = (db) => db.sql(${written})`
    it(`${written} is filled in`, () => expect(calls(up(source))).toEqual([`sql(${expected})`]))
  }
  it('pg-format escapes what is not known, and util.format does not', () => {
    const hole = (written: string) => {
      const source = `import util from 'node:util'\nimport pg from 'pg-format'\nexport const up = (db) => db.sql(${written})`
      return (argument(up(source)) as StringValue).pieces.find((piece) => piece.hole)?.hole
    }
    expect(hole("pg('VALUES (%L)', process.env.X)")).toMatchObject({ escaped: true })
    expect(hole("pg('VALUES (%s)', process.env.X)")).toMatchObject({ reason: 'environment', escaped: false })
    expect(hole("util.format('VALUES (%s)', process.env.X)")).toMatchObject({ reason: 'environment', escaped: false })
  })
  it('what is not known is a hole with its reason', () => {
    const holes = (source: string) => (argument(body(source)) as StringValue).pieces.flatMap((piece) => (piece.hole ? [piece.hole] : []))
    expect(holes('await db.sql(`a ${process.env.X}`)')).toEqual([{ reason: 'environment', expression: 'process.env.X', escaped: false }])
    expect(holes('await db.sql(`a ${Number(process.env.X)}`)')).toMatchObject([{ escaped: true }])
    expect(holes('await db.sql(`a ${Date.now()}`)')).toMatchObject([{ reason: 'call' }])
    expect(holes('await db.sql(`a ${crypto.randomUUID()}`)')).toMatchObject([{ reason: 'call', escaped: true }])
  })
  it('a condition leaves the common beginning of a text that is not known whole', () => {
    expect(calls(body("let s = 'UPDATE t'; for (const c of list) s += c; await db.sql(s)"))[0]).toMatch(/^sql\(UPDATE tsurefoot_hole_0_/)
  })
  it('enums, as const, satisfies and non-null assertions are read', () => {
    const result = up(
      "enum E { A = 'x', B = 'y' }\nconst L = ['p'] as const\nexport const up = async (db: any) => { await db.a(E.A, L[0]!, ({ k: 'v' } satisfies object).k) }",
    )
    expect(calls(result)).toEqual(['a(x, p, v)'])
  })
})

describe('lists made of what is not known', () => {
  it('show one item for all: the text has the form that it will have', () => {
    const text = (source: string) => calls(body(`const rows = await db.rows(); ${source}`)).at(-1)
    expect(text("await db.sql(`VALUES ${rows.map(() => '(?)')}`)")).toBe('sql(VALUES (?))')
    expect(text("await db.sql('VALUES ' + rows.map(() => '(?)').join(', '))")).toBe('sql(VALUES (?))')
    expect(text("await db.sql(rows.filter((row) => row.x).map((row) => `'${row.id}'`).join())")).toBe("sql('surefoot_hole_0_')")
    expect(text("await db.sql(['a', ...rows].join())")).toBe('sql(a,surefoot_hole_0_)')
  })
  it('are walked once by helpers that call a function for each', () => {
    for (const call of ['asyncMap(rows, go)', 'pMap(rows, go, { concurrency: 2 })', 'eachLimit(rows, 5, go)', 'forEachAsync(rows, go)']) {
      const result = body(`const rows = await db.rows(); const go = async (row) => { await db.one(row.id) }; await ${call}`)
      expect(result.events.at(-1)?.context.loops, call).toMatchObject([{ over: 'rows' }])
    }
    const own =
      'const asyncMap = (list, go) => new Promise((done) => { let at = 0; const next = () => { go(list[at++]).then(next) }; next() })'
    expect(calls(body(`${own}; await asyncMap([1, 2], async (n) => { await db.one(n) })`))).toEqual(['one(1)', 'one(2)'])
  })
})

describe('what a module makes when it is loaded', () => {
  it('is known in its functions: maps, sets, instances of its classes', () => {
    const source = `const names = new Map([['a', 'x'], ['b', 'y']])
const more = new Set(['c'])
class Step { constructor(table) { this.table = table } async add(db, name) { await db.add(this.table, name) } }
const step = new Step('t')
export const up = async (db) => { for (const [key, name] of names) await step.add(db, key + name); for (const name of more) await step.add(db, name) }`
    expect(calls(up(source))).toEqual(['add(t, ax)', 'add(t, by)', 'add(t, c)'])
    const instance =
      "class M { constructor() { this.table = 't' } async up(db) { await this.one(db) } async one(db) { await db.one(this.table) } }\nexport default new M()"
    expect(calls(up(instance))).toEqual(['one(t)'])
  })
  it('functions that a compiler made of asynchronous ones are asynchronous', () => {
    const awaiter =
      'var __awaiter = function (t, a, P, g) { return new Promise(function (ok, no) { function step(r) { r.done ? ok(r.value) : step(g.next()) } step((g = g.apply(t, a || [])).next()) }) };'
    for (const [helper, call] of [
      [awaiter, '__awaiter(this, void 0, void 0, function* () { return yield db.one(this.x) })'],
      ["const tslib_1 = require('tslib');", 'tslib_1.__awaiter(this, void 0, void 0, function* () { return yield db.one(this.x) })'],
      ['', '_asyncToGenerator(function* () { return yield db.one("a") })()'],
    ]) {
      const result = up(
        `${helper} class M { constructor() { this.x = 'a' } up(db) { return ${call} } }\nexports.default = new M()`,
        {},
        'm/a.js',
      )
      expect(calls(result), call).toEqual(['one(a)'])
      expect(
        result.events.map(({ awaited }) => awaited),
        call,
      ).toEqual(['awaited'])
      expect(result.blinds, call).toEqual([])
    }
  })
  it('methods are called however they are handed on', () => {
    expect(
      calls(body("await Reflect.apply(db.one, db, ['a']); const { two } = db; await two.call(db, 'b'); await db['three'](...['c'])")),
    ).toEqual(['one(a)', 'two(b)', 'three(c)'])
  })
})

describe('classes', () => {
  it('fields, getters, statics, private methods and inheritance are followed', () => {
    const result = up(
      `import { Base } from './base'
      export default class M extends Base { static S = 's'; table = 't'; #p = 'p'; get both() { return this.table + M.S }
      constructor() { super('from-base') }
      async up(db) { await this.go(db); await this.#hidden(db); await super.go(db) }
      async #hidden(db) { await db.hidden(this.#p, this.both) } }
      new M()
      export const { up } = { up: (db) => new M().up(db) }`,
      {
        'm/base.ts':
          'export abstract class Base { constructor(protected name: string) {} async go(db) { await db.go(this.name, this.table) } }',
      },
    )
    expect(calls(result)).toEqual(['go(from-base, t)', 'hidden(p, ts)', 'go(from-base, t)'])
    expect(result.events.every((event) => event.awaited === 'awaited')).toBe(true)
  })
})

describe('modules', () => {
  it('helpers are entered, whatever way they are exported and imported', () => {
    const result = up(
      `import help, { named as renamed } from './lib/help.js'
      import * as all from '@/lib/all'
      const { common, nested: { deep } } = require('../common')
      const data = require('./data.json')
      export const up = async (db) => { await help(db); await renamed(db); await all.star(db); await all.through(db); await common(db); await deep(db); await db.json(data.table); const late = await import('./lib/help'); await late.named(db) }`,
      {
        'm/lib/help.ts': 'export default (db) => db.help()\nexport function named(db) { return db.named() }',
        'src/lib/all/index.ts': "export * from './one'; export { default as through } from './two'",
        'src/lib/all/one.ts': 'export const star = (db) => db.star()',
        'src/lib/all/two.ts': 'const f = (db) => db.through(); export default f',
        'common/index.js': 'exports.common = (db) => db.common(); exports.nested = { deep: (db) => db.deep() }',
        'm/data.json': '{ "table": "from-json" }',
      },
    )
    expect(calls(result)).toEqual(['help()', 'named()', 'star()', 'through()', 'common()', 'deep()', 'json(from-json)', 'named()'])
    expect(result.blinds).toEqual([])
  })
  it('modules that import each other do not hang', () => {
    const result = up("import { b } from './b'\nexport const a = 'x'\nexport const up = (db) => b(db)", {
      'm/b.ts': "import { a } from './a'\nexport const b = (db) => db.call(a)",
    })
    expect(calls(result)).toEqual(['call(x)'])
  })
  it('the text of an SQL file is read, and points at that file', () => {
    const read = [
      "const fs = require('fs'), path = require('path'); await db.sql(fs.readFileSync(path.join(__dirname, 'sql', 'x.sql'), 'utf8'))",
      "const fs = require('node:fs'); const path = require('node:path'); await db.sql(fs.readFileSync(path.resolve(__dirname, './sql/x.sql')).toString())",
      "const { readFile } = require('fs/promises'); await db.sql(await readFile(__dirname + '/sql/x.sql', { encoding: 'utf8' }))",
      "const { readFileSync } = require('fs'); const { fileURLToPath } = require('url'); await db.sql(readFileSync(fileURLToPath(new URL('./sql/x.sql', import.meta.url)), 'utf8'))",
      "const fs = require('fs'); const { promisify } = require('util'); await db.sql(await promisify(fs.readFile)(`${__dirname}/sql/x.sql`))",
    ]
    for (const source of read) {
      const result = body(source, { 'm/sql/x.sql': 'SELECT 1;' })
      expect(calls(result), source).toEqual(['sql(SELECT 1;)'])
      expect((argument(result) as StringValue).pieces[0]!.span, source).toEqual({ file: 'm/sql/x.sql', start: 0, end: 9 })
    }
  })
  it('a path is counted from the folder in which the program is run, which may be any above the file', () => {
    const source =
      "const fs = require('fs'), path = require('path'); const file = path.resolve('db/sql/x.sql'); if (!fs.existsSync(file)) throw new Error('no'); await db.sql(fs.readFileSync(file, 'utf8'))"
    const text = `export async function up(db) {\n${source}\n}`
    expect(calls(up(text, { 'apps/api/db/sql/x.sql': 'SELECT 1' }, 'apps/api/src/migrations/1.ts'))).toEqual(['sql(SELECT 1)'])
    const elsewhere = up(text, {}, 'apps/api/src/migrations/1.ts')
    expect(elsewhere.refuses).toBeUndefined()
    expect(calls(elsewhere)).toEqual(['sql(?unknown)'])
  })
  it('imports follow the paths and the base of the nearest compiler options', () => {
    const source = "import { t } from '@app/names'\nimport { u } from 'lib/more'\nexport const up = (db) => db.add(t, u)"
    const files = {
      'apps/api/tsconfig.json': '{ // paths\n "compilerOptions": { "baseUrl": "./src", "paths": { "@app/*": ["shared/*"], } } }',
      'apps/api/src/shared/names.ts': "export const t = 'users'",
      'apps/api/src/lib/more.ts': "export const u = 'email'",
    }
    expect(calls(up(source, files, 'apps/api/src/migrations/1.ts'))).toEqual(['add(users, email)'])
  })
  it('imports that begin with # follow the nearest package, to what stands there under any condition', () => {
    const source =
      "import { t } from '#names'\nimport { u } from '#lib/more'\nimport { v } from '#other/more'\nexport const up = (db) => db.add(t, u, v)"
    const files = {
      'package.json': '{ "imports": { "#names": "./wrong.js" } }',
      'wrong.js': "exports.t = 'wrong'",
      'core/package.json':
        '{ "imports": { "#*": { "types": "./src/*.ts", "default": "./dist/*.js" }, "#lib/*": ["./lib/*.js", "./src/none/*.js"], "#names": { "node": { "import": "./src/names.ts" } } } }',
      'core/src/names.ts': "export const t = 'users'",
      'core/src/lib/more.ts': "export const u = 'wrong'",
      'core/lib/more.js': "exports.u = 'email'",
      'core/src/other/more.ts': "export const v = 'text'",
    }
    expect(calls(up(source, files, 'core/src/migrations/1.ts'))).toEqual(['add(users, email, text)'])
    expect(calls(up(source, {}, 'core/src/migrations/1.ts'))).toEqual(['add(?unknown, ?unknown, ?unknown)'])
  })
  it('a folder is told from a file', () => {
    const source =
      "const fs = require('fs'); for (const f of fs.readdirSync(__dirname + '/sql')) if (!fs.statSync(__dirname + '/sql/' + f).isDirectory()) await db.sql(f)"
    expect(calls(body(source, { 'm/sql/a.sql': 'SELECT 1' }))).toEqual(['sql(a.sql)'])
  })
  it('the files of a folder are listed', () => {
    const source =
      "const fs = require('fs'); for (const f of fs.readdirSync(__dirname + '/sql').sort()) await db.sql(fs.readFileSync(__dirname + '/sql/' + f, 'utf8'))"
    expect(calls(body(source, { 'm/sql/b.sql': 'SELECT 2', 'm/sql/a.sql': 'SELECT 1', 'm/other.sql': 'SELECT 3' }))).toEqual([
      'sql(SELECT 1)',
      'sql(SELECT 2)',
    ])
  })
  it('a syntax error is a blind with its place', () => {
    expect(() => up('export const up = (')).toThrow(/"syntax"/)
  })
})

describe('what cannot be read', () => {
  it('an unknown function that is given the database is blind; others are not', () => {
    const result = body(
      "const x = require('some-package'); await x.change({ deep: [db] }); console.log(db); x.pure(1); import('./nowhere').then((m) => m.go(db))",
    )
    expect(result.blinds.map((blind) => blind.detail)).toEqual([
      'x.change cannot be read and is given the database',
      'm.go cannot be read and is given the database',
    ])
  })
  it('a method that the host does not know is blind, and so is one of something read off the handle', () => {
    expect(
      body('await db.mystery(1); await db.unknown.thing(); await db[process.env.METHOD]()').blinds.map((blind) => blind.because),
    ).toEqual(['unknown-method', 'unknown-method', 'unknown-method'])
  })
  it('a method taken off a handle is still a call of the handle', () => {
    expect(
      calls(body("const { add } = db; await add('a'); const drop = db.drop.bind(db); await drop('b'); await db.go.call(db, 'c')")),
    ).toEqual(['add(a)', 'drop(b)', 'go(c)'])
  })
  it('callbacks of unknown functions are walked', () => {
    expect(
      calls(
        body(
          "const retry = require('retry'); await retry(async () => { await db.a() }); require('lodash').each(['x', 'y'], (t) => db.b(t))",
        ),
      ),
    ).toEqual(['a()', 'b(x)', 'b(y)'])
  })
  it('waiting for an unknown method that sounds as if it stores something is blind', () => {
    for (const source of [
      "const { User } = require('some-models'); await User.update({ a: 1 })",
      "const m = require('some-models'); return m.User.destroy({})",
      "const m = require('some-models'); await Promise.all([1].map((n) => m.User.create({ n })))",
      "const rows = await db.rows('q'); for (const row of rows) await row.save()",
      "require('some-models').User.update({}).then(() => db.a())",
    ]) {
      expect(body(source).blinds, source).toMatchObject([{ because: 'unknown-method' }])
    }
    expect(body("const h = require('some-hash'); h.create('md5').update('x'); const f = await h.fetch('y')").blinds).toEqual([])
  })
  it('running another program is blind', () => {
    expect(body("require('child_process').execSync('x')").blinds).toMatchObject([{ because: 'unsupported' }, { because: 'outside' }])
  })
  it('what does nothing but log says so', () => {
    expect(body("console.log('cannot be undone')").logsOnly).toBe(true)
    expect(body('return Promise.resolve()').logsOnly).toBe(true)
    expect(body('').logsOnly).toBe(false)
    expect(body('await db.a(); console.log(1)').logsOnly).toBe(false)
    expect(body('').statementCount).toBe(0)
  })
  it('up does not leave its changes to down', () => {
    const source = 'let n = 0; export const up = async (db) => { n++; await db.a(n) }'
    expect(calls(up(source))).toEqual(['a(1)'])
  })
})
