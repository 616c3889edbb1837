import {
  defineRule,
  dependantsOf,
  findFunction,
  findTable,
  findView,
  functionsNaming,
  type Moment,
  type Name,
  type Operation,
  type Overload,
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
  why: 'The body of a function or trigger is text until it runs: no engine follows a rename in it, and none refuses the DROP. MySQL and MariaDB drop tables and columns under a view as well, which fails when it is read (1356). SQLite writes a new name wherever the old one stood: what named a table that is moved aside names the one aside from then on, foreign keys of other tables too. The deployment goes through, and the first INSERT that fires the trigger fails.',
  instead: 'Replace the function, trigger or view in the same migration.',
  unless: 'It is dropped or replaced in the migration, or something of the old name takes the place.',
  sources: [
    'https://www.postgresql.org/docs/current/plpgsql-implementation.html',
    'https://dev.mysql.com/doc/refman/8.4/en/view-updatability.html',
    'https://www.sqlite.org/lang_altertable.html#alter_table_rename',
  ],
  covers: [172, 177, 239],
  equivalents: [],
  messages: {
    broken: '{dependant} still names {object}, which is not there any more, and fails when it is used next.',
    followed: {
      text: 'SQLite follows this rename in {dependants}: what stood for {table} there is {aside} from now on, and stays so when a new {table} is made.',
      help: 'Create the new table under another name, copy the rows, drop the old one and rename the new one; or write PRAGMA legacy_alter_table = ON before, while foreign keys are off.',
    },
  },
  on: {
    script(at) {
      if (at.direction === 'down' || at.walk.moments.some(({ operation }) => operation.kind === 'opaque')) return
      if (at.dialect === 'sqlite')
        for (const aside of movedAside(at)) at.report(aside.operation, 'followed', aside.slots, { evidence: 'replayed' })
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
    {
      on: 'sqlite',
      says: 'followed',
      title: 'Moved aside to make room for the new one',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));\nCREATE INDEX posts_user ON posts (user_id);',
      ],
      sql: "BEGIN;\nALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO users SELECT id, coalesce(email, '') FROM users_old;\nDROP TABLE users_old;\nCOMMIT;",
    },
    {
      on: 'postgres',
      says: 'broken',
      title: 'A procedure that takes something else now stands beside the old one',
      history: [
        'CREATE TABLE pieces (id text PRIMARY KEY, shard integer NOT NULL);\nCREATE PROCEDURE put_piece(p_id text, p_shard integer) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO pieces (id, shard) VALUES (p_id, p_shard); END $$;',
      ],
      sql: 'ALTER TABLE pieces DROP COLUMN shard;\nCREATE OR REPLACE PROCEDURE put_piece(p_id text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO pieces (id) VALUES (p_id); END $$;',
      also: ['drop-before-contract', 'missing-lock-timeout'],
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
    {
      on: 'sqlite',
      title: 'Made beside the old one, which it replaces',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));',
      ],
      sql: "PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE users_new (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO users_new SELECT id, coalesce(email, '') FROM users;\nDROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
    },
    {
      on: 'sqlite',
      title: 'SQLite is told not to follow the rename',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));',
      ],
      sql: "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\nBEGIN;\nALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\nINSERT INTO users SELECT id, coalesce(email, '') FROM users_old;\nDROP TABLE users_old;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
    },
    {
      on: 'postgres',
      title: 'The procedure that took something else is dropped with the column that it writes',
      history: [
        'CREATE TABLE pieces (id text PRIMARY KEY, shard integer NOT NULL);\nCREATE PROCEDURE put_piece(p_id text, p_shard integer) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO pieces (id, shard) VALUES (p_id, p_shard); END $$;',
      ],
      sql: 'DROP PROCEDURE put_piece(text, integer);\nALTER TABLE pieces DROP COLUMN shard;\nCREATE PROCEDURE put_piece(p_id text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO pieces (id) VALUES (p_id); END $$;',
      also: ['drop-before-contract', 'missing-lock-timeout'],
    },
    {
      on: 'postgres',
      title: 'A procedure that writes a column of that name elsewhere',
      history: [
        'CREATE TABLE pieces (id text PRIMARY KEY, shard integer NOT NULL);\nCREATE TABLE wholes (id text PRIMARY KEY, shard integer NOT NULL);\nCREATE PROCEDURE put_whole(p_id text, p_shard integer) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO wholes (id, shard) SELECT id, p_shard FROM pieces WHERE id = p_id; END $$;',
      ],
      sql: 'ALTER TABLE pieces DROP COLUMN shard;',
      also: ['drop-before-contract', 'missing-lock-timeout'],
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
    const was = findFunction(before, state.name)?.overloads
    // A body that names a column of no table in sight may have it from a row of its own.
    for (const overload of state.overloads) {
      if (!was?.includes(overload)) continue
      const { uses, columns, writes, procedure, returns, parameters } = overload
      // A name in the body may be of NEW and OLD, or a parameter.
      const isOwn = returns === 'trigger' || uses.length > 1 || parameters?.some(({ name }) => name !== undefined && isColumn(name))
      const kind = procedure ? 'procedure' : 'function'
      const isWritten = writes?.some((one) => at.sameName(one.table, table) && isColumn(one.column)) === true
      if (isWritten || names(uses, isOwn ? [] : columns))
        yield `The ${kind} ${showName(state.name)}${state.overloads.length > 1 ? signatureOf(overload) : ''}`
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

/** What tells it from the others of its name: what it takes. */
function signatureOf({ parameters = [] }: Pick<Overload, 'parameters'>): string {
  return `(${parameters.flatMap(({ type, mode }) => (mode === 'out' || mode === 'table' ? [] : [type])).join(', ')})`
}

interface Followed {
  readonly dependants: string
  readonly table: string
  readonly aside: string
}

/** Tables that are given another name to make room for a new one, with what of others SQLite has follow it. */
function movedAside(at: ScriptSite): readonly { readonly operation: Operation; readonly slots: Followed }[] {
  return at.walk.moments.flatMap((moment) => {
    const { operation } = moment
    if (operation.kind !== 'renameTable' || !findTable(at.walk.before, operation.table) || !findTable(at.walk.after, operation.table))
      return []
    const { table, to: aside } = operation
    if (isLegacy(moment, at) || operation.context?.branches?.length || operation.context?.block === 'catch') return []
    const dependants = dependantsOf({ table: aside }, at.walk.after).flatMap(({ kind, name, table: owner, born }) => {
      if (at.age(born) === 'this-migration' || (owner && wasRenamed(owner, at))) return []
      return [kind === 'view' ? `the view ${name}` : `the foreign key of ${owner ? showName(owner) : name}`]
    })
    const triggers = triggersNaming(at.walk.after, aside).filter(
      (one) => at.age(one.born) !== 'this-migration' && !at.sameName(one.table, aside),
    )
    const all = [...new Set([...dependants, ...triggers.map(({ name }) => `the trigger ${name}`)])]
    const shown = all.length > 3 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : all.join(' and ')
    return all.length > 0 ? [{ operation, slots: { dependants: shown, table: showName(table), aside: showName(aside) } }] : []
  })
}

/** Before 3.26, and where the script asks for the old ways, a rename changes nothing but the table. */
function isLegacy({ index }: Moment, at: ScriptSite): boolean {
  if (!at.atLeast(3, 26)) return true
  const asked = at.walk.moments.flatMap(({ operation, index: place }) =>
    place < index && operation.kind === 'setVariable' && operation.name === 'pragma legacy_alter_table' ? [operation.value ?? ''] : [],
  )
  return asked.length > 0 && !/^(?:0|off|no|false)$/i.test(asked.at(-1)!)
}

function wasRenamed(name: Name, at: ScriptSite): boolean {
  return at.walk.moments.some(({ operation }) => operation.kind === 'renameTable' && at.sameName(operation.to, name))
}
