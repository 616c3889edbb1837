import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'
import { command, commit, environment, type Files, folder, git, repository, surefoot, write } from './command.ts'

const root = resolve(import.meta.dirname, '../..')

const orders: Files = { 'migrations/001_orders.sql': 'CREATE TABLE orders (id integer PRIMARY KEY, note text);\n' }
/** The second is flagged, the third is not. */
const three: Files = {
  ...orders,
  'migrations/002_total.sql': 'ALTER TABLE orders ADD COLUMN total integer NOT NULL;\n',
  'migrations/003_tags.sql': 'CREATE TABLE tags (id integer PRIMARY KEY);\n',
}
const sqlite = ['--dialect', 'sqlite', '--engine', 'sql.js', '--rows', '50']

function rehearsed(cwd: string, ...more: readonly string[]): Outcome & { readonly code: number | null } {
  const ran = surefoot(cwd, ['rehearse', ...sqlite, '--format', 'json', ...more])
  if (ran.out === '') throw new Error(`surefoot printed nothing; it said: ${ran.err}`)
  return { ...(JSON.parse(ran.out) as Outcome), code: ran.code }
}

const ids = ({ rehearsals }: Outcome) => rehearsals?.map(({ migration }) => migration)

describe('surefoot rehearse', () => {
  it('runs what is flagged, what is named, or all', () => {
    const cwd = folder(three)
    const flagged = rehearsed(cwd)
    expect(ids(flagged)).toEqual(['002_total'])
    expect(flagged.code).toBe(1)
    expect(flagged.rehearsals![0]).toMatchObject({
      rows: 50,
      engine: expect.stringMatching(/^SQLite .*\(sql\.js\)$/),
      settings: expect.any(Array),
    })
    const [finding] = flagged.findings
    expect(finding).toMatchObject({
      evidence: 'observed',
      verdict: { verdict: 'confirmed', on: expect.stringContaining('50 rows a table') },
    })
    expect(ids(rehearsed(cwd, 'migrations/001_orders.sql'))).toEqual(['001_orders'])
    expect(ids(rehearsed(cwd, '--all'))).toEqual(['001_orders', '002_total', '003_tags'])
  })

  it('runs what a branch changes, and what is staged', () => {
    const cwd = repository(orders)
    write(cwd, { 'migrations/002_tags.sql': three['migrations/003_tags.sql']! })
    git(cwd, 'add', '--all')
    expect(ids(rehearsed(cwd, '--staged'))).toEqual(['002_tags'])
    git(cwd, 'checkout', '--quiet', '-b', 'tags')
    commit(cwd)
    expect(ids(rehearsed(cwd, '--since', 'main'))).toEqual(['002_tags'])
  })

  it('fails where a migration does, though no rule had said so, and where one cannot be run', () => {
    const lost = {
      ...orders,
      'migrations/002_lost.sql': 'INSERT INTO orders SELECT 1, name FROM people;\n',
      'migrations/003.sql': 'SELECT 1;\n',
    }
    const { code, rehearsals } = rehearsed(folder(lost), '--all', '--rule', 'history-conflict=off')
    expect(rehearsals!.map(({ notRun }) => notRun)).toEqual([
      undefined,
      undefined,
      expect.stringMatching(/^the history does not apply: 002_lost /),
    ])
    expect(rehearsals![1]!.observations).toMatchObject([{ kind: 'up-fails', said: false }])
    expect(code).toBe(1)
    expect(rehearsed(folder(orders), '--all').code).toBe(0)
  })

  it('keeps a finding that a run refutes, as information', () => {
    const refutable = {
      'migrations/001.sql':
        'CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);\nCREATE TABLE b AS SELECT id AS n FROM a;\n',
      'migrations/002.sql': "SET lock_timeout = '1s';\nALTER TABLE b ALTER COLUMN n TYPE integer;\n",
    }
    const cwd = folder(refutable)
    const { stdout } = spawnSync(
      process.execPath,
      [command, 'rehearse', '--dialect', 'postgres', '--server-version', '18', '--engine', 'pglite', '--rows', '100', '--format', 'json'],
      { cwd, env: environment, encoding: 'utf8' },
    )
    const { findings, summary } = JSON.parse(stdout) as Outcome
    expect(findings.find(({ rule }) => rule === 'type-change-rewrite')).toMatchObject({ severity: 'info', verdict: { verdict: 'refuted' } })
    expect(summary.errors).toBe(0)
  })

  it('begins with the schema of --base', () => {
    const cwd = folder({
      'schema.sql': orders['migrations/001_orders.sql']!,
      'migrations/002_total.sql': three['migrations/002_total.sql']!,
    })
    expect(rehearsed(cwd, '--all', '--base', 'schema.sql').rehearsals).toMatchObject([
      { steps: [{ failure: expect.stringContaining('NOT NULL') }] },
    ])
    for (const flag of ['--base', '--seed']) {
      const missing = surefoot(cwd, ['rehearse', ...sqlite, flag, 'nowhere.sql'])
      expect(missing).toMatchObject({
        code: 2,
        err: expect.stringMatching(new RegExp(`^surefoot: ${flag} .*nowhere\\.sql cannot be read: `)),
      })
    }
  })

  it('proves what check finds, and looks for nothing else', () => {
    const cwd = folder({ ...three, 'migrations/004_lost.sql': 'CREATE TABLE tags (id integer);\n' })
    const ran = surefoot(cwd, ['check', '--prove', ...sqlite, '--format', 'json', '--rule', 'history-conflict=off'])
    const { rehearsals, findings } = JSON.parse(ran.out) as Outcome
    expect(findings.map(({ rule, verdict }) => [rule, verdict?.verdict])).toContainEqual(['not-null-without-default', 'confirmed'])
    expect(rehearsals!.flatMap(({ observations }) => observations)).toEqual([])
    expect(surefoot(cwd, ['check', '--prove', ...sqlite]).out).toMatch(/confirmed: .*\(on SQLite [\d.]+ \(sql\.js\), 50 rows a table\)\n/)
  })

  it('lets a migration see a variable that is named, and no other', () => {
    const code = `module.exports = { async up(queryInterface) {
      await queryInterface.sequelize.query("CREATE TABLE seen_" + Object.keys(process.env).filter((name) => /^SEEN_/.test(name)).sort().join('_') + " (id integer)")
    } }\n`
    const cwd = folder({ 'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }', 'migrations/01-env.js': code })
    symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
    const ran = surefoot(cwd, ['rehearse', '--all', ...sqlite, '--env', 'SEEN_A', '--format', 'json'], {
      env: { SEEN_A: '1', SEEN_B: '2' },
    })
    expect((JSON.parse(ran.out) as Outcome).rehearsals).toMatchObject([{ steps: [{ sql: expect.stringContaining('seen_SEEN_A (') }] }])
  })

  it.runIf(spawnSync('script', ['--version']).status === 0)('says on a terminal what is tried now, and takes that away in the end', () => {
    const cwd = folder(three)
    const line = [process.execPath, command, 'rehearse', '--all', ...sqlite, '--output-file', 'out.txt'].join(' ')
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { cwd, env: environment, encoding: 'utf8' })
    const shown = stdout.split('\r\u001b[K').map((text) => text.trim())
    expect(shown).toEqual(
      expect.arrayContaining(['rehearsing 002_total', 'rehearsing 002_total: the history before it, 1 of 1', 'rehearsing 002_total: up']),
    )
    expect(shown.at(-1)).not.toContain('rehearsing')
  })
})

describe('surefoot rehearse --clean', () => {
  it('removes the folders of runs that are dead, and says so', () => {
    const dead = join(tmpdir(), 'surefoot-999999998-0123abcd')
    mkdirSync(join(dead, 'data'), { recursive: true })
    const ran = surefoot(folder(three), ['rehearse', '--clean'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('  surefoot-999999998-0123abcd\n')
    expect(existsSync(dead)).toBe(false)
    // Tests beside this one may leave a folder at any moment.
    expect(surefoot(folder(three), ['rehearse', '--clean']).out).toMatch(/^(?:Nothing was left behind\.|Removed:)\n/)
  })

  it('says that the server cannot be asked', () =>
    expect(surefoot(folder(three), ['rehearse', '--clean', '--engine', 'postgres://127.0.0.1:1/x'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^surefoot: The server of --engine cannot be asked: /),
    }))
})

describe('an engine or a package that is not there', () => {
  /** A project whose Surefoot has its production dependencies only, and that has the packages named, each as a copy where `copied` says so. */
  function bare(files: Files, copied: readonly string[] = []): string {
    const cwd = folder(files)
    const modules = join(cwd, 'node_modules')
    mkdirSync(join(modules, 'surefoot'), { recursive: true })
    for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(modules, 'surefoot', part), { recursive: true })
    const needed = copied.length === 0 ? ['libpg-query', 'oxc-parser', 'oxc-transform'] : readdirSync(join(root, 'node_modules'))
    for (const name of needed)
      if (!['pg', 'surefoot', ...copied].includes(name) && !name.startsWith('.'))
        symlinkSync(join(root, 'node_modules', name), join(modules, name))
    for (const name of copied) cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true })
    return cwd
  }
  const run = (cwd: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, ['node_modules/surefoot/dist/surefoot.js', 'rehearse', '--all', ...args], {
      cwd,
      env: environment,
      encoding: 'utf8',
    })

  it.each([
    ['--dialect postgres --engine pglite', 'surefoot: The embedded PostgreSQL is not installed. Run: npm i -D @electric-sql/pglite\n'],
    ['--dialect postgres --engine postgres://127.0.0.1:1/x', /through the package pg, which is not installed\. Run: npm i -D pg\n$/],
    ['--dialect mariadb --engine mysql://127.0.0.1:1/x', /through the package mysql2, which is not installed: npm i -D mysql2\n$/],
    ['--dialect sqlite --engine sql.js', /^surefoot: No SQLite is here to rehearse on\. Install the embedded one: npm i -D sql\.js\n$/],
  ])('is one sentence with what to install: %s', (args, says) => {
    const { status, stderr, stdout } = run(bare(three), ...args.split(' '))
    expect(stderr).toEqual(typeof says === 'string' ? says : expect.stringMatching(says))
    expect([status, stdout]).toEqual([2, ''])
  })

  const program: Files = {
    'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
    'migrations/01-a.js': `module.exports = { up: (queryInterface, { INTEGER }) => queryInterface.createTable('a', { id: INTEGER }) }\n`,
    'migrations/02-b.js': `module.exports = { up: (queryInterface, { INTEGER }) => queryInterface.createTable('b', { id: INTEGER }) }\n`,
  }
  const notRun = (stdout: string) => (JSON.parse(stdout) as Outcome).rehearsals!.map((rehearsal) => rehearsal.notRun)

  it('is the driver of the ORM: no migration is blamed for it', () => {
    const { stdout, status } = run(bare(program, ['sequelize']), '--dialect', 'postgres', '--engine', 'pglite', '--format', 'json')
    expect(notRun(stdout)).toEqual(Array(2).fill('the driver pg is not installed: npm i pg'))
    expect(status).toBe(1)
  })

  it('is an ORM of a version that nobody knows here', () => {
    const cwd = folder(program)
    write(cwd, {
      'node_modules/sequelize/package.json': '{ "name": "sequelize", "version": "99.1.0" }',
      'node_modules/sequelize/index.js': '',
    })
    const { out, code } = surefoot(cwd, ['rehearse', '--all', ...sqlite, '--format', 'json'])
    expect(notRun(out)).toEqual(Array(2).fill('sequelize 99.1.0 is not known here: 5, 6 and 7 can be run'))
    expect(code).toBe(1)
  })
})

describe('a server that the user names', () => {
  it.each([
    ['postgres', 'postgres://app:secret@db.example.com/shop'],
    ['mysql', 'mysql://app:secret@db.example.com/shop'],
  ])('is asked nothing where it is not on this machine, without leave: %s', (dialect, url) => {
    const { code, err, out } = surefoot(folder(three), ['rehearse', '--dialect', dialect, '--engine', url])
    expect(err).toMatch(/^surefoot: \w+:\/\/app:\*\*\*@db\.example\.com\/shop is not on this machine\..*--allow-remote/)
    expect([code, out]).toEqual([2, ''])
  })

  it('may be elsewhere with leave', () => {
    // A name that is nobody's, by RFC 6761.
    const url = 'postgres://app:secret@db.example.invalid/shop'
    const { code, err } = surefoot(folder(three), ['rehearse', '--dialect', 'postgres', '--engine', url, '--allow-remote'])
    expect(err).toMatch(/^surefoot: postgres:\/\/app:\*\*\*@db\.example\.invalid\/shop cannot be used: .*Check that the server runs/)
    expect(code).toBe(2)
  })
})
