import type { Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import { alterTable } from './alter-table.ts'
import { copy, insert, merge, remove, select, truncate, update } from './data.ts'
import { doBlock } from './do-blocks.ts'
import { drop } from './drops.ts'
import { createFunction } from './functions.ts'
import { createIndex, isOn, reindex } from './indexes.ts'
import * as objects from './objects.ts'
import { otherStatement } from './others.ts'
import { as, type NodeKind, type NodeOf, qualifiedName, type Reading, shownText, strings } from './reading.ts'
import { rename, setSchema } from './renames.ts'
import { called, calledBySelect, remember } from './routines.ts'
import * as session from './session.ts'
import { createForeignTable, createTable, createTableAsStatement } from './tables.ts'

type Handlers = { readonly [K in NodeKind]?: (reading: Reading, node: NodeOf<K>) => readonly Operation[] }

const handlers: Handlers = {
  AlterDomainStmt: objects.alterDomain,
  AlterEnumStmt: objects.alterEnum,
  AlterObjectSchemaStmt: setSchema,
  AlterTableMoveAllStmt: (reading) => [opaque(reading, 'ALTER … ALL IN TABLESPACE moves tables that it does not name')],
  AlterTableStmt: alterTable,
  CallStmt: (reading, node) => [
    { kind: 'call', span: reading.span, function: qualifiedName(reading, strings(node.funccall?.funcname)) },
    ...called(reading, node.funccall, operationsOf),
  ],
  ClusterStmt: session.cluster,
  CommentStmt: objects.comment,
  CompositeTypeStmt: objects.createComposite,
  CopyStmt: copy,
  CreateDomainStmt: objects.createDomain,
  CreateEnumStmt: objects.createEnum,
  CreateExtensionStmt: (reading, node) => [
    {
      kind: 'createExtension',
      span: reading.span,
      name: shownText(reading, node.extname ?? ''),
      ifNotExists: node.if_not_exists === true,
    },
  ],
  CreateForeignTableStmt: createForeignTable,
  CreateFunctionStmt: (reading, node) => {
    remember(reading, node)
    return createFunction(reading, node)
  },
  CreateRangeStmt: objects.createRange,
  CreateSchemaStmt: (reading, node) => objects.createSchema(reading, node, (element) => operationsOf(reading, element)),
  CreateSeqStmt: objects.createSequence,
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAsStatement,
  CreateTrigStmt: objects.createTrigger,
  CreatedbStmt: (reading, node) => [{ kind: 'createDatabase', span: reading.span, name: shownText(reading, node.dbname ?? '') }],
  DefineStmt: objects.define,
  DeleteStmt: (reading, node) => remove(reading, node),
  DoStmt: (reading, node) => doBlock(reading, node, operationsOf),
  DropOwnedStmt: (reading) => [opaque(reading, 'DROP OWNED drops objects that it does not name')],
  DropStmt: drop,
  DropdbStmt: (reading, node) => [{ kind: 'dropDatabase', span: reading.span, name: shownText(reading, node.dbname ?? '') }],
  ExecuteStmt: (reading, node) => [opaque(reading, `EXECUTE runs the prepared statement ${node.name ?? ''}`)],
  ExplainStmt: (reading, node) => {
    const runs = (node.options ?? []).some((option) => isOn(as(option, 'DefElem'), 'analyze'))
    if (runs && node.query) return operationsOf(reading, node.query)
    return [{ kind: 'otherStatement', span: reading.span, command: 'EXPLAIN', name: undefined }]
  },
  IndexStmt: createIndex,
  InsertStmt: (reading, node) => insert(reading, node),
  LockStmt: session.lockTable,
  MergeStmt: merge,
  RefreshMatViewStmt: objects.refresh,
  ReindexStmt: reindex,
  RenameStmt: rename,
  SelectStmt: (reading, node) => [...select(reading, node), ...calledBySelect(reading, node, operationsOf)],
  TransactionStmt: session.transaction,
  TruncateStmt: truncate,
  UpdateStmt: (reading, node) => update(reading, node),
  VacuumStmt: session.vacuum,
  VariableSetStmt: session.setVariable,
  ViewStmt: objects.createView,
}

function opaque(reading: Reading, detail: string): Operation {
  return { kind: 'opaque', span: reading.span, because: 'unsupported', detail }
}

/** What a statement of PostgreSQL's tree does; a kind that is not known here is opaque, never nothing. */
export function operationsOf(reading: Reading, node: Node): readonly Operation[] {
  for (const kind in node) {
    // The table pairs each kind with its own body: one narrowing for all.
    const body = (node as unknown as Record<string, never>)[kind]!
    const handler = Object.hasOwn(handlers, kind)
      ? (handlers as Record<string, (reading: Reading, node: never) => readonly Operation[]>)[kind]
      : undefined
    if (handler) return handler(reading, body)
    return otherStatement(reading, kind, body) ?? [opaque(reading, `${kind} is not read`)]
  }
  return [opaque(reading, 'an empty statement')]
}
