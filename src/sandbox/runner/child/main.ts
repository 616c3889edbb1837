import { createRequire } from 'node:module'
import type { Job } from '../protocol.ts'
import type { Failure } from '../runner.ts'
import { listen, tell } from './channel.ts'
import { loadAhead } from './drivers.ts'
import { describeError } from './errors.ts'
import { runKnex } from './knex.ts'
import { addModules, hookLoader } from './modules.ts'
import { nothingRuns, placesAreBelow } from './place.ts'
import { hideRoot } from './root.ts'
import { runSequelize } from './sequelize.ts'
import type { Database } from './sqlite.ts'
import { runTypeOrm } from './typeorm.ts'

// The parent is not to be reached by other ways than the channel.
const denied = (name: string) => () => {
  throw Object.assign(new Error('Access to this API has been restricted'), {
    code: 'ERR_ACCESS_DENIED',
    permission: `process.${name}`,
    resource: '',
  })
}
for (const name of ['kill', '_kill', '_debugProcess', '_debugEnd']) {
  if (name in process) Object.defineProperty(process, name, { value: denied(name), writable: false, configurable: false })
}
Object.assign(process, { disconnect: () => {} })
hideRoot()

const tools = { sequelize: runSequelize, typeorm: runTypeOrm, knex: runKnex }

let running: ((failure: Failure) => void) | undefined
const stray = (thrown: unknown) => running?.(describeError(thrown))
process.on('unhandledRejection', stray)
process.on('uncaughtException', stray)

hookLoader()

listen((message) => {
  if (message.kind === 'ahead') loadAhead(message.from, message.packages)
  if (message.kind === 'modules') addModules(message.files, message.targets)
  if (message.kind === 'run') void run(message.job)
})

/** Runs one job and tells how it ended; what breaks loose from the migration's promise counts as its failure. */
async function run(job: Job): Promise<void> {
  placesAreBelow(job.root)
  nothingRuns()
  let image: Database | undefined
  const broken = new Promise<Failure>((resolve) => {
    running = resolve
  })
  const work = async (): Promise<Failure | undefined> => {
    try {
      if (job.database.kind === 'image') image = await openImage(job, job.database.bytes)
      await tools[job.tool](job, image)
      // A promise that nobody waited for is heard of now, if it has failed.
      await new Promise((resolve) => setImmediate(resolve))
      return undefined
    } catch (error) {
      return describeError(error)
    }
  }
  let loose = false
  const failure = await Promise.race([
    work(),
    broken.then((one) => {
      loose = true
      return one
    }),
  ])
  tell({ kind: 'done', failure, waited: !loose, image: image && !loose ? image.export() : undefined })
}

async function openImage(job: Job, bytes: Uint8Array): Promise<Database> {
  const entry = job.drivers['sql.js']
  if (entry === undefined) throw new Error('sql.js is not installed: npm i -D sql.js')
  const load = createRequire(entry)(entry) as () => Promise<{ readonly Database: new (bytes: Uint8Array) => Database }>
  const engine = await load()
  return new engine.Database(bytes)
}

tell({ kind: 'ready' })
