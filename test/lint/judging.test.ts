import { describe, expect, it } from 'vitest'
import type { DialectName } from '../../src/ir/names.ts'
import type { Outcome } from '../../src/lint/outcome.ts'
import type { RuleSetting } from '../../src/lint/site.ts'
import { type CheckOptions, check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { defineRule, type Rule } from '../../src/rule/define.ts'

const plain = {
  title: 'A rule of a test',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'because',
  since: '0.1.0',
  dialects: ['postgres', 'mysql'],
  inDown: 'full',
  why: 'why',
  instead: 'instead',
  unless: 'unless',
  sources: [],
  covers: [],
  equivalents: [],
  bad: [{ on: 'postgres', says: 'said', sql: '' }],
  good: [{ on: 'postgres', sql: '' }],
} as const

interface Run extends Partial<Pick<CheckOptions, 'profile' | 'down' | 'only' | 'together' | 'base'>> {
  readonly dialect?: DialectName
  readonly severity?: RuleSetting['severity']
}

/** Judges SQL files, by name, with one rule. */
async function judged(rule: Rule, files: Readonly<Record<string, string>>, run: Run = {}): Promise<Outcome> {
  const { dialect = 'postgres', severity, ...rest } = run
  const paths = Object.fromEntries(Object.entries(files).map(([name, text]) => [`migrations/${name}.sql`, text]))
  const { outcome } = await check({
    project: memoryProject(paths),
    projects: [{ framework: 'raw-sql', dialect, runner: {}, boundByRunner: false }],
    rules: [{ rule, severity, options: {} }],
    allRules: [rule],
    profile: 'safety',
    down: 'rollback',
    together: false,
    version: 'test',
    ...rest,
  })
  expect(outcome.errors).toEqual([])
  return outcome
}

const messages = async (...given: Parameters<typeof judged>) => (await judged(...given)).findings.map(({ message }) => message)

describe('a message of a stricter profile', () => {
  const rule = defineRule({
    ...plain,
    id: 'tables',
    messages: { said: '{table} is made.', strictly: { text: '{table} is made here.', profile: 'strict' } },
    on: {
      createTable({ table, span }, at) {
        at.report(span, 'said', { table: table.name })
        at.report(span, 'strictly', { table: table.name })
      },
    },
  })
  const files = { '1_a': 'CREATE TABLE a (id int);' }

  it('is left out of a milder run', async () => expect(await messages(rule, files)).toEqual(['a is made.']))
  it('is said from its profile on', async () => {
    for (const profile of ['strict', 'style'] as const) expect(await messages(rule, files, { profile })).toHaveLength(2)
  })
  it('is said when the rule is switched on by name', async () => expect(await messages(rule, files, { severity: 'info' })).toHaveLength(2))
})

describe('many findings of one rule about the same words', () => {
  const rule = defineRule({
    ...plain,
    id: 'columns',
    messages: { said: '{column} is made.' },
    on: {
      createTable({ table, columns, span }, at) {
        for (const { name } of columns) at.report(span, 'said', { column: `${table.name}.${name}` })
      },
    },
  })
  const create = (table: string, count: number) =>
    `CREATE TABLE ${table} (${Array.from({ length: count }, (_, i) => `c${String(i).padStart(2, '0')} int`).join(', ')});`
  it('are told one by one, and a crowd of them by the first', async () => {
    expect(await messages(rule, { 1: create('few', 10) })).toHaveLength(10)
    expect(await messages(rule, { 1: `${create('a', 12)}\n${create('b', 11)}\n${create('c', 1)}` })).toEqual([
      'a.c00 is made. So it is 11 times more at this place.',
      'b.c00 is made. So it is 10 times more at this place.',
      'c.c00 is made.',
    ])
  })
})

describe('a finding that is said once per run', () => {
  const once = (unless?: 'timeouts-set') =>
    defineRule({
      ...plain,
      id: 'tables',
      messages: { said: '{table} is made.', all: '{count} tables are made.', others: '{count} others are made.' },
      on: {
        createTable({ table, span }, at) {
          const message = table.name.startsWith('x') ? 'others' : 'all'
          at.report(span, 'said', { table: table.name }, { oncePerRun: { message, ...(unless ? { unless } : {}) } })
        },
      },
    })
  const files = { '1_a': 'CREATE TABLE a (id int);', '2_b': 'CREATE TABLE b (id int);\nCREATE TABLE x (id int);' }
  const bounded = { ...files, '0_set': "SET lock_timeout = '5s';" }

  it('counts those of the same message, and says one alone as it is', async () =>
    expect(await messages(once(), files)).toEqual(['2 tables are made.', 'x is made.']))
  it('does so whether or not timeouts are set', async () =>
    expect(await messages(once(), bounded)).toEqual(['2 tables are made.', 'x is made.']))
  it('is said each time where timeouts are set, when it asks for that', async () => {
    expect(await messages(once('timeouts-set'), files)).toEqual(['2 tables are made.', 'x is made.'])
    expect(await messages(once('timeouts-set'), bounded)).toEqual(['a is made.', 'b is made.', 'x is made.'])
  })
})

describe('a rule of the whole history', () => {
  const seen: string[] = []
  const rule = defineRule({
    ...plain,
    id: 'left',
    messages: { said: '{table} is still there after {count} migrations.' },
    on: {
      history(at) {
        seen.push(at.migrations.map(({ id, position, judged }) => `${id} ${position} ${judged}`).join(', '))
        for (const { name, born } of at.final.tables.values())
          at.report(
            { file: at.migrations[born]!.path, start: 0, end: 1 },
            'said',
            { table: name.name, count: at.migrations.length },
            { migration: born },
          )
      },
    },
  })
  const files = { '1_a': 'CREATE TABLE a (id int);', '2_b': 'CREATE TABLE b (id int);', '3_c': 'DROP TABLE a;' }

  it('is asked once, when all is replayed', async () => {
    seen.length = 0
    expect(await messages(rule, files)).toEqual(['b is still there after 3 migrations.'])
    expect(seen).toHaveLength(1)
  })
  it('knows what comes after the last judged migration, and says nothing of one that is not judged', async () => {
    expect(await messages(rule, files, { only: (path) => path.includes('1_a') })).toEqual([])
    expect(await messages(rule, files, { only: (path) => path.includes('3_c') })).toEqual([])
    expect(seen.at(-1)).toMatch(/ 0 false, .* 1 false, .* 2 true$/)
  })
  it('is told with the statement, which a suppression above it covers', async () => {
    const text = '-- surefoot-disable-next-line places\nCREATE TABLE\n  b (id int);'
    const start = text.indexOf('b (')
    const places = defineRule({
      ...plain,
      id: 'places',
      messages: { said: 'Here.' },
      on: {
        history: (at) => at.report({ file: at.migrations[0]!.path, start, end: start + 1 }, 'said', {}, { migration: 0 }),
      },
    })
    const { findings, summary } = await judged(places, { '1_b': text })
    expect([findings, summary.suppressed]).toEqual([[], 1])
    expect(await messages(places, { '1_b': text.replace('surefoot', 'another') })).toEqual(['Here.'])
  })
  it('is given what the branch changed, when that was asked for', async () => {
    const newest = defineRule({
      ...plain,
      id: 'newest',
      messages: { said: '{id} was the newest.' },
      on: {
        history(at) {
          const { file, start, end } = { file: at.migrations[0]!.path, start: 0, end: 1 }
          if (at.changes?.newestInBase) at.report({ file, start, end }, 'said', { id: at.changes.newestInBase }, { migration: 0 })
        },
      },
    })
    expect(await messages(newest, files)).toEqual([])
    const base = { project: memoryProject({}), edited: new Set<string>(), added: new Set(['migrations/3_c.sql']), deleted: [] }
    expect(await messages(newest, files, { base })).toEqual(['2_b was the newest.'])
  })
})

describe('up walked again after down', () => {
  const rule = defineRule({
    ...plain,
    id: 'again',
    messages: { said: 'Again it fails: {reason}.' },
    on: {
      migration(at) {
        const refused = at.redo?.moments.find(({ conflict }) => conflict !== undefined)
        if (refused) at.report(refused.operation, 'said', { reason: refused.conflict! })
      },
    },
  })
  const up = 'CREATE TABLE a (id int);'

  it('meets what down left behind', async () => {
    expect(await messages(rule, { '1_a.up': up, '1_a.down': 'SELECT 1;' })).toHaveLength(1)
    expect(await messages(rule, { '1_a.up': up, '1_a.down': 'DROP TABLE a;' })).toEqual([])
    expect(await messages(rule, { '1_a': up })).toEqual([])
  })
})

describe('the cost of a statement', () => {
  const rule = defineRule({
    ...plain,
    id: 'costs',
    messages: { said: '{with} instead of {without}.' },
    on: {
      addColumn(column, at) {
        const without = at.costWithout(['ALGORITHM', 'LOCK'])
        at.report(column, 'said', { with: at.cost.algorithm ?? at.cost.lock, without: without.algorithm ?? without.lock })
      },
      select(select, at) {
        at.report(select, 'said', { with: '', without: '' })
      },
    },
  })

  it('is also known without the clauses that ask for a way', async () => {
    const files = { '1_a': 'ALTER TABLE a ADD COLUMN b int, ALGORITHM=COPY, LOCK=SHARED;' }
    expect(await messages(rule, files, { dialect: 'mysql' })).toEqual(['COPY instead of INSTANT.'])
    expect(await messages(rule, { '1_a': 'ALTER TABLE a ADD COLUMN b int;' }, { dialect: 'mysql' })).toEqual([
      'INSTANT instead of INSTANT.',
    ])
  })
  it('stands in the details of a finding about it, where something waits', async () => {
    const [alter, select] = (await judged(rule, { '1_a': 'ALTER TABLE a ADD COLUMN b int;\nSELECT 1;' })).findings
    expect(alter!.details).toMatchObject({ lock: 'ACCESS EXCLUSIVE', rewrites: false, scans: false })
    expect(select!.details).toBeUndefined()
  })
})

describe('down, judged in full', () => {
  const rule = defineRule({
    ...plain,
    id: 'ages',
    messages: { said: '{table} is {age}.' },
    on: {
      addColumn({ table, span }, at) {
        const { state, age } = at.table(table)
        at.report(span, 'said', { table: table.name, age: `${age}, ${state ? at.age(state.born) : 'unknown'}` })
      },
    },
  })
  const files = {
    '1_a.up': 'CREATE TABLE a (id int);\nALTER TABLE a ADD COLUMN b int;',
    '1_a.down': 'ALTER TABLE a ADD COLUMN c int;\nCREATE TABLE d (id int);\nALTER TABLE d ADD COLUMN e int;',
  }

  it('is a deployment of its own: what up made is there already', async () => {
    const own = 'this-migration, this-migration'
    const said = [`a is existing, existing.`, `d is ${own}.`, `a is ${own}.`]
    expect(await messages(rule, files, { down: 'full' })).toEqual(said)
    expect(await messages(rule, files, { down: 'full', together: true })).toEqual(said)
  })
})
