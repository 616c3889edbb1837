import type { Column, Constraint } from '../../ir/column.ts'
import { type Name, showName } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import type { Effect } from '../described.ts'

/** An operation in words, and what it is to a reviewer. */
export interface Words {
  readonly does: string
  readonly effect: Effect
}

/** What an operation does, as a sentence about the migration without its full stop. */
export function wordsOf(operation: Operation): Words {
  switch (operation.kind) {
    case 'createTable':
      return creates(`${operation.temporary ? 'temporary ' : ''}table ${showName(operation.table)}${contents(operation)}`)
    case 'dropTable':
      return destroys(`${operation.temporary ? 'temporary ' : ''}table ${showName(operation.table)}`)
    case 'renameTable':
      return alters(`renames table ${showName(operation.table)} to ${showName(operation.to)}`)
    case 'alterTable': {
      const what = [operation.action, operation.column, operation.value].filter((part) => part !== undefined)
      return alters(`alters table ${showName(operation.table)}: ${what.join(' ')}`)
    }
    case 'attachPartition':
      return alters(`attaches ${showName(operation.partition)} to ${showName(operation.table)} as a partition`)
    case 'detachPartition':
      return alters(`detaches partition ${showName(operation.partition)} from ${showName(operation.table)}`)
    case 'addColumn':
      return { effect: 'creates', does: `adds column ${columnText(operation.column)} to ${showName(operation.table)}` }
    case 'dropColumn':
      return { effect: 'destroys', does: `drops column ${operation.column} of ${showName(operation.table)}` }
    case 'renameColumn':
      return alters(`renames column ${operation.column} of ${showName(operation.table)} to ${operation.to}`)
    case 'alterColumnType':
      return alters(`changes the type of ${columnOf(operation)} to ${operation.type.text}`)
    case 'modifyColumn':
      return alters(`states ${columnOf(operation)} anew: ${columnText(operation.to)}`)
    case 'setDefault':
      return alters(`sets the default of ${columnOf(operation)} to ${operation.default.sql}`)
    case 'dropDefault':
      return alters(`drops the default of ${columnOf(operation)}`)
    case 'setNotNull':
      return alters(`makes ${columnOf(operation)} NOT NULL`)
    case 'dropNotNull':
      return alters(`lets ${columnOf(operation)} take NULL`)
    case 'addConstraint':
      return { effect: 'creates', does: `adds ${constraintText(operation.constraint)} to ${showName(operation.table)}` }
    case 'dropConstraint':
      return { effect: 'destroys', does: `drops ${droppedConstraint(operation.name)} of ${showName(operation.table)}` }
    case 'validateConstraint':
      return alters(`validates constraint ${operation.name} of ${showName(operation.table)}`)
    case 'renameConstraint':
      return alters(`renames constraint ${operation.name} of ${showName(operation.table)} to ${operation.to}`)
    case 'createIndex': {
      const keys = operation.keys.map(({ column, expression }) => column ?? expression?.sql ?? '?').join(', ')
      const what = `${operation.unique ? 'unique ' : ''}index${operation.name === undefined ? '' : ` ${operation.name}`}`
      return creates(`${what} on ${showName(operation.table)} (${keys})${operation.concurrently ? ', concurrently' : ''}`)
    }
    case 'dropIndex':
      return destroys(`index ${showName(operation.name)}${operation.table ? ` of ${showName(operation.table)}` : ''}`)
    case 'renameIndex':
      return alters(`renames index ${showName(operation.name)} to ${operation.to}`)
    case 'attachIndex':
      return alters(`attaches index ${showName(operation.partition)} to ${showName(operation.name)}`)
    case 'reindex':
      return steers(`builds ${operation.target} ${operation.name ? showName(operation.name) : ''} anew`)
    default:
      return ofOthers(operation)
  }
}

type Structural = Extract<
  Operation['kind'],
  | 'createTable'
  | 'dropTable'
  | 'renameTable'
  | 'alterTable'
  | 'attachPartition'
  | 'detachPartition'
  | 'addColumn'
  | 'dropColumn'
  | 'renameColumn'
  | 'alterColumnType'
  | 'modifyColumn'
  | 'setDefault'
  | 'dropDefault'
  | 'setNotNull'
  | 'dropNotNull'
  | 'addConstraint'
  | 'dropConstraint'
  | 'validateConstraint'
  | 'renameConstraint'
  | 'createIndex'
  | 'dropIndex'
  | 'renameIndex'
  | 'attachIndex'
  | 'reindex'
>

/** Types, views, functions and other objects, rows, and the program around them. */
function ofOthers(operation: Exclude<Operation, { readonly kind: Structural }>): Words {
  switch (operation.kind) {
    case 'createType':
      return creates(`type ${showName(operation.name)}${operation.labels.length > 0 ? ` (${listed(operation.labels)})` : ''}`)
    case 'dropType':
      return destroys(`type ${showName(operation.name)}`)
    case 'renameType':
      return alters(`renames type ${showName(operation.name)} to ${showName(operation.to)}`)
    case 'addEnumValue':
      return { effect: 'creates', does: `adds value ${operation.value} to type ${showName(operation.type)}` }
    case 'renameEnumValue':
      return alters(`renames value ${operation.value} of type ${showName(operation.type)} to ${operation.to}`)
    case 'createDomain':
      return creates(`domain ${showName(operation.name)} over ${operation.base.text}`)
    case 'alterDomain':
      return alters(`alters domain ${showName(operation.name)}: ${operation.action}`)
    case 'createView':
      return creates(`${operation.materialized ? 'materialized ' : ''}view ${showName(operation.name)}`)
    case 'dropView':
      return destroys(`${operation.materialized ? 'materialized ' : ''}view ${showName(operation.name)}`)
    case 'refreshMaterializedView':
      return steers(`refreshes materialized view ${showName(operation.name)}`)
    case 'createFunction':
      return creates(`${operation.procedure ? 'procedure' : 'function'} ${showName(operation.name)}`)
    case 'dropFunction':
      return destroys(`${operation.procedure ? 'procedure' : 'function'} ${showName(operation.name)}`)
    case 'createTrigger':
      return creates(`trigger ${operation.name} on ${showName(operation.table)}`)
    case 'dropTrigger':
      return destroys(`trigger ${operation.name}${operation.table ? ` on ${showName(operation.table)}` : ''}`)
    case 'createSchema':
      return creates(`schema ${operation.name}`)
    case 'dropSchema':
      return destroys(`schema ${operation.name}`)
    case 'renameSchema':
      return alters(`renames schema ${operation.name} to ${operation.to}`)
    case 'createSequence':
      return creates(`sequence ${showName(operation.name)}`)
    case 'dropSequence':
      return destroys(`sequence ${showName(operation.name)}`)
    case 'createExtension':
      return creates(`extension ${operation.name}`)
    case 'dropExtension':
      return destroys(`extension ${operation.name}`)
    case 'createDatabase':
      return creates(`database ${operation.name}`)
    case 'dropDatabase':
      return destroys(`database ${operation.name}`)
    case 'otherStatement':
      return alters(`runs ${operation.command}${operation.table ? ` on ${showName(operation.table)}` : named(' ', operation.name)}`)
    case 'comment':
      return alters(`comments on ${operation.on.toLowerCase()}${named(' ', operation.name)}`)
    case 'insert': {
      const rows = operation.source === 'select' ? 'rows of a query' : operation.rows === undefined ? 'rows' : plural(operation.rows, 'row')
      return { effect: 'writes', does: `inserts ${rows} into ${showName(operation.table)}` }
    }
    case 'update': {
      const which = operation.where === undefined ? 'every row' : 'rows'
      const what = operation.set.length > 0 ? `: ${listed(operation.set.map(({ column }) => column))}` : ''
      return { effect: 'writes', does: `updates ${which} of ${showName(operation.table)}${what}` }
    }
    case 'delete':
      return { effect: 'destroys', does: `deletes ${operation.where === undefined ? 'every row' : 'rows'} of ${showName(operation.table)}` }
    case 'truncate':
      return { effect: 'destroys', does: `empties ${listed(operation.tables.map(showName))}` }
    case 'writeRows':
      return { effect: 'writes', does: `writes rows into ${showName(operation.table)} (${operation.command})` }
    case 'select':
      return { effect: 'reads', does: operation.query.tables.length > 0 ? `reads ${listed(operation.query.tables.map(showName))}` : 'asks' }
    case 'call':
      return { effect: 'unknown', does: `calls ${showName(operation.function)}` }
    case 'setVariable':
      return steers(operation.value === undefined ? `resets ${operation.name}` : `sets ${operation.name} to ${operation.value}`)
    case 'transaction':
      return steers(transactionWords[operation.action])
    case 'lockTable':
      return steers(`locks ${listed(operation.tables.map(showName))}`)
    case 'maintain':
      return steers(`runs ${operation.command}${operation.tables.length > 0 ? ` on ${listed(operation.tables.map(showName))}` : ''}`)
    case 'refuse':
      return steers('refuses to run')
    case 'external':
      return steers(
        { network: 'asks the network by ', process: 'starts a program by ', timer: 'pauses by ' }[operation.what] + operation.expression,
      )
    case 'syncSchema':
      return { effect: operation.force ? 'destroys' : 'unknown', does: 'makes the schema like the models' }
    case 'interpolate':
      return { effect: 'unknown', does: `puts ${operation.expression} into its text` }
    case 'unsupported':
      return { effect: 'unknown', does: `uses ${operation.feature}, which only ${operation.availableIn} has` }
    case 'unresolved':
      return { effect: 'unknown', does: `calls ${operation.method}${named(' on ', operation.table)}` }
    case 'opaque':
      return { effect: 'unknown', does: `does what could not be read: ${operation.detail}` }
    default:
      return operation satisfies never
  }
}

const transactionWords: Readonly<Record<Extract<Operation, { readonly kind: 'transaction' }>['action'], string>> = {
  begin: 'begins a transaction',
  commit: 'commits',
  rollback: 'rolls back',
  savepoint: 'sets a savepoint',
  release: 'releases a savepoint',
  'rollback-to': 'rolls back to a savepoint',
  prepare: 'prepares the transaction for a commit in two phases',
  other: 'sets how the transaction runs',
}

const creates = (what: string): Words => ({ effect: 'creates', does: `creates ${what}` })
const destroys = (what: string): Words => ({ effect: 'destroys', does: `drops ${what}` })
const alters = (does: string): Words => ({ effect: 'alters', does })
const steers = (does: string): Words => ({ effect: 'steers', does: does.replace(/\s+/g, ' ') })

function named(before: string, name: Name | undefined): string {
  return name ? `${before}${showName(name)}` : ''
}

function columnOf({ table, column }: { readonly table: Name; readonly column: string }): string {
  return `${showName(table)}.${column}`
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

function listed(words: readonly string[]): string {
  return words.length <= 6 ? words.join(', ') : `${words.slice(0, 6).join(', ')} and ${words.length - 6} more`
}

function contents({ columns, as, like, partitionOf }: Extract<Operation, { readonly kind: 'createTable' }>): string {
  if (as) return as.tables.length > 0 ? ` from the rows of ${listed(as.tables.map(showName))}` : ' from a query'
  if (like) return ` like ${showName(like)}`
  if (partitionOf) return ` as a partition of ${showName(partitionOf)}`
  return columns.length > 0 ? ` with ${plural(columns.length, 'column')}` : ''
}

function droppedConstraint(name: string | undefined): string {
  return name === undefined ? 'the primary key' : `constraint ${name}`
}

/** A column as a schema shows it: `note text NOT NULL DEFAULT ''`. */
export function columnText({ name, type, nullable, default: standard, generated, identity, autoIncrement }: Column): string {
  return [
    name,
    ...(type ? [type.text] : []),
    ...(nullable ? [] : ['NOT NULL']),
    ...(standard ? [`DEFAULT ${standard.sql}`] : []),
    ...(generated ? [`GENERATED (${generated.expression.sql})`] : []),
    ...(identity ? ['IDENTITY'] : []),
    ...(autoIncrement ? ['AUTO_INCREMENT'] : []),
  ].join(' ')
}

const kinds: Readonly<Record<Constraint['kind'], string>> = {
  primaryKey: 'primary key',
  unique: 'unique constraint',
  check: 'check',
  foreignKey: 'foreign key',
  notNull: 'NOT NULL constraint',
  exclude: 'exclusion constraint',
}

/** A constraint as a schema shows it: `foreign key fk (shop) → shops`. */
export function constraintText({ kind, name, columns, references, expression, notValid }: Constraint): string {
  return [
    kinds[kind],
    ...(name === undefined ? [] : [name]),
    ...(columns.length > 0 ? [`(${columns.join(', ')})`] : []),
    ...(kind === 'check' && expression ? [`(${expression.sql})`] : []),
    ...(references ? [`→ ${showName(references.table)}`] : []),
    ...(notValid ? ['NOT VALID'] : []),
  ].join(' ')
}
