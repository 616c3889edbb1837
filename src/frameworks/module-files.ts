/** The name of a file without its folder. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The order of umzug and Knex: by the file's name, whatever folder it stands in. */
export function byFileName(a: string, b: string): number {
  const left = fileName(a)
  const right = fileName(b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** A path as the project spells it: `/` between folders, no `./` in front. */
export function plainPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '')
}

/** Declarations, tests and index files that stand beside migrations. */
export function isCompanion(path: string): boolean {
  return declares.test(path) || /(?:^|\/)index\.[cm]?[jt]s$/.test(path)
}

const declares = /\.d\.[cm]?ts$|\.(?:test|spec|snap|stories)\./

/** Files that stand beside migrations, or in folders of tests, and are none. */
export function isNoMigration(path: string): boolean {
  return isCompanion(path) || isNoSource(path)
}

/** Declarations and tests: what the application itself does not run. */
export function isNoSource(path: string): boolean {
  return declares.test(path) || /(?:^|\/)(?:__tests__|__snapshots__|node_modules|tests?)\//.test(path)
}
