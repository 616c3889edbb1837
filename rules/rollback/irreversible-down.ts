import {
  type Difference,
  defineRule,
  findTable,
  type Moment,
  type Name,
  type Operation,
  type Schema,
  showName,
  type Walk,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'irreversible-down',
  title: 'Down that does not undo its up',
  severity: 'warning',
  profile: 'safety',
  since: '0.1.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'speaks',
  why: 'A down that leaves something behind, undoes something else, runs in the wrong order or re-creates a column without its type, NOT NULL, default or index does not bring the old schema back. The old release then runs on a schema that never existed, and the next up fails on what is there already.',
  instead: 'Undo every change of up, the last one first, and re-create what was dropped as it was.',
  unless:
    'The inverse is complete in whatever order and style. What falls with its table or column, enum values, extensions and seed rows need no undoing.',
  sources: ['https://typeorm.io/docs/migrations/why/'],
  messages: {
    leaves: 'After down, {objects} that up created {verb} still there: the next up fails or finds the leftovers.',
    lost: 'down does not bring back {objects}, which up dropped.',
    removes: 'down drops {objects}, which up did not create.',
    differs: 'down re-creates {object} differently: {property} was {before} and is {after} afterwards.',
    fails: 'This step of down fails: {reason}.',
  },
  on: {
    migration(at) {
      const { down, up } = at
      if (!down || down.moments.length === 0) return
      if (down.moments.some(({ operation }) => ['opaque', 'refuse', 'unresolved'].includes(operation.kind))) return
      if (up.moments.some(({ operation }) => operation.kind === 'opaque')) return
      const gone = goneBefore(up, down, at.sameName, at.sameColumn)
      for (const moment of down.moments) {
        const fallen = gone.has(moment) ? undefined : fallenBefore(moment, down)
        if (fallen !== undefined) gone.set(moment, fallen)
      }
      const failing = down.moments.find((moment) => (gone.get(moment) ?? failureOf(moment, at.dialect)) !== undefined)
      if (failing) {
        at.report(failing.operation, 'fails', { reason: (gone.get(failing) ?? failureOf(failing, at.dialect))! }, { evidence: 'replayed' })
        return
      }
      const where = { file: down.script.span.file, start: down.moments[0]!.statement.span.start, end: down.moments[0]!.statement.span.end }
      const differences = at.leftover.filter((difference) => isOurs(difference, up))
      const left = differences.filter(
        (difference) =>
          difference.change === 'added' &&
          createdBy(up, difference, at.sameName, at.sameColumn) &&
          !fallsWithFunction(difference, up, down, at.sameName) &&
          !(droppedBy(up, difference, at.sameName, at.sameColumn) && createdBy(down, difference, at.sameName, at.sameColumn)),
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
      const lost = removed.filter((difference) => droppedBy(up, difference, at.sameName, at.sameColumn))
      if (lost.length > 0) at.report(where, 'lost', { objects: list(lost) }, { evidence: 'replayed' })
      const other = removed.filter((difference) => !lost.includes(difference) && droppedBy(down, difference, at.sameName, at.sameColumn))
      if (other.length > 0) at.report(where, 'removes', { objects: list(other) }, { evidence: 'replayed' })
      const changed = differences.find(
        (difference) => difference.change === 'changed' && difference.certain && !isFiller(difference, down, at.sameName, at.sameColumn),
      )
      if (changed) {
        const { property = 'definition', before = '', after = '' } = changed
        at.report(
          where,
          'differs',
          { object: nameOf(changed), property: property === 'nullability' ? 'it' : `its ${property}`, before, after },
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
  ],
  good: [
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
  ],
})

type SameName = (a: Name, b: Name) => boolean
type SameColumn = (a: string, b: string) => boolean

function isOurs({ object, name }: Difference, up: Walk): boolean {
  if (object !== 'sequence') return object !== 'type' && object !== 'schema'
  // A sequence that a column owns falls with it.
  return !up.moments.some(({ statement: { sql } }) => sql !== undefined && /\bowned\s{1,9}by\b/i.test(sql) && sql.includes(name.name))
}

/** The moment of a walk that made the object; undefined when something else did. */
function createdBy(walk: Walk, { object, name, part }: Difference, sameName: SameName, sameColumn: SameColumn): Moment | undefined {
  return walk.moments.find(({ operation }) => {
    switch (operation.kind) {
      case 'createTable':
        return object === 'table' && sameName(operation.table, name)
      case 'renameTable':
        return object === 'table' && sameName(operation.to, name)
      case 'addColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.column.name, part ?? '')
      case 'renameColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.to, part ?? '')
      case 'createIndex':
        return (
          object === 'index' &&
          sameName(operation.table, name) &&
          (operation.name === undefined || operation.name.toLowerCase() === (part ?? '').toLowerCase())
        )
      case 'addConstraint':
        return (
          object === 'constraint' &&
          sameName(operation.table, name) &&
          (operation.constraint.name === undefined || operation.constraint.name === part)
        )
      case 'createView':
        return object === 'view' && sameName(operation.name, name)
      case 'createFunction':
        return object === 'function' && sameName(operation.name, name)
      case 'createTrigger':
        return object === 'trigger' && operation.name.toLowerCase() === (part ?? '').toLowerCase()
      case 'createSequence':
        return object === 'sequence' && sameName(operation.name, name)
      default:
        return false
    }
  })
}

/** Triggers go with their function when down drops it with CASCADE. */
function fallsWithFunction({ object, part }: Difference, up: Walk, down: Walk, sameName: SameName): boolean {
  if (object !== 'trigger') return false
  return up.moments.some(
    ({ operation }) =>
      operation.kind === 'createTrigger' &&
      operation.name.toLowerCase() === (part ?? '').toLowerCase() &&
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

/** Does the walk drop the object, or rename it away? */
function droppedBy(walk: Walk, { object, name, part }: Difference, sameName: SameName, sameColumn: SameColumn): boolean {
  return walk.moments.some(({ operation }) => {
    switch (operation.kind) {
      case 'dropTable':
        return (
          (object === 'table' || object === 'column' || object === 'index' || object === 'constraint') && sameName(operation.table, name)
        )
      case 'renameTable':
        return object === 'table' && sameName(operation.table, name)
      case 'dropColumn':
        return (
          (object === 'index' || object === 'constraint' || (object === 'column' && sameColumn(operation.column, part ?? ''))) &&
          sameName(operation.table, name)
        )
      case 'renameColumn':
        return object === 'column' && sameName(operation.table, name) && sameColumn(operation.column, part ?? '')
      case 'dropIndex':
        return object === 'index' && (operation.name.name.toLowerCase() === (part ?? '').toLowerCase() || operation.columns !== undefined)
      case 'dropConstraint':
        return object === 'constraint' && sameName(operation.table, name)
      case 'dropView':
        return object === 'view' && sameName(operation.name, name)
      case 'dropFunction':
        return object === 'function' && sameName(operation.name, name)
      case 'dropTrigger':
        return object === 'trigger' && operation.name.toLowerCase() === (part ?? '').toLowerCase()
      default:
        return false
    }
  })
}

function nameOf({ object, name, part }: Difference): string {
  if (object === 'column') return `${showName(name)}.${part}`
  return part === undefined ? `the ${object} ${showName(name)}` : `the ${object} ${part} of ${showName(name)}`
}

function list(differences: readonly Difference[]): string {
  const names = differences.map(nameOf)
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}

/** Why the database refuses this step where it stands. */
function failureOf(moment: Moment, dialect: string): string | undefined {
  const { operation, before, conflict } = moment
  if (conflict !== undefined) return conflict
  if (dialect !== 'mysql' && dialect !== 'mariadb') return undefined
  if (operation.kind !== 'dropColumn') return undefined
  const table = before.tables.get(before.naming.fold(operation.table.name, 'table'))
  const key = table?.constraints.find(
    ({ constraint }) =>
      constraint.kind === 'foreignKey' && constraint.columns.some((column) => column.toLowerCase() === operation.column.toLowerCase()),
  )
  if (!key) return undefined
  const dropsKey = moment.statement.operations.some((other) => other.kind === 'dropConstraint' && other.name === key.constraint.name)
  return dropsKey
    ? undefined
    : `column ${operation.column} is needed in the foreign key ${key.constraint.name}, which must be dropped first`
}

/**
 * Steps of `down` that need a table or column which `up` or an earlier step took away and nothing brought back. This holds also where
 * the history does not show the whole table: that it is gone is certain.
 */
function goneBefore(up: Walk, down: Walk, sameName: SameName, sameColumn: SameColumn): Map<Moment, string> {
  const found = new Map<Moment, string>()
  const gone: { table: Name; column: string | undefined }[] = []
  const back = (table: Name, column: string | undefined) => {
    for (let i = gone.length - 1; i >= 0; i--) {
      const one = gone[i]!
      const columnIsBack = column === undefined || (one.column !== undefined && sameColumn(one.column, column))
      if (sameName(one.table, table) && columnIsBack) gone.splice(i, 1)
    }
  }
  const walk = (moment: Moment, judged: boolean) => {
    const { operation } = moment
    const context = operation.context
    const sure = !context?.guards?.length && !context?.branches?.length && context?.block !== 'catch'
    if (context?.block === 'catch') return
    const column = columnNeeded(operation)
    const table = tableNeeded(operation)
    if (judged && sure && table !== undefined && !('ifExists' in operation && operation.ifExists)) {
      const missing = gone.find(
        (one) => sameName(one.table, table) && (one.column === undefined || (column !== undefined && sameColumn(one.column, column))),
      )
      if (missing)
        found.set(
          moment,
          `${missing.column === undefined ? `table ${showName(table)}` : `column ${showName(table)}.${column}`} is not there any more`,
        )
    }
    switch (operation.kind) {
      case 'createTable':
      case 'createView':
        back(operation.kind === 'createTable' ? operation.table : operation.name, undefined)
        break
      case 'renameTable':
        back(operation.to, undefined)
        if (sure) gone.push({ table: operation.table, column: undefined })
        break
      case 'dropTable':
        if (sure) gone.push({ table: operation.table, column: undefined })
        break
      case 'addColumn':
        back(operation.table, operation.column.name)
        break
      case 'modifyColumn':
        back(operation.table, operation.to.name)
        if (sure && !sameColumn(operation.column, operation.to.name)) gone.push({ table: operation.table, column: operation.column })
        break
      case 'renameColumn':
        back(operation.table, operation.to)
        if (sure) gone.push({ table: operation.table, column: operation.column })
        break
      case 'dropColumn':
        if (sure) gone.push({ table: operation.table, column: operation.column })
        break
      default:
    }
  }
  for (const moment of up.moments) walk(moment, false)
  for (const moment of down.moments) walk(moment, true)
  return found
}

/** The table that an operation cannot do without. */
function tableNeeded(operation: Operation): Name | undefined {
  switch (operation.kind) {
    case 'dropTable':
    case 'renameTable':
    case 'addColumn':
    case 'dropColumn':
    case 'renameColumn':
    case 'modifyColumn':
    case 'alterColumnType':
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
    case 'addConstraint':
    case 'dropConstraint':
    case 'createIndex':
    case 'update':
    case 'delete':
    case 'insert':
      return operation.table
    default:
      return undefined
  }
}

/** The column of it that an operation cannot do without. */
function columnNeeded(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'dropColumn':
    case 'renameColumn':
    case 'modifyColumn':
    case 'alterColumnType':
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
      return operation.column
    default:
      return undefined
  }
}

/** An index or constraint that was there when `down` began and fell with its column or table before this step drops it. */
function fallenBefore(moment: Moment, down: Walk): string | undefined {
  const { operation, before } = moment
  if (operation.kind !== 'dropIndex' && operation.kind !== 'dropConstraint') return undefined
  if (
    operation.ifExists ||
    operation.context?.guards?.length ||
    operation.context?.branches?.length ||
    operation.context?.block === 'catch'
  )
    return undefined
  const { name } = operation
  if (name === undefined) return undefined
  if (operation.kind === 'dropIndex') {
    const text = operation.name.name
    const has = (schema: Schema) => {
      // MySQL names indexes within their table; elsewhere a name is enough.
      const named = (index: { readonly name: string | undefined }) => index.name?.toLowerCase() === text.toLowerCase()
      if (operation.table) return findTable(schema, operation.table)?.indexes.some(named) === true
      return schema.indexOwners.has(schema.naming.fold(text, 'other'))
    }
    return has(down.before) && !has(before) ? `the index ${text} fell with what it stood on` : undefined
  }
  const wanted = operation.name!.toLowerCase()
  const has = (schema: Schema) =>
    findTable(schema, operation.table)?.constraints.some(({ constraint }) => constraint.name?.toLowerCase() === wanted) === true
  return has(down.before) && !has(before) ? `the constraint ${operation.name} fell with what it stood on` : undefined
}
