import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
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

/** Segments of shared memory that servers have, with the account that they run as. */
function segments(): ReadonlyMap<string, number | undefined> {
  const names = existsSync('/dev/shm') ? readdirSync('/dev/shm').filter((name) => name.startsWith('PostgreSQL.')) : []
  return new Map(names.map((name) => [name, statSync(join('/dev/shm', name), { throwIfNoEntry: false })?.uid]))
}

describe('a server that goes away in the middle', () => {
  it.each(present)('costs the migration that ran, and the next one has a new server: $dialect', async ({ dialect, program }) => {
    const killed: { pid: number; started: string }[] = []
    const segmentsBefore = segments()
    let account = -1
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
          if (process.platform === 'linux') account = statSync(`/proc/${one.pid}`).uid
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
    expect([...segments()].filter(([name, owner]) => owner === account && !segmentsBefore.has(name))).toEqual([])
  })
})

// A file system of our own that is small, which goes with the process that mounted it.
const namespace = ['-m', '-Urm'].find(
  (option) => spawnSync('unshare', [option, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', home]).status === 0,
)
if (namespace === undefined) console.warn('skipped: no small file system can be mounted here')

/** Rehearses the files in a namespace of its own, where `prepare` (shell) mounts what is small; `after` says on standard error what is left there. */
function rehearsedWhere(
  name: string,
  dialect: string,
  { prepare, after, more }: { prepare: string; after: string; more: readonly string[] },
) {
  const project = join(home, name)
  mkdirSync(join(project, 'migrations'), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text)
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  const asked = ['rehearse', '--all', '--dialect', dialect, '--engine', 'binary', '--format', 'json', ...more].join(' ')
  const script = `${prepare}
    cd '${project}'
    '${process.execPath}' '${resolve(root, 'dist/surefoot.js')}' ${asked}
    code=$?
    ${after}
    exit $code`
  const ran = spawnSync('unshare', [namespace!, 'sh', '-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 })
  expect(ran.stderr).toBe('')
  return { code: ran.status, outcome: JSON.parse(ran.stdout) as Outcome }
}

describe.skipIf(namespace === undefined)('a disk that is full', () => {
  it.each(present)('is what is said, of no migration, and nothing is left on it: $dialect', ({ dialect, mebibytes }) => {
    const full = join(home, `${dialect}-full`)
    mkdirSync(full)
    const { code, outcome } = rehearsedWhere(dialect, dialect, {
      prepare: `mount -t tmpfs -o size=${mebibytes}m,mode=1777 tmpfs '${full}' || exit 77; export TMPDIR='${full}'`,
      after: `ls -A '${full}' >&2`,
      more: ['--rows', '300000'],
    })
    expect(code).toBe(1)
    const { rehearsals, findings } = outcome
    expect(rehearsals).toHaveLength(3)
    const because = rehearsals!.flatMap(({ notRun }) => notRun ?? [])
    expect(because.length).toBeGreaterThan(0)
    for (const line of because) expect(line).toMatch(/^no space is left where .* keeps its data: .*--rows/)
    for (const { verdict } of findings) if (verdict) expect(['not proven', 'confirmed']).toContain(verdict.verdict)
    expect(rehearsals!.flatMap(({ observations }) => observations.map(({ message }) => message)).join()).not.toMatch(
      /space|full|53100|1114/,
    )
  })

  it.skipIf(!existsSync('/dev/shm')).each(present)('in memory, filled by another, is left for a disk: $dialect', ({ dialect }) => {
    const shared = '/dev/shm'
    const enough = 1900
    const { outcome } = rehearsedWhere(`${dialect}-memory`, dialect, {
      prepare: `mount -t tmpfs -o size=${enough}m,mode=1777 tmpfs ${shared} || exit 77; unset TMPDIR
        (for i in $(seq 2000); do ls ${shared}/surefoot-* && break; sleep 0.01; done; head -c ${enough - 60}m /dev/zero > ${shared}/other) > /dev/null 2>&1 &`,
      after: `rm ${shared}/other; ls -A ${shared} >&2`,
      more: ['--rows', '100000'],
    })
    expect(outcome.rehearsals).toHaveLength(3)
    for (const { notRun, observations } of outcome.rehearsals!) {
      expect(notRun).toBeUndefined()
      expect(observations.map(({ message }) => message).join()).not.toMatch(/space|full|53100|1114/)
    }
    const index = outcome.findings.find(({ rule }) => rule === 'index-not-concurrent')
    if (dialect === 'postgres') expect(index?.verdict).toMatchObject({ verdict: 'confirmed' })
  })
})
