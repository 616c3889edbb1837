/** Words of other tools' migrations. A file with one of them is Sequelize's only when it also speaks of the query interface. */
const others =
  /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b|\bknex\b|node-pg-migrate|\bMigrationBuilder\b|\bkysely\b|mikro-orm|\bdb-migrate\b|\bpgm\.|\bdbm\b|\bmongoose\b|\bumzug-mongo/i
const queryInterface = /\bqueryInterface\b|\bQueryInterface\b/
const sequelize = /\b[Ss]equelize\b/
/** `up: …`, `up(…)`, `up = …`, `{ up, down }`, `export { up }`, `'up'`. */
const up = /\bup\b\s*['"]?\s*[:(=,}\]]|\bfunction\s+up\b/

export type Claim = 'yes' | 'maybe' | 'no'

/**
 * Is this text a migration for Sequelize? `maybe`: it has an `up` and nothing that tells whose it is: its neighbours decide.
 */
export function claimOf(text: string): Claim {
  if (!up.test(text)) return 'no'
  if (queryInterface.test(text))
    return others.test(text) && /\bMigrationInterface\b|\bimport\b[^\n]{0,200}['"]typeorm['"]/.test(text) ? 'no' : 'yes'
  if (others.test(text)) return 'no'
  return sequelize.test(text) ? 'yes' : 'maybe'
}

/** Declarations, tests and index files that stand beside migrations. */
export function isCompanion(path: string): boolean {
  return /\.d\.[cm]?ts$|\.(?:test|spec|snap|stories)\.|(?:^|\/)index\.[cm]?[jt]s$/.test(path)
}

/** Files that stand beside migrations, or in folders of tests, and are none. */
export function isNoMigration(path: string): boolean {
  return isCompanion(path) || /(?:^|\/)(?:__tests__|__snapshots__|node_modules|tests?)\//.test(path)
}
