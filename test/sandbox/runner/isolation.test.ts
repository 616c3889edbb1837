import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/sandbox/engine.ts'
import { sqliteObserver } from '../../../src/sandbox/observe/sqlite.ts'
import { type Bench, bench, openSqljs } from './project-bench.ts'

const folder = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-outside-`))
const secret = join(folder, 'secret.txt')
writeFileSync(secret, 'the secret')
const harmless = join(folder, 'harmless.js')
writeFileSync(harmless, 'process.exit(0)')

/** The newest Node that npm has, put into a temporary folder; why not, else. */
function newestNode(): { readonly path: string; readonly version: string } | string {
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', 'node@latest'], {
      cwd: folder,
      stdio: 'pipe',
      timeout: 180_000,
    })
    const path = join(folder, 'node_modules/node/bin/node')
    return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }
  } catch (error) {
    return `the newest Node could not be had from npm (${String((error as Error).message).split('\n')[0]})`
  }
}

const newest = newestNode()
if (typeof newest === 'string') console.warn(`skipped: ${newest}`)
const nodes: readonly (readonly [string, string])[] = [
  [process.version, process.execPath],
  ...(typeof newest === 'string' || newest.version === process.version ? [] : [[newest.version, newest.path] as const]),
]

/** Each prints `out` when it got where it should not. */
const attempts = {
  'reads a file outside the project': `print(require('node:fs').readFileSync(${JSON.stringify(secret)}, 'utf8'))`,
  'reads the passwords': `print(require('node:fs').readFileSync('/etc/passwd', 'utf8'))`,
  'reads through promises': `print(await require('node:fs/promises').readFile(${JSON.stringify(secret)}, 'utf8'))`,
  'lists the root': `print(require('node:fs').readdirSync('/').join())`,
  'reads its own environment by the kernel': `print(require('node:fs').readFileSync('/proc/self/environ', 'utf8'))`,
  'reads the environment of its parent': `print(require('node:fs').readFileSync('/proc/' + process.ppid + '/environ', 'utf8'))`,
  'writes into the project': `require('node:fs').writeFileSync(__dirname + '/../out.txt', 'x'); print('written')`,
  'writes elsewhere': `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'out.txt'))}, 'x'); print('written')`,
  'links its way out': `require('node:fs').symlinkSync(${JSON.stringify(folder)}, __dirname + '/way'); print('linked')`,
  'starts a process': `print(require('node:child_process').execSync('id').toString())`,
  'forks a program': `const child = require('node:child_process').fork(${JSON.stringify(harmless)}); print(child.pid)`,
  'starts a worker': `new (require('node:worker_threads').Worker)('1', { eval: true }); print('started')`,
  'loads native code': `process.dlopen({ exports: {} }, ${JSON.stringify(join(folder, 'x.node'))}); print('loaded')`,
  'reaches into the bindings of Node': `print(process.binding('spawn_sync').spawn)`,
  'signals its parent': `process.kill(process.ppid, 0); print('signalled')`,
  'signals its parent by another name': `print(process._kill(process.ppid, 0) === 0 ? 'signalled' : (() => { throw new Error('no') })())`,
  'opens a socket': `await new Promise((resolve, reject) => { require('node:net').connect(PORT, '127.0.0.1').on('connect', resolve).on('error', reject) }); print('connected')`,
  'asks the web': `print((await fetch('http://127.0.0.1:' + PORT)).status)`,
  'opens the inspector': `require('node:inspector').open(0, '127.0.0.1'); print('opened')`,
} as const

let engine: Engine
let server: Server
let port = 0

beforeAll(async () => {
  engine = await openSqljs()
  server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.0 200 OK\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as { readonly port: number }).port
}, 60_000)
afterAll(async () => {
  server.close()
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(nodes)('on Node %s', (_, node) => {
  let project: Bench
  const names = Object.keys(attempts) as (keyof typeof attempts)[]

  beforeAll(async () => {
    process.env.SUREFOOT_TEST_SECRET = 'the secret'
    const files: Record<string, string> = {
      'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
      'migrations/99-environment.js': `module.exports = { async up(queryInterface) { console.log(Object.keys(process.env).sort().join()) } }\n`,
    }
    for (const [at, name] of names.entries()) {
      const body = attempts[name].replaceAll('PORT', String(port))
      files[`migrations/${String(at).padStart(2, '0')}-out.js`] =
        `const print = (what) => console.log('OUT ' + String(what).slice(0, 40))\nmodule.exports = { async up(queryInterface) { ${body} } }\n`
    }
    project = await bench(files, {
      framework: 'sequelize',
      dialect: 'sqlite',
      observer: sqliteObserver,
      node,
      milliseconds: 8000,
      env: { ALLOWED: 'yes' },
    })
  }, 60_000)
  afterAll(() => project.close())

  const run = async (name: string) => {
    const database = await engine.create()
    try {
      return await project.run(name, database)
    } finally {
      await database.drop()
    }
  }
  const shutOut = (name: string) =>
    /socket|web/.test(name) ? !project.open.some((line) => line.startsWith('the network is not blocked')) : true

  it.each(names)('a migration that %s is stopped', async (name) => {
    const outcome = await run(`${String(names.indexOf(name)).padStart(2, '0')}-out`)
    if (!shutOut(name)) return
    expect(outcome.printed).not.toContain('OUT')
    expect(outcome.failure?.message).toMatch(/^the sandbox does not allow it|^Cannot load native addon|ENETUNREACH|fetch failed/)
    expect(existsSync(join(project.root, 'out.txt'))).toBe(false)
  })

  it('a migration sees the variables that were named, and no others', async () => {
    const { printed } = await run('99')
    expect(
      printed
        .trim()
        .split(',')
        .filter((name) => !name.startsWith('NODE_CHANNEL')),
    ).toEqual(['ALLOWED', 'PATH'])
  })

  it('what is not shut out is told', () => {
    for (const line of project.open) expect(line).toMatch(/^[a-z].*[^.]$/)
  })
})

describe('without the sandbox', () => {
  // The attempts are real ones: each gets out where nothing stops it. A native module would have to be built first.
  it.each(Object.keys(attempts).filter((name) => !/native/.test(name)) as (keyof typeof attempts)[])(
    'a program that %s gets out',
    async (name) => {
      const directory = mkdtempSync(join(folder, 'free-'))
      const file = join(directory, 'free.js')
      const body = attempts[name]
        .replaceAll('PORT', String(port))
        .replaceAll(folder, directory)
        .replaceAll(join(directory, 'secret.txt'), secret)
        .replaceAll(join(directory, 'harmless.js'), harmless)
      writeFileSync(
        file,
        `const print = (what) => { console.log('OUT ' + String(what).slice(0, 40)); process.exit(0) }\n;(async () => { ${body} })()`,
      )
      const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'ignore'] })
      let printed = ''
      child.stdout.on('data', (text) => {
        printed += String(text)
      })
      await new Promise((resolve) => child.on('close', resolve))
      expect(printed).toContain('OUT')
    },
  )
})

describe('not run', () => {
  it.skip.each([[typeof newest === 'string' ? newest : 'nothing: the newest Node is there']])('%s', () => {})
})
