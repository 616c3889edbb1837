import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { rehearse } from '../../src/index.ts'
import { mysqlUrl, postgresUrl } from '../servers.ts'
import { seenIn } from './seen.ts'

// What guides to migrations hold to be safe, written as small projects, is run on both kinds of server. `npx tsx scripts/trial/guides.ts` writes bench/guides.md.

const root = resolve(import.meta.dirname, '../..')
const projects = join(root, 'fixtures/projects')

/** What the guides say of each project, in our words. */
const claims: Readonly<Record<string, string>> = {
  'sequelize/guide-create': 'A NOT NULL column with a default is added safely.',
  'sequelize/guide-rename': 'Adding the new column, copying into it and dropping the old one later renames a column without downtime.',
  'sequelize/guide-retype':
    'A new column, a copy, a drop and a rename change the type of a column of a large table; changeColumn takes it back.',
  'sequelize/guide-transform':
    'Rows are split in the program, one UPDATE each, and the column that they came from is dropped at the end; down puts it together again.',
  'sequelize/guide-transaction': 'A transaction of its own around schema and data leaves nothing half-applied.',
  'sequelize/guide-transaction-mysql': 'The same, on MySQL.',
  'sequelize/guide-checkpoint': 'A copy of the table, made first and put back when a check fails, takes a migration back.',
  'sequelize/guide-blue-green': 'Adding, filling and dropping a column in releases of their own needs no downtime.',
  'sequelize/guide-engines': 'A branch for each engine makes one migration fit PostgreSQL and MySQL.',
  'sequelize/guide-engines-mysql': 'The same, in a project that runs on MySQL.',
  'typeorm/guide-create': 'A table is made from a description, and dropped by down.',
  'prisma/guide-create': 'A table is made from the schema.',
}

const servers = [
  { dialect: 'postgres', engine: postgresUrl },
  { dialect: 'mariadb', engine: mysqlUrl },
] as const

const guides = ['sequelize', 'typeorm', 'prisma'].flatMap((framework) =>
  readdirSync(join(projects, framework))
    .filter((name) => name.startsWith('guide-'))
    .map((name) => `${framework}/${name}`),
)
const unknown = guides.filter((name) => claims[name] === undefined)
if (unknown.length > 0) throw new Error(`say what these guides claim: ${unknown.join(', ')}`)

const out = [
  '# What guides hold to be safe, run',
  '',
  'Written by `npx tsx scripts/trial/guides.ts`, which rehearses every migration of `fixtures/projects/*/guide-*` on 20,000 rows a table. SQL that Prisma made for',
  'PostgreSQL is run there only.',
]
for (const name of guides) {
  out.push('', `## ${name.split('/')[1]} (${name.split('/')[0]})`, '', `Claimed: ${claims[name]}`)
  for (const { dialect, engine } of servers) {
    if (name.startsWith('prisma/') && dialect !== 'postgres') continue
    out.push('', ...(await told(name, dialect, engine)))
    process.stdout.write(`${name} on ${dialect}\n`)
  }
}
writeFileSync(join(root, 'bench/guides.md'), `${out.join('\n')}\n`)

/** What the runs of one project on one server showed, as Markdown. */
async function told(name: string, dialect: 'postgres' | 'mariadb', engine: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), `surefoot-${process.pid}-guide-`))
  try {
    cpSync(join(projects, name), folder, { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    return seenIn(await rehearse({ directory: folder, dialect, engine, which: 'all' }))
  } catch (error) {
    return [`${dialect}: not run: ${(error as Error).message}`]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
