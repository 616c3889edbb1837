import { rangesOf } from '../project/dependency.ts'
import type { Project } from '../project/project.ts'

/** Tools whose migrations no room reads, by the package that runs them. */
const packages: Readonly<Record<string, string>> = {
  '@mikro-orm/migrations': 'MikroORM',
  'db-migrate': 'db-migrate',
  kysely: 'Kysely',
  'node-pg-migrate': 'node-pg-migrate',
}

/** By files that only they have. */
const files: Readonly<Record<string, string>> = {
  Alembic: '**/alembic.ini',
  Django: '**/migrations/0001_*.py',
  Ecto: '**/migrations/*.exs',
  'Entity Framework': '**/Migrations/*.Designer.cs',
  Laravel: '**/database/migrations/*.php',
  Liquibase: '**/*changelog*.{xml,yml,yaml}',
  Rails: '**/db/migrate/*.rb',
}

/** The tools that a project runs migrations with and that are not read, each with a file that tells of it. For who found nothing to read. */
export function toolsNotRead(project: Project): readonly string[] {
  const byPackage = project.glob(['**/package.json']).flatMap((path) => {
    const file = project.read(path)
    const ranges = 'text' in file ? rangesOf(file.text) : new Map<string, string>()
    return Object.entries(packages).flatMap(([name, tool]) => (ranges.has(name) ? [`${tool} (${path})`] : []))
  })
  const byFile = Object.entries(files).flatMap(([tool, pattern]) => {
    const [path] = project.glob([pattern])
    return path === undefined ? [] : [`${tool} (${path})`]
  })
  return [...byPackage, ...byFile]
}
