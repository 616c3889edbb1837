import {
  changesNothing,
  createdBy,
  type Difference,
  defineRule,
  droppedBy,
  failingStep,
  isCheckpointName,
  type Name,
  showName,
  syntaxErrorOf,
  unrestored,
  type Walk,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'irreversible-down',
  title: 'Down that does not undo its up',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'A rollback is run when everything else has failed already, and must work.',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'A down that leaves something behind, undoes something else, runs in the wrong order or re-creates a column without its type, NOT NULL, default or index does not bring the old schema back. The old release then runs on a schema that never existed, and the next up fails on what is there already.',
  instead: 'Undo every change of up, the last one first, and re-create what was dropped as it was.',
  unless:
    'The inverse is complete in whatever order and style. What falls with its table or column, enum values, extensions and seed rows need no undoing.',
  sources: ['https://typeorm.io/docs/migrations/why/'],
  covers: [3, 4, 5, 6, 14, 273],
  equivalents: [],
  messages: {
    leaves: 'After down, {objects} that up created {verb} still there: the next up fails or finds the leftovers.',
    lost: 'down does not bring back {objects}, which up dropped.',
    stays: 'down leaves {objects} as up changed {them}.',
    removes: 'down drops {objects}, which up did not create.',
    differs: 'down re-creates {object} differently: {property} was {before} and is {after} afterwards{more}.',
    fails: 'This step of down fails: {reason}.',
  },
  on: {
    migration(at) {
      const { down, up } = at
      // A down that does nothing is what missing-down speaks of.
      if (!down || down.moments.every(changesNothing)) return
      if (up.moments.some(({ operation }) => operation.kind === 'opaque')) return
      const misspelt = down.moments.find((moment) => syntaxErrorOf(moment, at.dialect) !== undefined)
      if (misspelt) at.report(misspelt.operation, 'fails', { reason: syntaxErrorOf(misspelt, at.dialect)! }, { evidence: 'derived' })
      if (down.moments.some(({ operation }) => ['opaque', 'refuse', 'unresolved'].includes(operation.kind))) return
      const failing = failingStep(up, down, at.dialect, at.sameName, at.sameColumn)
      if (failing) {
        at.report(failing.moment.operation, 'fails', { reason: failing.reason }, { evidence: 'replayed' })
        return
      }
      const where = down.moments[0]!.statement.span
      const differences = at.leftover.filter((difference) => isOurs(difference, up))
      const left = differences.filter(
        (difference) =>
          difference.change === 'added' &&
          createdBy(up, difference, at.sameName, at.sameColumn) &&
          !fallsWithFunction(difference, up, down, at.sameName) &&
          !(
            droppedBy(up, difference, at.sameName, at.sameColumn) &&
            (createdBy(down, difference, at.sameName, at.sameColumn) || retypedBy(down, difference, at.sameName, at.sameColumn))
          ),
      )
      if (left.length > 0) {
        const creator = createdBy(up, left[0]!, at.sameName, at.sameColumn)!
        at.report(
          where,
          'leaves',
          { objects: list(left), verb: left.length === 1 ? 'is' : 'are' },
          {
            evidence: 'replayed',
            related: [{ message: 'created here', span: creator.operation.span }],
          },
        )
      }
      const removed = differences.filter((difference) => difference.change === 'removed' && difference.certain)
      const untouched = unrestored(up, down, at)
      const gone = removed.filter(
        (difference) =>
          droppedBy(up, difference, at.sameName, at.sameColumn) && !(difference.object === 'table' && isCheckpointName(difference.name)),
      )
      const lost = [...gone, ...untouched.lost.filter((part) => !gone.some((other) => nameOf(other) === nameOf(part)))]
      if (lost.length > 0) at.report(where, 'lost', { objects: list(lost) }, { evidence: 'replayed' })
      if (untouched.changed.length > 0)
        at.report(
          where,
          'stays',
          { objects: list(untouched.changed), them: untouched.changed.length === 1 ? 'it' : 'them' },
          { evidence: 'replayed' },
        )
      // What up fails to make because it is there already is history-conflict's.
      const fails = up.moments.some(({ conflict }) => conflict !== undefined)
      const other = removed.filter((difference) => !gone.includes(difference) && droppedBy(down, difference, at.sameName, at.sameColumn))
      if (other.length > 0 && !fails) at.report(where, 'removes', { objects: list(other) }, { evidence: 'replayed' })
      const [changed, ...others] = differences.filter(
        (difference) => difference.change === 'changed' && difference.certain && !isFiller(difference, down, at.sameName, at.sameColumn),
      )
      if (changed) {
        const more =
          others.length === 0 ? '' : `, and ${others.length} more ${others.length === 1 ? 'difference stays' : 'differences stay'}`
        const { property = 'definition', before = '', after = '' } = changed
        at.report(
          where,
          'differs',
          { object: nameOf(changed), property: property === 'nullability' ? 'it' : `its ${property}`, before, after, more },
          { evidence: 'replayed' },
        )
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'leaves',
      sequelize:
        "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })\nawait queryInterface.addColumn('orders', 'memo', { type: Sequelize.TEXT })",
      down: "await queryInterface.removeColumn('orders', 'note')",
    },
    {
      on: 'mysql',
      says: 'differs',
      title: 'Re-created without its default',
      history: ["CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20) NOT NULL DEFAULT 'new');"],
      sql: 'ALTER TABLE orders DROP COLUMN status;',
      down: 'ALTER TABLE orders ADD COLUMN status VARCHAR(20) NOT NULL;',
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      says: 'fails',
      title: 'Dropped in the wrong order',
      sql: 'CREATE TABLE shops (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, shop INT, FOREIGN KEY (shop) REFERENCES shops (id));',
      down: 'DROP TABLE shops;\nDROP TABLE orders;',
    },
    {
      on: 'postgres',
      says: 'fails',
      title: 'The index of a constraint',
      sql: 'CREATE TABLE seats (id INT PRIMARY KEY, place INT);\nALTER TABLE seats ADD CONSTRAINT seats_place UNIQUE (place);',
      down: 'DROP INDEX seats_place;\nDROP TABLE seats;',
    },
    {
      on: 'postgres',
      says: 'differs',
      title: 'A varchar that is shorter than the text it was',
      history: ["await queryRunner.query('CREATE TABLE visits (id bigint PRIMARY KEY, meta text)')"],
      typeorm: "await queryRunner.query('ALTER TABLE visits ALTER COLUMN meta TYPE jsonb USING meta::jsonb')",
      down: "await queryRunner.query('ALTER TABLE visits ALTER COLUMN meta TYPE varchar(80) USING meta::varchar(80)')",
      also: ['type-change-rewrite', 'lossy-type-change'],
    },
    {
      on: 'mysql',
      says: 'fails',
      title: 'TRUNCATE of a table that another refers to',
      history: [
        "await queryInterface.createTable('roles', { id: { type: Sequelize.INTEGER, primaryKey: true } })\nawait queryInterface.createTable('accounts', { id: { type: Sequelize.INTEGER, primaryKey: true }, role_id: { type: Sequelize.INTEGER, references: { model: 'roles', key: 'id' } } })",
      ],
      sequelize: "await queryInterface.bulkInsert('roles', [{ id: 1 }])",
      down: "await queryInterface.sequelize.query('TRUNCATE TABLE roles')",
      also: ['non-idempotent-insert'],
    },
    {
      on: 'mysql',
      says: 'lost',
      title: 'One of two, of a table that no migration makes',
      sql: 'ALTER TABLE users DROP COLUMN fax, DROP COLUMN telex;',
      down: 'ALTER TABLE users ADD COLUMN fax VARCHAR(20);',
      also: ['drop-before-contract'],
    },
    {
      on: 'sqlite',
      says: 'removes',
      title: 'A rebuild that forgets the index',
      history: ['CREATE TABLE visits (id integer PRIMARY KEY, page text);\nCREATE INDEX visits_page ON visits (page);'],
      sql: 'ALTER TABLE visits ADD COLUMN device text;',
      down: 'ALTER TABLE visits RENAME TO old_visits;\nCREATE TABLE visits (id integer PRIMARY KEY, page text);\nINSERT INTO visits (id, page) SELECT id, page FROM old_visits;\nDROP TABLE old_visits;',
    },
    {
      on: 'postgres',
      says: 'stays',
      title: 'Two columns changed, and one of them changed back',
      sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL, ALTER COLUMN handle SET NOT NULL;',
      down: 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;',
      also: ['set-not-null-scan'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'The referring table first',
      sql: 'CREATE TABLE shops (id INT PRIMARY KEY);\nCREATE TABLE orders (id INT PRIMARY KEY, shop INT, FOREIGN KEY (shop) REFERENCES shops (id));',
      down: 'DROP TABLE orders;\nDROP TABLE shops;',
    },
    {
      on: 'postgres',
      title: 'What falls with its table needs no undoing',
      sequelize:
        "await queryInterface.sequelize.transaction(async (transaction) => {\n  await queryInterface.createTable('shops', { id: { type: Sequelize.INTEGER, primaryKey: true }, code: { type: Sequelize.STRING } }, { transaction })\n  await queryInterface.addIndex('shops', ['code'], { transaction })\n})",
      down: "await queryInterface.dropTable('shops')",
    },
    {
      on: 'postgres',
      title: 'Triggers fall with the function that they run',
      sql: 'CREATE FUNCTION count_orders() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER counted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION count_orders();',
      down: 'DROP FUNCTION count_orders CASCADE;',
    },
    {
      on: 'mysql',
      title: 'A NOT NULL column that comes back needs a default for its rows',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, status VARCHAR(20) NOT NULL);'],
      sql: 'ALTER TABLE orders DROP COLUMN status;',
      down: "ALTER TABLE orders ADD COLUMN status VARCHAR(20) NOT NULL DEFAULT '';",
      also: ['drop-before-contract'],
    },
    {
      on: 'postgres',
      title: 'A loop undoes it as well',
      sequelize:
        "await queryInterface.addColumn('orders', 'note', { type: Sequelize.TEXT })\nawait queryInterface.addColumn('orders', 'memo', { type: Sequelize.TEXT })",
      down: "for (const column of ['note', 'memo']) await queryInterface.removeColumn('orders', column)",
    },
    {
      on: 'sqlite',
      title: 'Written in another way',
      history: ['CREATE TABLE shops (id integer PRIMARY KEY, name varchar(255), kind integer DEFAULT NULL, size integer DEFAULT 0);'],
      sql: 'CREATE TABLE shops_new (id integer PRIMARY KEY, name varchar(255), kind integer, size integer, city text);\nINSERT INTO shops_new (id, name, kind, size) SELECT id, name, kind, size FROM shops;\nDROP TABLE shops;\nALTER TABLE shops_new RENAME TO shops;',
      down: 'CREATE TABLE shops_new (id integer PRIMARY KEY, name varchar, kind integer DEFAULT (NULL), size integer DEFAULT (0));\nINSERT INTO shops_new (id, name, kind, size) SELECT id, name, kind, size FROM shops;\nDROP TABLE shops;\nALTER TABLE shops_new RENAME TO shops;',
    },
    {
      on: 'mysql',
      title: 'A number that tells how wide an integer is shown',
      history: ['CREATE TABLE guilds (guild_id bigint PRIMARY KEY, seen datetime);'],
      sql: 'ALTER TABLE guilds CHANGE guild_id id BIGINT(20) NOT NULL FIRST;',
      down: 'ALTER TABLE guilds CHANGE id guild_id BIGINT(20) NOT NULL FIRST;',
      also: ['rename-breaking'],
    },
    {
      on: 'postgres',
      title: 'varchar without a length is text',
      history: ["await queryRunner.query('CREATE TABLE visits (id bigint PRIMARY KEY, meta text)')"],
      typeorm: "await queryRunner.query('ALTER TABLE visits ALTER COLUMN meta TYPE jsonb USING meta::jsonb')",
      down: "await queryRunner.query('ALTER TABLE visits ALTER COLUMN meta TYPE varchar USING meta::varchar')",
      also: ['type-change-rewrite', 'lossy-type-change'],
    },
    {
      on: 'postgres',
      title: 'Six digits of a second are what a time has anyway',
      history: ["await queryRunner.query('CREATE TABLE visits (id bigint PRIMARY KEY, seen_at timestamptz, cost numeric(8))')"],
      typeorm:
        "await queryRunner.query('ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamptz(3), ALTER COLUMN cost TYPE numeric(9, 1)')",
      down: "await queryRunner.query('ALTER TABLE visits ALTER COLUMN seen_at TYPE timestamptz(6), ALTER COLUMN cost TYPE numeric(8, 0)')",
      also: ['type-change-rewrite', 'lossy-type-change', 'down-rejects-new-rows'],
    },
    {
      on: 'mysql',
      title: 'A unique index, whichever way it is written',
      history: [
        "await queryRunner.query('CREATE TABLE parcels (id bigint PRIMARY KEY, code varchar(20) NOT NULL)')",
        "await queryRunner.query('ALTER TABLE parcels ADD UNIQUE INDEX IDX_code (code)')",
      ],
      typeorm: "await queryRunner.query('DROP INDEX IDX_code ON parcels')",
      down: "await queryRunner.query('CREATE UNIQUE INDEX IDX_code ON parcels (code)')",
      also: ['down-rejects-new-rows'],
    },
    {
      on: 'postgres',
      title: 'up never gets to where down would take away too much',
      history: ["await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')"],
      typeorm: "await queryRunner.query('CREATE TABLE orders (id bigint PRIMARY KEY)')",
      down: "await queryRunner.query('DROP TABLE orders')",
      also: ['history-conflict'],
    },
    {
      on: 'postgres',
      title: 'A column that took the name of another gets its type back',
      sequelize:
        "await queryInterface.addColumn('shops', 'opened_new', { type: Sequelize.INTEGER })\nawait queryInterface.sequelize.query('UPDATE shops SET opened_new = CAST(opened AS INTEGER)')\nawait queryInterface.removeColumn('shops', 'opened')\nawait queryInterface.renameColumn('shops', 'opened_new', 'opened')",
      down: "await queryInterface.changeColumn('shops', 'opened', { type: Sequelize.STRING })",
      also: ['drop-before-contract', 'unbatched-update', 'missing-transaction'],
    },
    {
      on: 'mysql',
      title: 'A copy that has served, and is dropped for good',
      history: ['CREATE TABLE users (id int PRIMARY KEY, fax varchar(20));\nCREATE TABLE users_backup AS SELECT * FROM users;'],
      sql: 'DROP TABLE users_backup;\nALTER TABLE users ADD COLUMN phone varchar(20);',
      down: 'ALTER TABLE users DROP COLUMN phone;',
      also: ['non-idempotent-ddl'],
    },
    {
      on: 'mysql',
      title: 'Two tables change places, and change back',
      sql: 'RENAME TABLE orders TO orders_old, orders_new TO orders;',
      down: 'RENAME TABLE orders TO orders_new, orders_old TO orders;',
    },
  ],
})

type Part = Pick<Difference, 'object' | 'name' | 'part'>
type SameName = (a: Name, b: Name) => boolean
type SameColumn = (a: string, b: string) => boolean

function isOurs({ object, name }: Difference, up: Walk): boolean {
  if (object !== 'sequence') return object !== 'type' && object !== 'schema'
  // A sequence that a column owns falls with it.
  return !up.moments.some(({ statement: { sql } }) => sql !== undefined && /\bowned\s{1,9}by\b/i.test(sql) && sql.includes(name.name))
}

/** Does the walk give the column another type? One that took the name of a dropped column becomes that column again. */
function retypedBy(walk: Walk, { object, name, part }: Difference, sameName: SameName, sameColumn: SameColumn): boolean {
  return walk.moments.some(
    ({ operation }) =>
      (operation.kind === 'alterColumnType' || operation.kind === 'modifyColumn') &&
      object === 'column' &&
      sameName(operation.table, name) &&
      sameColumn(operation.column, part ?? ''),
  )
}

/** Triggers go with their function when down drops it with CASCADE. */
function fallsWithFunction({ object, part }: Difference, up: Walk, down: Walk, sameName: SameName): boolean {
  if (object !== 'trigger') return false
  return up.moments.some(
    ({ operation }) =>
      operation.kind === 'createTrigger' &&
      operation.name.toLowerCase() === part?.toLowerCase() &&
      down.moments.some(
        ({ operation: other }) =>
          other.kind === 'dropFunction' && other.cascade && operation.function && sameName(other.name, operation.function),
      ),
  )
}

/** A NOT NULL column that comes back needs some DEFAULT for the rows that are there, whether or not it had one. */
function isFiller({ object, property, before, name, part }: Difference, down: Walk, sameName: SameName, sameColumn: SameColumn): boolean {
  if (object !== 'column' || property !== 'default' || before !== 'no default') return false
  return down.moments.some(
    ({ operation }) =>
      operation.kind === 'addColumn' &&
      !operation.column.nullable &&
      sameName(operation.table, name) &&
      sameColumn(operation.column.name, part ?? ''),
  )
}

function nameOf({ object, name, part }: Part): string {
  if (object === 'column') return `${showName(name)}.${part}`
  return part === undefined ? `the ${object} ${showName(name)}` : `the ${object} ${part} of ${showName(name)}`
}

function list(differences: readonly Part[]): string {
  const names = differences.map(nameOf)
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
