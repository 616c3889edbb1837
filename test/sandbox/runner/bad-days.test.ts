import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Engine } from '../../../src/sandbox/engine.ts'
import { sqliteObserver } from '../../../src/sandbox/observe/sqlite.ts'
import { type Bench, bench, openSqljs } from './project-bench.ts'

const up = (body: string) => `module.exports = { async up(queryInterface, Sequelize) {\n${body}\n} }\n`

const files = {
  'package.json': '{ "dependencies": { "sequelize": "^6.0.0" } }',
  'migrations/01-fine.js': up(`await queryInterface.addColumn('orders', 'a', Sequelize.INTEGER)`),
  'migrations/02-loops.js': up(`await queryInterface.addColumn('orders', 'a', Sequelize.INTEGER)\nfor (;;) {}`),
  'migrations/03-heap.js': up('const all = []; for (;;) all.push(new Array(1000).fill(Math.random()))'),
  'migrations/04-buffers.js': up('const all = []; for (;;) { all.push(Buffer.alloc(1 << 24, 1)); await new Promise(setImmediate) }'),
  'migrations/05-exits.js': up('process.exit(0)'),
  'migrations/06-throws.js': up("throw 'a string'"),
  'migrations/07-nothing.js': up('throw undefined'),
  'migrations/08-never.js': up('await new Promise(() => {})'),
  'migrations/09-prints.js': up("for (let i = 0; i < 50; i++) console.log('x'.repeat(100_000))"),
  'migrations/10-stray.js': up(`setTimeout(() => { throw new Error('loose') }, 20)\nawait new Promise(() => {})`),
  'migrations/11-unhandled.js': up(`Promise.reject(new Error('nobody waits'))\nawait new Promise((resolve) => setTimeout(resolve, 50))`),
  'migrations/12-loads.js': `require('./missing')\nmodule.exports = { async up() {} }\n`,
  'migrations/13-broken.ts': 'export const up = async ({ context }) => { const = 1 }\n',
  'migrations/15-throws-error.js': up("await queryInterface.renameColumn('missing', 'a', 'b')"),
  'migrations/16-aborts.js': up('process.abort()'),
  'migrations/17-crowded.js': up(
    `process.send?.({ kind: 'done' })\nprocess.emit('message', { kind: 'run' })\nthrow new Error('still here')`,
  ),
}

let engine: Engine
let project: Bench
let patient: Bench

beforeAll(async () => {
  engine = await openSqljs()
  project = await bench(files, { framework: 'sequelize', dialect: 'sqlite', observer: sqliteObserver, milliseconds: 3000 })
  patient = await bench(files, {
    framework: 'sequelize',
    dialect: 'sqlite',
    observer: sqliteObserver,
    milliseconds: 60_000,
    mebibytes: 300,
  })
}, 60_000)
afterAll(async () => {
  await project.close()
  await patient.close()
  await engine.close()
})

async function database(): Promise<Database> {
  const made = await engine.create()
  const session = await made.open()
  await session.query('CREATE TABLE orders (id integer PRIMARY KEY, status text)')
  await session.close()
  return made
}

async function run(name: string, direction: 'up' | 'down' = 'up', on = project) {
  const made = await database()
  try {
    return await on.run(name, made, { direction })
  } finally {
    await made.drop()
  }
}

describe('a migration that', () => {
  it('loops for ever is stopped when its time is up, and what it sent is known', async () => {
    const outcome = await run('02')
    expect(outcome).toMatchObject({ killed: 'time', failure: { message: 'the migration was stopped after 3000 ms', injected: false } })
    expect(outcome.statements).toMatchObject([{ sql: expect.stringMatching(/ADD `a`/), failure: undefined }])
  })

  it('fills the heap is stopped', async () => {
    const outcome = await run('03', 'up', patient)
    expect(outcome).toMatchObject({
      killed: 'memory',
      failure: { message: 'the migration was stopped: it took more than 300 MiB of memory' },
    })
  })

  it.runIf(process.platform === 'linux')('fills memory outside the heap is stopped', async () => {
    expect(await run('04', 'up', patient)).toMatchObject({ killed: 'memory' })
  })

  it('exits has failed, whatever it says', async () => {
    const outcome = await run('05')
    expect(outcome).toMatchObject({ killed: 'exit', failure: { message: expect.stringContaining('ended by itself with exit code 0') } })
    expect(await run('16')).toMatchObject({ killed: 'exit', failure: { message: expect.stringMatching(/ended by SIG|exit code/) } })
  })

  it.each([
    ['06', /^threw 'a string', which is no Error$/],
    ['07', /^threw undefined, which is no Error$/],
  ])('throws no Error has failed: %s', async (name, message) => {
    expect(await run(name)).toMatchObject({ killed: undefined, failure: { message: expect.stringMatching(message), code: undefined } })
  })

  it('never calls back is stopped', async () => {
    expect(await run('08')).toMatchObject({ killed: 'time', statements: [] })
  })

  it('prints megabytes goes through, and what it printed is cut', async () => {
    const outcome = await run('09')
    expect(outcome).toMatchObject({ failure: undefined, killed: undefined })
    expect(outcome.printed).toHaveLength(65_536)
  })

  it('throws outside its promise has failed', async () => {
    expect(await run('10')).toMatchObject({ killed: undefined, failure: { message: 'loose' } })
    expect(await run('11')).toMatchObject({ failure: { message: 'nobody waits' } })
  })

  it('cannot be loaded has failed, in words', async () => {
    expect((await run('12')).failure?.message).toMatch(/Cannot find module '\.\/missing'/)
    expect((await run('13')).failure?.message).toMatch(/^migrations\/13-broken\.ts: /)
    expect((await run('01', 'down')).failure?.message).toBe('Could not find migration method: down')
  })

  it('asks for a table that is not there has failed', async () => {
    expect((await run('15')).failure).toMatchObject({ message: expect.stringMatching(/missing|exist/i), injected: false })
  })

  it('speaks in the name of its process is not believed', async () => {
    expect((await run('17')).failure?.message).toBe('still here')
  })

  it('is fine runs after all of these', async () => {
    expect(await run('01')).toMatchObject({ failure: undefined, killed: undefined, statements: [{ line: 2 }] })
  })
})

describe('a project', () => {
  it('without its packages says which one to install', async () => {
    const bare = await bench(files, { framework: 'sequelize', dialect: 'sqlite', observer: sqliteObserver, bare: true })
    try {
      const made = await database()
      expect(await bare.run('01', made)).toMatchObject({
        failure: { message: 'the package sequelize is not installed in the project: npm i sequelize' },
      })
      await made.drop()
    } finally {
      await bare.close()
    }
  })

  it('leaves no process behind', async () => {
    const before = children()
    const own = await bench(files, { framework: 'sequelize', dialect: 'sqlite', observer: sqliteObserver, milliseconds: 1000 })
    const made = await database()
    const looping = own.run('02', made)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(children().length).toBeGreaterThan(before.length)
    await looping
    await own.close()
    await made.drop()
    expect(children()).toEqual(before)
  })
})

/** Processes that this one has started, by the kernel's word. */
function children(): readonly string[] {
  if (process.platform !== 'linux') return []
  return readdirSync(`/proc/${process.pid}/task`).flatMap((thread) => {
    try {
      return readFileSync(`/proc/${process.pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean)
    } catch {
      return []
    }
  })
}
