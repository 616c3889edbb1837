import type { Project } from '../../project/project.ts'
import { isOfD1 } from '../d1.ts'
import type { Text } from './entries.ts'
import type { Runner } from './runner.ts'

/** Decides who runs a history's files, by their marks, their names and what lies beside them. */
export function runnerOf(project: Project, folder: string, texts: readonly Text[]): { readonly runner: Runner; readonly because: string } {
  if (isOfD1(project, folder)) return { runner: 'wrangler', because: 'the wrangler configuration names a D1 database' }
  const marked = texts.find(({ marks }) => marks !== undefined)?.marks
  if (marked === 'goose') return { runner: 'goose', because: 'files are marked with -- +goose' }
  if (marked === 'sql-migrate') return { runner: 'sql-migrate', because: 'files are marked with -- +migrate (sql-migrate)' }
  if (marked === 'dbmate') return { runner: 'dbmate', because: 'files are marked with -- migrate: (dbmate)' }
  if (texts.some(({ name }) => name.form === 'flyway')) return { runner: 'flyway', because: 'files are named V1__name.sql (Flyway)' }
  if (texts.some(({ text }) => text !== undefined && disablesTransaction(text)))
    return { runner: 'postgres-migrations', because: 'files are marked with -- postgres-migrations' }
  if (texts.some(({ name }) => name.form === 'pair' && isTransactional(name.path)))
    return { runner: 'bun', because: 'files are named .tx.up.sql (bun, go-pg)' }
  if (texts.some(({ name }) => name.form === 'pair') && manifestAbove(project, folder, 'go.mod')?.includes('golang-migrate/migrate'))
    return { runner: 'golang-migrate', because: 'pairs of .up.sql and .down.sql, and go.mod names golang-migrate' }
  if (texts.every(({ name }) => name.form !== 'folder') && project.exists(folder === '' ? 'atlas.sum' : `${folder}/atlas.sum`))
    return { runner: 'atlas', because: 'atlas.sum lies beside the files (Atlas)' }
  if (texts.some(({ name }) => name.form === 'folder')) {
    const alone = ['migration.sql', 'index.sql'].find((file) => texts.some(({ name }) => name.path.endsWith(`/${file}`)))
    if (alone !== undefined) return { runner: 'psql', because: `folders with ${alone}` }
    if (project.exists('diesel.toml')) return { runner: 'diesel', because: 'folders with up.sql, and diesel.toml' }
    if (manifestAbove(project, folder) !== undefined || texts.some(({ name }) => project.exists(beside(name.path, 'metadata.toml'))))
      return { runner: 'diesel', because: 'folders with up.sql, and Cargo.toml or metadata.toml (diesel)' }
    return { runner: 'folders', because: 'folders with up.sql' }
  }
  if (texts.some(({ name }) => name.form === 'pair')) {
    const cargo = manifestAbove(project, folder)
    if (cargo?.includes('sqlx')) return { runner: 'sqlx', because: 'pairs of .up.sql and .down.sql, and Cargo.toml names sqlx' }
    return { runner: 'golang-migrate', because: 'pairs of .up.sql and .down.sql' }
  }
  if (marked === 'up-down') return { runner: 'node-pg-migrate', because: 'files have sections headed -- Up and -- Down' }
  if (project.dependency('postgres-migrations', folder) !== undefined)
    return { runner: 'postgres-migrations', because: 'package.json names postgres-migrations' }
  if (manifestAbove(project, folder)?.includes('sqlx')) return { runner: 'sqlx', because: 'numbered files, and Cargo.toml names sqlx' }
  return { runner: 'psql', because: 'SQL files in the order of their names' }
}

/** The name by which a file asks bun for a transaction. */
export function isTransactional(path: string): boolean {
  return /\.tx\.(?:up|down)\.sql$/.test(path)
}

/** The mark of postgres-migrations by which a file asks for no transaction. */
export function disablesTransaction(text: string): boolean {
  return text.includes('postgres-migrations') && /^\s*--\s*postgres-migrations\s+disable-transaction/im.test(text)
}

function beside(path: string, name: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1) + name
}

function manifestAbove(project: Project, folder: string, name = 'Cargo.toml'): string | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const file = project.read(at === '' ? name : `${at}/${name}`)
    if ('text' in file) return file.text
    if (at === '') return undefined
  }
}
