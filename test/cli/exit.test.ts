import { describe, expect, it } from 'vitest'
import { checked, type Files, folder, shop, surefoot } from './command.ts'

const quiet: Files = { 'surefoot.json': '{ "projects": [{ "dialect": "postgres", "timeouts": "set-by-runner" }] }' }
const clean: Files = { ...quiet, 'migrations/001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n' }
const warning: Files = { ...clean, 'migrations/002_drop.sql': 'ALTER TABLE orders DROP COLUMN note;\n' }
const error: Files = { ...quiet, ...shop }
const unread: Files = { ...clean, 'migrations/002_broken.sql': 'SELEC 1;\n' }

const codeOf = (files: Files, ...args: string[]) => surefoot(folder(files), ['check', ...args]).code

describe('the exit code', () => {
  it('is 0 when nothing speaks', () => expect(codeOf(clean)).toBe(0))
  it('is 0 for warnings without a limit', () => expect(codeOf(warning)).toBe(0))
  it('is 1 for a finding of severity error', () => expect(codeOf(error)).toBe(1))
  it('is 1 for more warnings than allowed, not for as many', () => {
    expect(codeOf(warning, '--max-warnings', '0')).toBe(1)
    expect(codeOf(warning, '--max-warnings', '1')).toBe(0)
  })
  it('is 0 for unread statements, and 1 when they are to block', () => {
    expect(codeOf(unread)).toBe(0)
    expect(codeOf(unread, '--unknown', 'warn')).toBe(0)
    expect(codeOf(unread, '--unknown', 'allow')).toBe(0)
    expect(codeOf(unread, '--unknown', 'block')).toBe(1)
  })
  it('is 1 for an input that could not be judged', () => {
    expect(codeOf({ ...clean, 'migrations/002_b.sql': Buffer.from([0, 1, 2, 0, 255, 254, 0, 7, 9]) })).toBe(1)
  })
  it.each([
    [['--nonsense']],
    [['--dialect', 'oracle']],
    [['--dialect']],
    [['--server-version', 'new']],
    [['--framework', 'knex']],
    [['--format', 'xml']],
    [['--profile', 'loose']],
    [['--down', 'maybe']],
    [['--unknown', 'panic']],
    [['--max-warnings', '-1']],
    [['--max-warnings', 'many']],
    [['--rule', 'index-not-concurrent']],
    [['--rule', 'index-not-concurrent=loud']],
    [['--rule', 'index-not-concurent=off']],
    [['--stdin']],
    [['--config', 'none.json']],
  ])('is 2, with one sentence on stderr and nothing on stdout, for %j', (args) => {
    const ran = surefoot(folder(clean), ['check', ...args])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/^surefoot: .+[.?]\n$/)
  })
  it('is 2 for a command that does not exist', () => {
    const ran = surefoot(folder(clean), ['lint'])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toMatch(/check, rehearse, baseline, comment, init, explain, rules and stats/)
  })
  it('is 3, with a stack and what to do, for a bug of ours', () => {
    const broken = 'Array.prototype.toSorted = () => { throw new Error("broken") }\n'
    const root = folder({ ...clean, 'broken.mjs': broken })
    const ran = surefoot(root, ['check', '--format', 'json'], { env: { NODE_OPTIONS: '--import ./broken.mjs' } })
    expect(ran).toMatchObject({ code: 3, out: '' })
    expect(ran.err).toMatch(/bug in Surefoot .+\nError: broken\n\s+at [\s\S]+report it/)
  })
})

describe('--unknown', () => {
  it('allow leaves the places out of both formats and keeps the count', () => {
    const root = folder(unread)
    expect(checked(root).opaque).toEqual([{ file: 'migrations/002_broken.sql', line: 1, because: 'syntax', detail: expect.any(String) }])
    expect(checked(root, ['--unknown', 'allow']).summary.opaque).toBe(1)
    expect(surefoot(root, ['check', '--unknown', 'allow']).out).not.toContain('002_broken')
    expect(surefoot(root, ['check']).out).toContain('002_broken.sql:1')
  })
})

describe('--rule', () => {
  it('sets a severity, and the exit code follows', () => {
    const root = folder(error)
    expect(checked(root, ['--rule', 'index-not-concurrent=warning'])).toMatchObject({ code: 0 })
    expect(checked(root, ['--rule', 'index-not-concurrent=warning']).findings[0]).toMatchObject({ severity: 'warning' })
    expect(checked(root, ['--rule', 'index-not-concurrent=off'])).toMatchObject({ code: 0, findings: [] })
    expect(checked(folder(warning), ['--rule', 'drop-before-contract=error'])).toMatchObject({ code: 1 })
  })
  it('switches on a rule of another profile', () => {
    const root = folder(warning)
    expect(checked(root, ['--rule', 'unverified-backup=info']).findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      'drop-before-contract warning',
      'unverified-backup info',
    ])
  })
  it('may be repeated, and the last one of a rule counts', () => {
    const root = folder(error)
    const args = ['--rule', 'index-not-concurrent=off', '--rule', 'missing-down=off', '--rule', 'index-not-concurrent=info']
    expect(checked(root, args).findings.map(({ severity }) => severity)).toEqual(['info'])
  })
})

describe('--profile and --down', () => {
  it('strict adds advice', () => {
    const root = folder(warning)
    expect(checked(root).findings.map(({ rule }) => rule)).toEqual(['drop-before-contract'])
    expect(checked(root, ['--profile', 'strict']).findings.map(({ rule }) => rule)).toEqual(['drop-before-contract', 'unverified-backup'])
  })
  it('down full judges the way back like the way forth', () => {
    const root = folder({
      ...quiet,
      'migrations/001_a.up.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n',
      'migrations/001_a.down.sql': 'DROP TABLE a;\nCREATE INDEX x ON b (c);\n',
    })
    expect(checked(root).findings.map(({ rule }) => rule)).not.toContain('index-not-concurrent')
    const full = checked(root, ['--down', 'full']).findings.find(({ rule }) => rule === 'index-not-concurrent')
    expect(full).toMatchObject({ direction: 'down', file: 'migrations/001_a.down.sql', line: 2 })
  })
})
