import { rules } from '../rules/registry.ts'
import { check } from '../src/pipeline/check.ts'
import { diskProject } from '../src/project/disk.ts'
import { Rehearsal } from '../src/sandbox/rehearse.ts'

/** A part of a rehearsal, in ms. */
export interface Part {
  readonly what: string
  readonly milliseconds: number
}

/** Where the time of rehearsing one migration of a project of Sequelize's on a server of our own goes: each part ends where the next is told. Medians of `runs`, within this process. */
export async function profileRehearsal(folder: string, migration: string, runs: number): Promise<readonly Part[]> {
  const parts = new Map<string, number[]>()
  for (let run = 0; run < runs; run++)
    for (const [what, milliseconds] of await timed(folder, migration)) parts.set(what, [...(parts.get(what) ?? []), milliseconds])
  return [...parts].map(([what, all]) => ({ what, milliseconds: all.sort((a, b) => a - b)[all.length >> 1]! }))
}

async function timed(folder: string, migration: string): Promise<ReadonlyMap<string, number>> {
  const parts = new Map<string, number>()
  let now = 'reading and judging'
  let since = performance.now()
  const next = (what: string) => {
    const at = performance.now()
    parts.set(now, (parts.get(now) ?? 0) + at - since)
    now = what
    since = at
  }
  const rehearsal = new Rehearsal({
    root: folder,
    rows: 20_000,
    engine: 'binary',
    allowRemote: false,
    env: [],
    baseSchema: undefined,
    limits: { milliseconds: 60_000, mebibytes: 512 },
    which: 'judged',
    battery: true,
    progress: (_, experiment) => {
      if (experiment !== undefined) next(nameOf(experiment))
    },
  })
  await check({
    project: diskProject(folder),
    projects: [{ framework: 'sequelize', dialect: 'postgres', runner: {}, boundByRunner: false }],
    rules: rules.map((rule) => ({ rule, severity: undefined, options: {} })),
    allRules: rules,
    profile: 'safety',
    down: 'rollback',
    only: (path) => path === migration,
    together: false,
    version: 'bench',
    prove: (read, findings) => {
      next('start of the server')
      return rehearsal.prove(read, findings)
    },
  })
  next('end of the server')
  await rehearsal.close()
  next('')
  return parts
}

/** What stands for each statement or table is one part. */
function nameOf(experiment: string): string {
  return experiment
    .replace(/^the history before it.*/, 'the history before it')
    .replace(/^a failure in statement \d+/, 'a failure in each statement')
}
