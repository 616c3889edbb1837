import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { discoverHistories } from '../../src/frameworks/discover.ts'
import { type Rehearsed, type RehearseOptions, rehearse } from '../../src/index.ts'
import { frameworks } from '../../src/pipeline/engines.ts'
import { diskProject } from '../../src/project/disk.ts'
import { seenIn } from './seen.ts'

// Whole histories of public projects, and the latest ten migrations of each, on servers that are started for it. `npx tsx scripts/trial/histories.ts <folder>` writes
// bench/rehearsed.md anew for the checkouts that the folder holds by these names, in each of which ORM and driver are installed as its lock file says, and nothing else;
// what is said of the others stays.

interface Case {
  readonly name: string
  readonly rows: number
  readonly on: readonly Pick<RehearseOptions, 'dialect' | 'engine'>[]
  /** The folder of the project in its repository. */
  readonly folder?: string
}

const postgres = { dialect: 'postgres', engine: 'binary' } as const
const cases: readonly Case[] = [
  { name: 'outline', rows: 2000, on: [postgres] },
  { name: 'documenso', rows: 2000, on: [postgres], folder: 'packages/prisma' },
  { name: 'Flowise', rows: 2000, on: [postgres, { dialect: 'mariadb', engine: 'binary' }], folder: 'packages/server' },
  // It needs PostgreSQL 16 or later, and turns triggers of the system off, which no throwaway user of a server may.
  { name: 'lemmy', rows: 500, on: [{ dialect: 'postgres', engine: 'pglite' }] },
]

const [checkouts] = process.argv.slice(2)
if (checkouts === undefined) {
  console.error('Which folder holds the checkouts? npx tsx scripts/trial/histories.ts <folder>')
  process.exit(2)
}
const page = join(resolve(import.meta.dirname, '../..'), 'bench/rehearsed.md')
const [head = '', ...rest] = readFileSync(page, 'utf8').split(/^(?=## )/m)
const sections = new Map(rest.map((section) => [/^## (\S+)/.exec(section)![1], section.trimEnd()]))

for (const one of cases) {
  const root = join(checkouts, one.name, one.folder ?? '')
  if (!existsSync(root)) continue
  const parts: string[] = []
  for (const where of one.on) {
    console.log(`${one.name} on ${where.dialect}`)
    parts.push(...(await told(root, one, where)))
  }
  sections.set(one.name, [`## ${one.name}`, ...parts].join('\n'))
}
const known = cases.flatMap(({ name }) => sections.get(name) ?? [])
writeFileSync(page, `${[head.trimEnd(), ...known].join('\n\n')}\n`)

async function told(root: string, { rows }: Case, where: Case['on'][number]): Promise<readonly string[]> {
  const found = discoverHistories(diskProject(root), { frameworks: await frameworks(undefined) })
  const [history] = found
    .filter(({ dialect, entries }) => (dialect === undefined || dialect === where.dialect) && entries.length > 0)
    .sort((a, b) => b.entries.length - a.entries.length)
  if (!history) return ['', `${where.dialect}: no history was found.`]
  const latest = history.entries.slice(-10)
  const only = latest.map(({ path }) => path)
  const seen = await rehearse({ directory: root, ...where, framework: history.framework, rows, only }).catch((error: Error) => error)
  if (seen instanceof Error) return ['', `${where.dialect}: not run: ${seen.message}`]
  const long = `${history.entries.length} migrations; the latest ${latest.length} were rehearsed on ${rows.toLocaleString('en')} rows a table.`
  return ['', long, '', ...seenIn(seen), ...limits(seen)]
}

/** What was left out and what was taken for granted, each once. */
function limits({ rehearsals }: Rehearsed): readonly string[] {
  const notes = [...new Set(rehearsals.flatMap((rehearsal) => rehearsal.notes))]
  return notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note.length > 300 ? `${note.slice(0, 300)}…` : note}`)]
}
