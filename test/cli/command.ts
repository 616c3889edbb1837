import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll } from 'vitest'
import type { Outcome } from '../../src/lint/outcome.ts'

export const command = resolve(import.meta.dirname, '../../dist/surefoot.js')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The environment of a test: no colours asked for, no configuration of git but its own. */
export const environment = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, GIT_CONFIG_GLOBAL: '/dev/null' }

/** Runs the built command in a folder. */
export function surefoot(cwd: string, args: readonly string[], more: { input?: string; env?: NodeJS.ProcessEnv } = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd,
    env: { ...environment, ...more.env },
    input: more.input ?? '',
    encoding: 'utf8',
    timeout: 50_000,
    maxBuffer: 256 * 1024 * 1024,
  })
  return { code: status, out: stdout, err: stderr }
}

/** Runs a script of Node while a server of this process can answer it. */
export async function running(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(process.execPath, args, { cwd, env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err += part
  })
  const code = await new Promise<number | null>((ended) => child.once('close', ended))
  return { code, out, err }
}

/** `surefoot check --format json`, with its exit code. */
export function checked(cwd: string, args: readonly string[] = [], input?: string): Outcome & { readonly code: number | null } {
  const ran = surefoot(cwd, ['check', '--format', 'json', ...args], input === undefined ? {} : { input })
  if (ran.out === '') throw new Error(`surefoot printed nothing; it said: ${ran.err}`)
  return { ...(JSON.parse(ran.out) as Outcome), code: ran.code }
}

/** Findings as `file:line rule`. */
export function lines(outcome: Outcome): readonly string[] {
  return outcome.findings.map(({ file, line, rule }) => `${file}:${line} ${rule}`)
}

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export type Files = Readonly<Record<string, string | Buffer>>

/** Writes files below a folder. */
export function write(root: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}

/** A temporary folder with these files, which is no git repository and is removed after the tests of the file. */
export function folder(files: Files): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'surefoot-cli-')))
  made.push(root)
  write(root, files)
  return root
}

/** Runs git in a folder, as somebody. */
export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main', ...args], {
    cwd,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** A temporary repository with these files committed on `main`. */
export function repository(files: Files): string {
  const root = folder(files)
  git(root, 'init', '--quiet')
  commit(root)
  return root
}

/** Commits everything that is there. */
export function commit(root: string, message = 'More'): void {
  git(root, 'add', '--all')
  git(root, 'commit', '--quiet', '--allow-empty', '--message', message)
}

/** Two statements of a MySQL project: the second file drops a column that somebody reads. */
export const shop: Files = {
  'migrations/001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n',
  'migrations/002_index.sql': 'CREATE INDEX orders_note ON orders (note);\n',
}
