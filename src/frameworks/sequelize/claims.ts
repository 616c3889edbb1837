import { resolveModule } from '../../javascript/resolve.ts'
import { onceRead, type ReadText } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'

/** A program that runs migrations says `up` as well. */
const runs = /\bnew\s+(?:Umzug|SequelizeStorage)\s*\(/
/** Words of other tools' migrations. A file with one of them is Sequelize's only when it also speaks of the query interface. */
const others =
  /\bMigrationInterface\b|\bQueryRunner\b|\bqueryRunner\b|\bknex\b|node-pg-migrate|\bMigrationBuilder\b|\bkysely\b|mikro-orm|\bdb-?migrate\b|\bpgm\.|\bdbm\b|\bexports\._meta\b|\bmongoose\b|\bumzug-mongo|\.schema\.\w|(?<![\w$.])schema\s*\.\s*(?:createTable|alterTable|table|dropTable|renameTable|hasTable|hasColumn)\s*\(|\.runSql\b|\bthis\.(?:schema|addSql)\b/i
/** Methods that no migration of another tool calls on what its `up` is given, db-migrate's aside, which are known by their other words. */
const ofQueryInterface =
  /\.\s*(?:(?:add|remove|change|rename)Column|(?:add|remove)(?:Index|Constraint)|bulk(?:Insert|Update|Delete)|(?:create|drop|rename|describe)Table|show(?:AllTables|Index|Constraint)|dropAll(?:Tables|Schemas|Enums)|dropEnum)\s*\(/
/** Methods of Sequelize's models, and the options that only they take so. */
const ofModel =
  /\.\s*(?:bulkCreate|bulkBuild|findAll|findByPk|findOrCreate|findAndCountAll)\s*\(|\.\s*destroy\s*\(\s*\{|\}\s*,\s*\{\s*(?:where|transaction)\b/
const queryInterface = /\bqueryInterface\b|\bQueryInterface\b/
const sequelize = /\b[Ss]equelize\b/
/** `up: …`, `up(…)`, `up = …`, `{ up, down }`, `export { up }`, `'up'`. */
const up = /\bup\b\s*['"]?\s*[:(=,}\]]|\bfunction\s+up\b/

export type Claim = 'yes' | 'likely' | 'maybe' | 'no'

/**
 * Is this text a migration for Sequelize? `likely`: it calls methods that hardly another tool has. `maybe`: it has an `up` and nothing that
 * tells whose it is: its neighbours decide.
 */
export const claimOf = onceRead((text): Claim => {
  if (!up.test(text) || runs.test(text)) return 'no'
  if (queryInterface.test(text))
    return /\bMigrationInterface\b|\bimport\b[^\n]{0,200}['"]typeorm['"]/.test(text) && others.test(text) ? 'no' : 'yes'
  if (others.test(text)) return 'no'
  if (sequelize.test(text)) return 'yes'
  return ofQueryInterface.test(text) || ofModel.test(text) ? 'likely' : 'maybe'
})

/** Has the text an `up` at all? Where the user says that it is Sequelize's, other tools' words in it do not matter. */
export const hasUp = onceRead((text) => up.test(text))

const whole = /\bmodule\.exports\s*=\s*(?:async\b\s*)?(?:\(|function\b)|\bexport\s+default\s+(?:async\b\s*)?(?:\(|function\b)/

/** Is what the file exports one function, which works on the query interface or on models: a migration for a runner of the project's own? Its neighbours must be sure. */
export const isWholeMigration = onceRead(
  (text) =>
    whole.test(text) &&
    !runs.test(text) &&
    !others.test(text) &&
    (queryInterface.test(text) || ofQueryInterface.test(text) || ofModel.test(text)),
)

const imported = /(?:\bfrom|\brequire\s{0,9}\(|\bimport\s{0,9}\(|\bimport)\s{0,9}['"]([^'"\n]{1,300})['"]/g
const library = /['"](?:sequelize|sequelize-typescript|@sequelize\/[\w-]+)['"]/

/** Does a module of the project that this file imports make or use Sequelize's connection or models? */
export function importsSequelize(project: Project, path: string, file: ReadText): boolean {
  return importsSome(project, path, file, (module) => library.test(module.text))
}

const made = /\bmodule\.exports\s*=\s*[\w$.]+\s*\(|\bexport\s+default\s+[\w$.]+\s*\(/

/** Is what the file exports made by a function of a module that it imports, and does that one look like a migration? `factory('users', 'x')` */
export function isMadeMigration(project: Project, path: string, file: ReadText): boolean {
  return made.test(file.text) && importsSome(project, path, file, (module) => ['yes', 'likely'].includes(claimOf(module)))
}

function importsSome(project: Project, path: string, { text }: ReadText, fits: (module: ReadText) => boolean): boolean {
  for (const [, specifier] of text.matchAll(imported)) {
    const target = resolveModule(project, path, specifier!)
    const file = target === undefined ? undefined : project.read(target)
    if (file && 'text' in file && fits(file)) return true
  }
  return false
}
