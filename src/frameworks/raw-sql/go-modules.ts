import type { DialectName } from '../../ir/names.ts'
import type { Project } from '../../project/project.ts'

const drivers: readonly (readonly [DialectName, RegExp])[] = [
  ['postgres', /^(?:github\.com\/(?:lib\/pq|jackc\/pgx|go-pg\/pg|uptrace\/bun\/driver\/pgdriver)|gorm\.io\/driver\/postgres)(?:\/v\d+)?$/],
  ['mysql', /^(?:github\.com\/go-sql-driver\/mysql|gorm\.io\/driver\/mysql)(?:\/v\d+)?$/],
  [
    'sqlite',
    /^(?:github\.com\/(?:mattn|ncruces|glebarez)\/(?:go-)?sqlite3?|modernc\.org\/sqlite|zombiezen\.com\/go\/sqlite|crawshaw\.io\/sqlite|gorm\.io\/driver\/sqlite)(?:\/v\d+)?$/,
  ],
]

/** The only engine whose driver the nearest go.mod at or above the folder requires for itself. */
export function dialectByGoModule(
  project: Project,
  folder: string,
): { readonly dialect: DialectName; readonly because: string } | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const path = at === '' ? 'go.mod' : `${at}/go.mod`
    const file = project.read(path)
    if ('text' in file) {
      const found = new Map<DialectName, string>()
      for (const [, name] of file.text.matchAll(/^\s*(?:require\s+)?([\w.-]+(?:\/[\w.-]+)+)\s+v\S+[ \t]*$/gm))
        for (const [dialect, driver] of drivers) if (driver.test(name!)) found.set(dialect, name!)
      const [only] = found
      return only && found.size === 1
        ? { dialect: only[0], because: `${path} requires ${only[1]} and no driver of another database` }
        : undefined
    }
    if (at === '') return undefined
  }
}
