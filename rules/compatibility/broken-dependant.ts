import {
  defineRule,
  findFunction,
  findTable,
  findView,
  functionsNaming,
  type Moment,
  type Name,
  type ScriptSite,
  showName,
  triggersNaming,
  viewsNaming,
} from '../../src/rule/define.ts'

export default defineRule({
  id: 'broken-dependant',
  title: 'Function, trigger or view that names what is gone',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'It fails at its next call, and with it every statement that fires the trigger or reads the view.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'The body of a function or trigger is text until it runs: no engine follows a rename in it, and none refuses the DROP. MySQL and MariaDB drop tables and columns under a view as well, which fails when it is read (1356). The deployment goes through, and the first INSERT that fires the trigger fails.',
  instead: 'Replace the function, trigger or view in the same migration.',
  unless: 'It is dropped or replaced in the migration, or something of the old name takes the place.',
  sources: [
    'https://www.postgresql.org/docs/current/plpgsql-implementation.html',
    'https://dev.mysql.com/doc/refman/8.4/en/view-updatability.html',
  ],
  covers: [172, 177, 239],
  equivalents: [],
  messages: {
    broken: '{dependant} still names {object}, which is not there any more, and fails when it is used next.',
  },
  on: {
    script(at) {
      if (at.direction === 'down' || at.walk.moments.some(({ operation }) => operation.kind === 'opaque')) return
      for (const gone of goneFrom(at)) {
        const { object, moment } = gone
        for (const dependant of namersOf(gone, at)) {
          at.report(moment.operation, 'broken', { dependant, object }, { evidence: 'replayed' })
          break
        }
      }
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'broken',
      history: [
        'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE audits (id bigint);\nCREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audits (id) VALUES (NEW.id); RETURN NEW; END $$;\nCREATE TRIGGER audited AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION audit();',
      ],
      sql: 'ALTER TABLE audits RENAME TO audit_entries;',
    },
    {
      on: 'mysql',
      says: 'broken',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, total INT);\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'ALTER TABLE orders DROP COLUMN total;',
    },
  ],
  good: [
    {
      on: 'mysql',
      title: 'The view is replaced',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, total INT);\nCREATE VIEW totals AS SELECT id, total FROM orders;'],
      sql: 'CREATE OR REPLACE VIEW totals AS SELECT id FROM orders;\nALTER TABLE orders DROP COLUMN total;',
      also: ['drop-before-contract', 'mysql-implicit-commit', 'non-idempotent-ddl'],
    },
    {
      on: 'postgres',
      title: 'A view under the old name',
      history: [
        'CREATE TABLE audits (id bigint);\nCREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audits (id) VALUES (NEW.id); RETURN NEW; END $$;',
      ],
      sql: 'BEGIN;\nALTER TABLE audits RENAME TO audit_entries;\nCREATE VIEW audits AS SELECT id FROM audit_entries;\nCOMMIT;',
    },
  ],
})

interface Gone {
  readonly moment: Moment
  readonly table: Name
  readonly column: string | undefined
  readonly object: string
}

/** Tables and columns that were there before the script and are not after it, with the step that took them away. */
function goneFrom(at: ScriptSite): readonly Gone[] {
  const found: Gone[] = []
  const seen = new Set<string>()
  const note = (moment: Moment, table: Name, column: string | undefined) => {
    const object = column === undefined ? showName(table) : `${showName(table)}.${column}`
    const [was, is] = [findTable(at.walk.before, table), findTable(at.walk.after, table)]
    const has = (state: typeof was) => [...(state?.columns.values() ?? [])].some((one) => at.sameColumn(one.column.name, column ?? ''))
    const isView = findView(at.walk.after, table) !== undefined
    const stays = column === undefined ? is !== undefined || isView : has(is) || is === undefined
    if (!was || stays || (column !== undefined && !has(was)) || seen.has(object)) return
    seen.add(object)
    found.push({ moment, table, column, object })
  }
  for (const moment of at.walk.moments) {
    const { operation } = moment
    if (operation.context?.branches?.length || operation.context?.block === 'catch') continue
    if (operation.kind === 'dropTable' || operation.kind === 'renameTable') note(moment, operation.table, undefined)
    if (operation.kind === 'dropColumn' || operation.kind === 'renameColumn' || operation.kind === 'modifyColumn')
      note(moment, operation.table, operation.column)
  }
  return found
}

/** What the script leaves as it was and what names the table, or its column for certain. */
function* namersOf({ table, column }: Gone, at: ScriptSite): Iterable<string> {
  const { before, after } = at.walk
  const isColumn = (name: string) => column !== undefined && at.sameColumn(name, column)
  const names = (uses: readonly Name[] | undefined, columns: readonly string[] | undefined, own?: Name) => {
    const tables = [...(uses ?? []), ...(own ? [own] : [])]
    if (!tables.some((used) => at.sameName(used, table))) return false
    if (column === undefined) return uses?.some((used) => at.sameName(used, table)) === true
    // A column that another table of the body has too may be that one.
    const others = tables.filter((used) => !at.sameName(used, table)).map((used) => findTable(before, used))
    const isElsewhere = others.some((other) => !other?.complete || [...other.columns.values()].some((one) => isColumn(one.column.name)))
    return columns?.some(isColumn) === true && !isElsewhere
  }
  for (const state of functionsNaming(after, table)) {
    if (findFunction(before, state.name) !== state) continue
    // A body that names a column of no table in sight may have it from a row of its own.
    for (const { uses, columns, procedure, returns, parameters } of state.overloads) {
      // A name in the body may be of NEW and OLD, or a parameter.
      const isOwn = returns === 'trigger' || uses.length > 1 || parameters?.some(({ name }) => name !== undefined && isColumn(name))
      const kind = procedure ? 'procedure' : 'function'
      if (names(uses, isOwn ? [] : columns)) yield `The ${kind} ${showName(state.name)}`
    }
  }
  if (at.dialect === 'postgres') return
  // A rename in SQLite is followed in triggers and views.
  const triggers = new Set(triggersNaming(before, table))
  for (const trigger of triggersNaming(after, table)) {
    if (triggers.has(trigger) && at.dialect !== 'sqlite' && names(trigger.uses, trigger.columns, trigger.table))
      yield `The trigger ${trigger.name}`
  }
  for (const view of viewsNaming(after, table)) {
    if (findView(before, view.name) === view && at.dialect !== 'sqlite' && names(view.uses, view.columns))
      yield `The view ${showName(view.name)}`
  }
}
