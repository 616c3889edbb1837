import type { Name } from '../../../ir/names.ts'
import type { CreateView, DropSchema, OtherStatement } from '../../../ir/operation.ts'
import type { Schema } from '../../../schema/schema.ts'
import { findType, keyOf } from '../../../schema/schema.ts'
import type { OtherLock } from '../../dialect.ts'
import type { Costs, Place } from './row.ts'
import { free, instant, other, page, unknown, unsure, work } from './row.ts'

const createView = page('sql-createview')
const refresh = page('sql-refreshmaterializedview')

const replaces = (operation: CreateView, { before }: Place) =>
  operation.orReplace && before.views.has(keyOf(before.naming, operation.name, 'table'))

const sources = (operation: CreateView) => operation.query.tables.map((table) => other(table, 'ACCESS SHARE', operation.materialized))

/** The tables that fall with a schema. */
function inside(operation: DropSchema, { before }: Place): readonly OtherLock[] {
  if (!operation.cascade) return []
  const schema = before.naming.fold(operation.name, 'other')
  const found: Name[] = []
  for (const table of before.tables.values()) {
    if (before.naming.fold(table.name.schema ?? before.naming.defaultSchema ?? '', 'other') === schema) found.push(table.name)
  }
  return found.map((table) => other(table, 'ACCESS EXCLUSIVE'))
}

/** Does the command begin with one of these? */
const command =
  (...starts: readonly string[]) =>
  (operation: OtherStatement) => {
    const upper = operation.command.toUpperCase()
    return starts.some((start) => upper === start || upper.startsWith(`${start} `))
  }

/** The tables of a publication beside the first. */
function published({ details }: OtherStatement): readonly OtherLock[] {
  return details?.about === 'publication' ? details.tables.slice(1).map((table) => other(table, 'SHARE UPDATE EXCLUSIVE')) : []
}

const isAttribute = ({ details }: OtherStatement, ...actions: readonly string[]) =>
  details?.about === 'attribute' && actions.includes(details.action)

/** The tables OF a composite type, which CASCADE changes with it. */
function typedBy({ details }: OtherStatement, before: Schema): readonly Name[] {
  if (details?.about !== 'attribute' || !details.cascade) return []
  const found: Name[] = []
  for (const table of before.tables.values()) if (table.options.OF === details.type.name) found.push(table.name)
  return found
}

const typed = (operation: OtherStatement, { before }: Place) => typedBy(operation, before).map((table) => other(table, 'ACCESS EXCLUSIVE'))

/** Words of the statement that its command leaves out. A builder sends none of these commands. */
const says = (pattern: RegExp, place: Place) => pattern.test(place.statement.sql ?? '')

const sequence = page('sql-altersequence')

export const objects: Costs = {
  createView: [
    { when: replaces, ...instant('ACCESS EXCLUSIVE'), others: sources, cite: createView, proof: 'replace-view' },
    {
      ...instant('ACCESS EXCLUSIVE'),
      queues: 'nothing',
      others: sources,
      because: 'no other session can see the new view',
      cite: createView,
      proof: 'create-view',
    },
  ],
  dropView: [{ ...instant('ACCESS EXCLUSIVE'), cite: page('sql-dropview'), proof: 'drop-view' }],
  refreshMaterializedView: [
    {
      when: (operation) => operation.concurrently,
      ...work('EXCLUSIVE', 'scan'),
      because: 'readers go on; another refresh waits',
      cite: refresh,
      proof: 'refresh-concurrently',
    },
    {
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      because: 'the view is computed anew while no one can read it',
      cite: refresh,
      proof: 'refresh',
    },
  ],
  createFunction: [{ ...free, cite: page('sql-createfunction'), proof: 'create-function' }],
  dropFunction: [{ ...free, cite: page('sql-dropfunction'), proof: 'drop-function' }],
  createTrigger: [{ ...instant('SHARE ROW EXCLUSIVE'), recurses: true, cite: page('sql-createtrigger'), proof: 'create-trigger' }],
  dropTrigger: [{ ...instant('ACCESS EXCLUSIVE'), recurses: true, cite: page('sql-droptrigger'), proof: 'drop-trigger' }],
  createSchema: [{ ...free, cite: page('sql-createschema'), proof: 'create-schema' }],
  dropSchema: [
    {
      when: (operation) => operation.cascade,
      ...instant('ACCESS EXCLUSIVE'),
      others: inside,
      because: 'everything in it is dropped',
      cite: page('sql-dropschema'),
      proof: 'drop-schema-cascade',
    },
    { ...free, because: 'only an empty schema can be dropped', cite: page('sql-dropschema') },
  ],
  renameSchema: [
    {
      ...free,
      because: 'no table is locked, and statements that name the schema fail at once',
      cite: page('sql-alterschema'),
      proof: 'rename-schema',
    },
  ],
  createSequence: [{ ...free, cite: page('sql-createsequence'), proof: 'create-sequence' }],
  dropSequence: [{ ...instant('ACCESS EXCLUSIVE'), cite: page('sql-dropsequence'), proof: 'drop-sequence' }],
  createExtension: [{ ...free, cite: page('sql-createextension'), proof: 'create-extension' }],
  dropExtension: [{ ...free, cite: page('sql-dropextension'), proof: 'drop-extension' }],
  createDatabase: [{ ...free, inTransaction: false, cite: page('sql-createdatabase'), proof: 'create-database' }],
  dropDatabase: [{ ...free, inTransaction: false, cite: page('sql-dropdatabase'), proof: 'drop-database' }],
  comment: [
    {
      when: (operation) => /^(table|column|view|materialized view|foreign table)$/i.test(operation.on),
      ...instant('SHARE UPDATE EXCLUSIVE'),
      cite: page('sql-comment'),
      proof: 'comment',
    },
    {
      when: (operation) => /constraint/i.test(operation.on),
      ...instant('ACCESS SHARE'),
      cite: page('sql-comment'),
      proof: 'comment-constraint',
    },
    { ...free, cite: page('sql-comment'), proof: 'comment-other' },
  ],
  otherStatement: [
    {
      when: command('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY'),
      ...instant('ACCESS EXCLUSIVE'),
      cite: page('sql-createpolicy'),
      proof: 'policy',
    },
    {
      when: command('CREATE RULE', 'ALTER RULE', 'DROP RULE', 'CREATE OR REPLACE RULE'),
      ...instant('ACCESS EXCLUSIVE'),
      cite: page('sql-createrule'),
      proof: 'rule',
    },
    { when: command('ALTER TRIGGER'), ...instant('ACCESS EXCLUSIVE'), cite: page('sql-altertrigger'), proof: 'rename-trigger' },
    {
      since: 18,
      when: (operation) => command('GRANT', 'REVOKE')(operation) && operation.table !== undefined,
      ...instant('ACCESS SHARE'),
      cite: page('sql-grant'),
      proof: 'grant',
    },
    { when: command('GRANT', 'REVOKE', 'ALTER DEFAULT PRIVILEGES'), ...free, cite: page('sql-grant'), proof: 'grant' },
    {
      when: command('CREATE STATISTICS', 'DROP STATISTICS'),
      ...instant('SHARE UPDATE EXCLUSIVE'),
      cite: page('sql-createstatistics'),
      proof: 'statistics',
    },
    { when: command('ALTER STATISTICS'), ...free, cite: page('sql-alterstatistics'), proof: 'statistics' },
    {
      when: (operation) => command('CREATE PUBLICATION', 'ALTER PUBLICATION')(operation) && operation.table !== undefined,
      ...instant('SHARE UPDATE EXCLUSIVE'),
      others: published,
      cite: page('sql-createpublication'),
      proof: 'publication',
    },
    {
      when: command('CREATE PUBLICATION', 'ALTER PUBLICATION', 'DROP PUBLICATION'),
      ...free,
      cite: page('sql-createpublication'),
      proof: 'publication',
    },
    {
      when: (operation, place) =>
        command('CREATE SUBSCRIPTION')(operation) && says(/\b(connect|create_slot)\s*=\s*'?(false|off|0|no)\b/i, place),
      ...free,
      cite: page('sql-createsubscription'),
      proof: 'subscription-unconnected',
    },
    {
      when: (operation, place) =>
        command('CREATE SUBSCRIPTION', 'DROP SUBSCRIPTION')(operation) ||
        (command('ALTER SUBSCRIPTION')(operation) && says(/\b(refresh|publication)\b/i, place)),
      ...free,
      inTransaction: false,
      because: 'it talks to the other server',
      cite: page('sql-createsubscription'),
    },
    {
      when: (operation, place) =>
        command('ALTER SYSTEM', 'CREATE TABLESPACE', 'DROP TABLESPACE')(operation) ||
        (command('DISCARD')(operation) && says(/\ball\b/i, place)) ||
        (command('ALTER DATABASE')(operation) && says(/\bset\s+tablespace\b/i, place)),
      ...free,
      inTransaction: false,
      cite: page('sql-commands'),
      proof: 'not-in-transaction',
    },
    {
      when: (operation, place) => command('ALTER SEQUENCE')(operation) && says(/\b(rename\s+to|set\s+schema|owner\s+to)\b/i, place),
      ...instant('ACCESS EXCLUSIVE'),
      cite: sequence,
      proof: 'rename-sequence',
    },
    {
      when: command('ALTER SEQUENCE'),
      ...instant('SHARE ROW EXCLUSIVE'),
      because: 'nextval() waits until the transaction ends',
      cite: sequence,
      proof: 'alter-sequence',
    },
    {
      when: command('ALTER VIEW', 'ALTER MATERIALIZED VIEW', 'REASSIGN OWNED', 'DROP OWNED'),
      ...instant('ACCESS EXCLUSIVE'),
      cite: page('sql-alterview'),
      proof: 'alter-view',
    },
    {
      when: (operation, place) => command('ALTER INDEX')(operation) && says(/\btablespace\b/i, place),
      ...work('ACCESS EXCLUSIVE', 'index'),
      because: 'the file of the index is copied to the other place',
      cite: page('sql-alterindex'),
      proof: 'index-tablespace',
    },
    { when: command('ALTER INDEX'), ...instant('SHARE UPDATE EXCLUSIVE'), cite: page('sql-alterindex'), proof: 'alter-index' },
    { when: command('IMPORT FOREIGN SCHEMA', 'SECURITY LABEL'), ...free, cite: page('sql-commands') },
    {
      when: (operation, { before }) => isAttribute(operation, 'alter') && typedBy(operation, before).length > 0,
      ...work('ACCESS EXCLUSIVE', 'rewrite'),
      others: typed,
      because: 'CASCADE changes the typed tables, and their rows are written anew',
      cite: page('sql-altertype'),
      proof: 'alter-attribute-type',
    },
    {
      when: (operation, { before }) =>
        isAttribute(operation, 'add', 'drop', 'alter') && operation.name !== undefined && findType(before, operation.name) !== undefined,
      ...instant('ACCESS EXCLUSIVE'),
      others: typed,
      cite: page('sql-altertype'),
      proof: 'add-attribute',
    },
    {
      when: command('ALTER TYPE'),
      ...unsure('ACCESS EXCLUSIVE'),
      because: 'a change of a composite type rewrites the typed tables that it reaches by CASCADE',
      cite: page('sql-altertype'),
    },
    // Roles, casts, operators, languages, event triggers, text search, foreign servers: entries of the catalog, no relation.
    { when: (operation) => operation.table === undefined, ...free, cite: page('sql-commands'), proof: 'other-catalog' },
    { ...unknown, because: 'nothing is known about the locks of this command', cite: page('sql-commands') },
  ],
}
