import type { Operation } from '../../ir/operation.ts'
import type { ModuleExports } from '../../javascript/interpret.ts'
import type { HandleValue, Machine, PromiseValue, Value } from '../../javascript/value.ts'
import { didYouMean } from '../../source/nearest.ts'
import type { Span } from '../../source/span.ts'
import { joinPieces } from '../../source/traced.ts'
import { engineAsked } from '../engine-asked.ts'
import type { LoadOptions } from '../framework.ts'
import { guardOf, loopOver } from '../guards.ts'
import type { ScriptHost } from '../module-load.ts'
import { rowColumn } from '../row-columns.ts'
import { answerOf, askedOf, catalog, rowsMember, rowsSpec } from '../rows.ts'
import { type Draft, draftsOf, withComputedNumbers } from '../script.ts'
import { type Recorded, transactions } from '../transactions.ts'
import { handle, shown, stringValue, textOf } from '../values.ts'
import { ambientOf } from './ambient.ts'
import { type Call, draftsOfStatements, isMysql, isPostgres, unread, type World } from './call.ts'
import { knexHandle, type On, onOf, type RawSpec, rawHandle, type SchemaSpec, schemaHandle } from './handles.ts'
import { linkOf } from './link.ts'
import { mappedName, mappingOf } from './name-mapping.ts'
import { asWritten, type Names, nameOf } from './names.ts'
import { beginsQuery, chain, from } from './query/methods.ts'
import { insertOf, sendQuery } from './query/send.ts'
import { newQuery, queryHandle, queryState } from './query/state.ts'
import { schemaMethods } from './schema/builder.ts'
import { columnCall, foreignCall, functionText, tableCall } from './schema/parts.ts'
import { type ViewState, viewCall } from './schema/view.ts'
import { quoteName, textValue, withBindings } from './sql-value.ts'
import { withUnsureNames } from './unsure-names.ts'

const nothing: Value = { kind: 'undefined' }
/** What chains to a builder and changes nothing of what is sent. */
const quiet = new Set(['queryContext', 'debug', 'options', 'timeout', 'connection', 'wrap', 'as'])
/** Methods of the connection that send nothing. */
const harmless = new Set(['destroy', 'initialize', 'on', 'once', 'removeListener', 'enableProcessing', 'disableProcessing'])

/** A host for one script. `exports`: what its module exports, which says whether the runner opens a transaction. */
export function knexHost(options: LoadOptions, exports: ModuleExports | undefined): ScriptHost {
  const state = transactions(knexHandle)
  const inTransaction = ambientOf(options, exports, 'up').ambient !== 'none'
  let batches = 0
  const { client } = options.history.settings
  const names = mappingOf(options.history)
  const world: World = {
    dialect: options.dialect,
    options,
    client: typeof client === 'string' ? client : options.dialect.name,
    nextBatch: () => batches++,
    // lib/formatter/formatterUtils.js takes spaces off the ends of every name before anything else does.
    wrap: (written) => mappedName(names, written.trim()),
  }

  /** Records what is sent at once. */
  function sent(
    name: string,
    drafts: readonly Draft[],
    on: On,
    result: Value,
    machine: Machine,
    span: Span,
    log?: SchemaSpec,
  ): PromiseValue {
    if (drafts.length === 0) return machine.promise(result)
    // A raw text is sent as it is.
    const recorded: Recorded = { drafts: name === 'raw' ? drafts : withUnsureNames(drafts, names), passed: on?.segment, unclear: false }
    log?.recorded.push(recorded)
    return machine.promise(result, machine.record(name, recorded, span))
  }

  function sendRaw({ text, bindings, given, on }: RawSpec, machine: Machine, span: Span, log?: SchemaSpec): PromiseValue {
    if (text === undefined) {
      const operation: Operation = unread(span, `the text of the query is not known: ${shown(given)}`)
      return sent('raw', draftsOfStatements([[operation]], span), on, nothing, machine, span, log)
    }
    const traced = joinPieces(withComputedNumbers(withBindings(text.pieces, bindings, world)))
    const parsed = world.dialect.parse(traced, { version: options.version, placeholders: bindings !== undefined })
    const drafts = draftsOf(parsed, traced, world.nextBatch())
    const query = drafts.flatMap(({ operations }) => operations).find((operation) => operation.kind === 'select')
    const result = rawAnswer(answerOf(query?.kind === 'select' ? query.query : undefined, traced.text))
    return sent('raw', drafts, on, log ? schemaHandle({ ...log, answer: result }) : result, machine, span, log)
  }

  /** What the drivers give back: pg a result with rows, mysql2 rows and fields, SQLite the rows. */
  function rawAnswer(rows: HandleValue): Value {
    if (isPostgres(world)) return { kind: 'object', members: new Map([['rows', rows]]), complete: false }
    if (!isMysql(world)) return rows
    return { kind: 'array', items: [rows, { kind: 'unknown', reason: 'call', expression: 'fields' }], complete: true }
  }

  function rawOf(on: On, args: readonly Value[]): RawSpec {
    const [text, bindings] = args
    return {
      on,
      text: text?.kind === 'string' ? text : undefined,
      bindings: bindings?.kind === 'undefined' ? undefined : bindings,
      given: text,
    }
  }

  function callKnex(
    target: HandleValue,
    property: string | undefined,
    args: readonly Value[],
    machine: Machine,
    span: Span,
  ): Value | undefined {
    const on = onOf(target)
    if (property === undefined) {
      const query = newQuery(on, span)
      from(query, args[0], world)
      return queryHandle(query)
    }
    if (property === 'raw') return rawHandle(rawOf(on, args), span)
    if (property === 'ref') {
      const name = textOf(args[0])
      return rawHandle(
        { on, text: name === undefined ? undefined : textValue(quoteName(name, world), span), bindings: undefined, given: args[0] },
        span,
      )
    }
    if (property === 'transaction' || property === 'savepoint') {
      const callback = args.find(({ kind }) => kind === 'function')
      return state.begin(callback, on ? (on.segment ?? 'ambient') : inTransaction ? 'ambient' : undefined, machine, span)
    }
    if (property === 'commit' || property === 'rollback') return on && state.method(on, property, machine, span)
    if (property === 'batchInsert') {
      const insert = insertOf({ values: args[1], source: undefined, onConflict: false, span }, nameOf(args[0], world), world)
      return sent(property, draftsOfStatements([[insert]], span), on, nothing, machine, span)
    }
    if (harmless.has(property)) return machine.promise(nothing)
    if (property === 'isCompleted') return { kind: 'unknown', reason: 'call', expression: 'isCompleted()' }
    if (!beginsQuery(property)) return undefined
    const query = newQuery(on, span)
    chain(query, { property, args, machine, span }, world)
    return queryHandle(query)
  }

  function callSchema(target: HandleValue, property: string, args: readonly Value[], machine: Machine, whole: Span): Value | undefined {
    const spec = target.data as SchemaSpec
    const span = linkOf(spec.end, whole, machine)
    spec.end = whole.end
    const on = spec.on
    if (property === 'withSchema') return schemaHandle({ ...spec, schema: textOf(args[0]) ?? shown(args[0]) })
    if (property === 'transacting') {
      if (args[0]?.kind !== 'handle' || args[0].name !== 'knex') return target
      const passed = onOf(args[0])
      for (const one of spec.recorded) Object.assign(one, { passed: passed?.segment })
      return schemaHandle({ ...spec, on: passed })
    }
    if (quiet.has(property)) return target
    if (property === 'hasTable' || property === 'hasColumn') {
      const column = property === 'hasColumn' ? textOf(args[1]) : undefined
      return machine.promise(catalog({ by: 'describe', requires: 'exists', ...askedFor(args[0], column, spec.schema, world) }))
    }
    if (property === 'raw') return sendRaw(rawOf(on, args), machine, span, spec)
    const method = Object.hasOwn(schemaMethods, property) ? schemaMethods[property] : undefined
    if (method === undefined) {
      const near = didYouMean(property, ['hasTable', 'hasColumn', 'withSchema', ...Object.keys(schemaMethods)])
      machine.blind(span, 'unknown-method', `schema.${property} is not a method that Knex documents${near}`)
      return undefined
    }
    const call: Call = { ...world, method: property, args, span, machine, on }
    if (!args.some(({ kind }) => kind === 'function'))
      return sent(property, draftsOfStatements(method(call, spec.schema), span), on, target, machine, span, spec)
    // The table is sent when its callback gives way: what the callback itself awaits comes after it.
    const recorded: Recorded = { drafts: [], passed: on?.segment, unclear: false }
    const event = machine.record(property, recorded, span)
    Object.assign(recorded, { drafts: withUnsureNames(draftsOfStatements(method(call, spec.schema), span), names) })
    spec.recorded.push(recorded)
    return machine.promise(target, event)
  }

  function call(
    target: HandleValue,
    property: string | undefined,
    args: readonly Value[],
    machine: Machine,
    span: Span,
  ): Value | undefined {
    if (target.name === 'knex') return callKnex(target, property, args, machine, span)
    // The interpreter asks `awaited` what is sent.
    if (property === undefined || property === 'then' || property === 'catch' || property === 'finally') return undefined
    switch (target.name) {
      case 'schema':
        return callSchema(target, property, args, machine, span)
      case 'table':
        return tableCall(target, { property, args, machine, span })
      case 'column':
        return columnCall(target, { property, args, machine, span })
      case 'foreign':
        return foreignCall(target, { property, args, machine, span })
      case 'view':
        return viewCall(target.data as ViewState, property, args) ? target : undefined
      case 'fn': {
        const text = functionText(property, args, world.dialect.name)
        return text === undefined
          ? undefined
          : rawHandle({ on: undefined, text: textValue(text, span), bindings: undefined, given: undefined }, span)
      }
      case 'raw':
        return property === 'stream' ? streamed(target, args, machine, span) : callRaw(target, property, args, span)
      case 'query': {
        if (/^(?:toString|toQuery|toSQL)$/.test(property))
          return { kind: 'unknown', reason: 'call', expression: `${property}()`, escaped: true }
        const query = queryState(target)!
        if (property === 'stream') return streamed(target, args, machine, span)
        chain(query, { property, args, machine, span }, world)
        return queryHandle(query)
      }
      case 'catalog':
        return askedOf(target, property, args)
      default:
        return undefined
    }
  }

  /** The rows as they come: `stream()` gives them, `stream(callback)` hands them over. https://knexjs.org/guide/interfaces.html#streams */
  function streamed(target: HandleValue, args: readonly Value[], machine: Machine, span: Span): Value | undefined {
    const sending = sendWhole(target, machine, span)
    if (sending === undefined) return undefined
    for (const event of sending.events) event.awaited = 'awaited'
    const callback = args.find(({ kind }) => kind === 'function')
    const { value } = sending
    const rows = (value.kind === 'object' ? value.members.get('rows') : value.kind === 'array' ? value.items[0] : undefined) ?? value
    return callback ? machine.promise(machine.invoke(callback, [rows], span)) : rows
  }

  function sendWhole(target: HandleValue, machine: Machine, span: Span): PromiseValue | undefined {
    if (target.name === 'raw') return sendRaw(target.data as RawSpec, machine, span)
    const query = queryState(target)
    if (query === undefined) return undefined
    // What stood alone only built on a query that somebody waits for after all.
    if (query.sent?.awaited === 'dropped') Object.assign(query.sent.data as Recorded, { drafts: [] })
    const { operations, result } = sendQuery(query, world)
    const sending = sent(
      query.method,
      operations.length === 0 ? [] : draftsOfStatements([operations], span),
      query.on,
      result,
      machine,
      span,
    )
    query.sent = sending.events.at(-1)
    return sending
  }

  function callRaw(target: HandleValue, property: string, args: readonly Value[], span: Span): Value | undefined {
    const spec = target.data as RawSpec
    if (/^(?:toString|toQuery|toSQL)$/.test(property)) return spec.text
    if (property === 'transacting' && args[0]?.kind === 'handle' && args[0].name === 'knex')
      return rawHandle({ ...spec, on: onOf(args[0]) }, span)
    return quiet.has(property) ? target : undefined
  }

  return {
    args: [knexHandle(undefined)],
    transactions: state,
    module: () => undefined,

    get(target, property, _machine, span) {
      switch (target.name) {
        case 'knex':
          if (property === 'schema') return schemaHandle({ on: onOf(target), schema: undefined, recorded: [], end: span.end })
          if (property === 'fn' || property === 'client') return handle(property)
          return property === 'isTransaction' ? { kind: 'boolean', value: onOf(target) !== undefined || inTransaction } : undefined
        case 'schema':
          return answerMember((target.data as SchemaSpec).answer, property)
        case 'client':
          if (property === 'config') return handle('client')
          return property === 'client' || property === 'dialect' || property === 'driverName' ? engineName(property) : undefined
        default:
          return rowsMember(target, property)
      }
    },

    call,
    construct: () => undefined,
    chains: (target) => target.name === 'schema',

    awaited: sendWhole,

    column(origins, name) {
      const spec = origins.map(rowsSpec).find((found) => found !== undefined)
      return spec && rowColumn(spec.sql, spec.query.tables, world.wrap(name))
    },

    condition: (facts) => engineAsked(facts, world.dialect.name) ?? guardOf(facts),
    loop: loopOver,
    inert: (target) => !['knex', 'schema', 'table', 'column', 'foreign', 'query'].includes(target.name),
  }

  /** A member of what `schema.raw` brought, as the driver gives it. */
  function answerMember(answer: Value | undefined, property: string): Value | undefined {
    if (answer?.kind === 'array') return /^\d$/.test(property) ? answer.items[Number(property)] : undefined
    if (answer?.kind === 'object') return answer.members.get(property)
    return answer?.kind === 'handle' ? rowsMember(answer, property) : undefined
  }

  /** `knex.client.config.client` and its like: the word where the knexfile says it, else a question about the engine. */
  function engineName(property: string): Value {
    const { client } = options.history.settings
    if (property === 'client' && typeof client === 'string' && options.history.dialect === world.dialect.name) return stringValue(client)
    return { kind: 'unknown', reason: 'environment', expression: `knex.client.${property}` }
  }
}

/** What `hasTable` and `hasColumn` ask the catalogue for: PostgreSQL and MySQL are asked for a table as its name is written, whatever `wrapIdentifier` says. */
function askedFor(table: Value | undefined, column: string | undefined, schema: string | undefined, { dialect, wrap }: Names) {
  const asIs = dialect.name === 'postgres' || (dialect.name !== 'sqlite' && column === undefined)
  const names = asIs ? asWritten : { wrap }
  // MySQL and SQLite list the columns, and compare without regard to case.
  const named = asIs ? column : column && wrap(column.toLowerCase())
  return { table: nameOf(table, names, schema), ...(named === undefined ? {} : { column: named }) }
}
