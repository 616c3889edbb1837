import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { rules } from '../../rules/registry.ts'
import type { Outcome } from '../../src/lint/outcome.ts'
import { check } from '../../src/pipeline/check.ts'
import { memoryProject } from '../../src/project/memory.ts'
import { findBinaries as mysqlBinaries } from '../../src/sandbox/engines/mysql/binaries.ts'
import { findBinaries as postgresBinaries } from '../../src/sandbox/engines/postgres/binaries.ts'
import { Rehearsal } from '../../src/sandbox/rehearse.ts'
import { descendants, isRunning, serverFoldersOf } from '../processes.ts'
import { settingsFor } from '../run-example.ts'
import { request, root } from './postgres-servers.ts'

const files = {
  'migrations/001.sql': 'CREATE TABLE orders (id integer PRIMARY KEY, note text);\n',
  'migrations/002.sql': 'CREATE INDEX orders_note ON orders (note);\n',
  'migrations/003.sql': 'CREATE TABLE tiny (id integer PRIMARY KEY);\n',
}

const engines = [
  { dialect: 'postgres', program: 'postgres', mebibytes: 80, found: await postgresBinaries(request) },
  { dialect: 'mariadb', program: 'mariadbd', mebibytes: 80, found: await mysqlBinaries({ ...request, dialect: 'mariadb' }) },
] as const
for (const { dialect, found } of engines) if (found.length === 0) console.warn(`skipped: no programs of ${dialect} on this machine`)
const present = engines.filter(({ found }) => found.length > 0)

const home = mkdtempSync(join(tmpdir(), 'surefoot-test-'))
// The account that servers run as goes through it.
chmodSync(home, 0o755)
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('a server that goes away in the middle', () => {
  it.each(present)('costs the migration that ran, and the next one has a new server: $dialect', async ({ dialect, program }) => {
    const killed: { pid: number; started: string }[] = []
    const rehearsal = new Rehearsal({
      root,
      rows: 100,
      engine: 'binary',
      allowRemote: false,
      env: [],
      baseSchema: undefined,
      limits: { milliseconds: 20_000, mebibytes: 512 },
      which: 'judged',
      battery: true,
      progress: (migration) => {
        if (migration !== '002') return
        for (const one of descendants(process.pid)) {
          if (!one.started.split('\0')[0]!.endsWith(`/${program}`)) continue
          killed.push(one)
          process.kill(one.pid, 'SIGKILL')
        }
      },
    })
    const { outcome } = await check({
      project: memoryProject(files),
      projects: [{ framework: 'raw-sql', dialect, runner: { transaction: 'none' }, boundByRunner: false }],
      rules: settingsFor(rules, 'safety'),
      allRules: rules,
      profile: 'safety',
      down: 'rollback',
      together: false,
      version: 'test',
      prove: rehearsal.prove,
    }).finally(() => rehearsal.close())
    expect(killed.length).toBeGreaterThan(0)
    const [first, second, third] = rehearsal.rehearsals
    expect(first!.notRun).toBeUndefined()
    expect(second!.notRun).toMatch(/went away in the middle/)
    expect(third).toMatchObject({ steps: [{ sql: expect.stringContaining('tiny') }] })
    expect(third!.notRun).toBeUndefined()
    for (const { file, verdict } of outcome.findings) if (file.includes('002')) expect(verdict?.verdict ?? 'not proven').toBe('not proven')
    expect(killed.filter(({ pid, started }) => isRunning(pid, started))).toEqual([])
    expect(serverFoldersOf(process.pid)).toEqual([])
  })
})

// A file system of our own that is small, which goes with the process that mounted it.
const namespace = ['-m', '-Urm'].find(
  (option) => spawnSync('unshare', [option, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home]).status === 0,
)
if (namespace === undefined) console.warn('skipped: no small file system can be mounted here')

describe.skipIf(namespace === undefined)('a disk that is full', () => {
  it.each(present)('is what is said, of no migration, and nothing is left on it: $dialect', ({ dialect, mebibytes }) => {
    const project = join(home, dialect)
    const full = join(home, `${dialect}-full`)
    for (const folder of [join(project, 'migrations'), full]) mkdirSync(folder, { recursive: true })
    for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text)
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
    const command = resolve(root, 'dist/surefoot.js')
    const script = `mount -t tmpfs -o size=${mebibytes}m,mode=1777 tmpfs '${full}' || exit 77
      cd '${project}'
      TMPDIR='${full}' '${process.execPath}' '${command}' rehearse --all --dialect ${dialect} --engine binary --rows 300000 --format json
      code=$?
      ls -A '${full}' >&2
      exit $code`
    const ran = spawnSync('unshare', [namespace!, 'sh', '-c', script], { encoding: 'utf8' })
    expect(ran.stderr).toBe('')
    expect(ran.status).toBe(1)
    const { rehearsals, findings } = JSON.parse(ran.stdout) as Outcome
    expect(rehearsals).toHaveLength(3)
    const because = rehearsals!.flatMap(({ notRun }) => notRun ?? [])
    expect(because.length).toBeGreaterThan(0)
    for (const line of because) expect(line).toMatch(/^no space is left where .* keeps its data: .*--rows/)
    for (const { verdict } of findings) if (verdict) expect(['not proven', 'confirmed']).toContain(verdict.verdict)
    expect(rehearsals!.flatMap(({ observations }) => observations.map(({ message }) => message)).join()).not.toMatch(
      /space|full|53100|1114/,
    )
  })
})
