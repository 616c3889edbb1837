import type { HandleValue, Machine, Value } from '../../javascript/value.ts'
import type { Project } from '../../project/project.ts'
import { didYouMean } from '../../source/nearest.ts'
import type { Span } from '../../source/span.ts'
import { engineAsked } from '../engine-asked.ts'
import type { LoadOptions } from '../framework.ts'
import { guardOf, loopOver } from '../guards.ts'
import type { ScriptHost } from '../module-load.ts'
import { rowColumn } from '../row-columns.ts'
import { askedOf, rowsMember, rowsSpec } from '../rows.ts'
import { type Recorded, transactions } from '../transactions.ts'
import { arrayOf, handle, stringValue, textOf } from '../values.ts'
import { immediateMethods } from './builder/catalog.ts'
import type { Call, Method } from './call.ts'
import { opaque } from './call.ts'
import { isSqlForm, sqlHandle } from './expressions.ts'
import { connectionMethod, methodNames, queryInterfaceMethod } from './methods.ts'
import { instanceCall, isModelMethod, modelCall } from './model-calls.ts'
import { type ModelSpec, modelCalled, modelHandle, modelSpec, modelsOf } from './model-names.ts'
import { constantMember, logical, namespaceCall, namespaceHandle, namespaceMember } from './namespace.ts'
import { passedIn, transactionHandle, transactionSpec } from './passed.ts'
import { calledType, typeProperty, typeSpec } from './types.ts'

/** Where everything that a migration is given comes from: the first argument of `up`, and umzug's `{ context }`. */
const queryInterface = handle('queryInterface')
const connection = handle('sequelize')

/** The dialect as the project's own configuration calls it: what `getDialect()` gives. */
function dialectText(options: LoadOptions): string {
  const written = options.history.settings.dialect
  return typeof written === 'string' ? written : options.dialect.name
}

/** Says that there is no such method, as far as anybody knows, and which name may have been meant. */
function unknownMethod(what: string, name: string): string {
  const near = what === 'queryInterface' || what === 'sequelize' ? didYouMean(name, methodNames(what)) : ''
  return `${what}.${name}() is not a method that Surefoot knows${near}`
}

/** A host for one script: its transactions are numbered from zero. */
export function sequelizeHost(options: LoadOptions, project: Project): ScriptHost {
  const state = transactions(transactionHandle)
  const models = modelsOf(project, options)
  /** What `init` said of the classes of the program. */
  const initialised = new WeakMap<object, ModelSpec>()
  const dialectName = stringValue(dialectText(options))
  let batches = 0
  const nextBatch = () => batches++

  function run(
    method: Method | undefined,
    name: string,
    args: readonly Value[],
    machine: Machine,
    span: Span,
    what: 'queryInterface' | 'sequelize' | 'the instance' | 'the model' = 'queryInterface',
  ): Value {
    const call: Call = { method: name, args, span, dialect: options.dialect, options, machine, nextBatch }
    const sent = method ? method(call) : opaque(call, unknownMethod(what, name))
    const result = sent.result ?? { kind: 'undefined' as const }
    if (immediateMethods.has(name) || name === 'escape') return result
    if (sent.drafts.length === 0) return machine.promise(result)
    const recorded: Recorded = { drafts: sent.drafts, ...passedIn(sent.options) }
    return machine.promise(result, machine.record(name, recorded, span))
  }

  function connectionProperty(property: string): Value | undefined {
    switch (property) {
      case 'queryInterface':
        return queryInterface
      case 'dialect':
        return handle('dialect')
      case 'options':
        return { kind: 'object', members: new Map([['dialect', dialectName as Value]]), complete: false }
      case 'models':
        return handle('models')
      case 'constructor':
        return namespaceHandle
      default:
        return namespaceMember(property) ?? (connectionMethod(property) ? handle('method', { of: 'sequelize', name: property }) : undefined)
    }
  }

  function queryInterfaceProperty(property: string): Value | undefined {
    switch (property) {
      case 'sequelize':
        return connection
      case 'context':
      case 'queryInterface':
      case 'qi':
        return queryInterface
      case 'transaction':
      case 't':
        return state.given()
      case 'queryGenerator':
      case 'QueryGenerator':
        return handle('queryGenerator')
      case 'DataTypes':
      case 'Sequelize':
        return namespaceHandle
      case 'name':
      case 'path':
        return { kind: 'unknown', reason: 'parameter', expression: property }
      default:
        return queryInterfaceMethod(property) ? handle('method', { of: 'queryInterface', name: property }) : undefined
    }
  }

  function callConnection(property: string, args: readonly Value[], machine: Machine, span: Span): Value | undefined {
    if (property === 'transaction') {
      const outer = passedIn(args.find((argument) => argument.kind === 'object')).passed
      return state.begin(
        args.find(({ kind }) => kind === 'function'),
        outer,
        machine,
        span,
      )
    }
    if (property === 'getQueryInterface') return queryInterface
    if (property === 'getDialect') return dialectName
    if (property === 'getDatabaseName') return { kind: 'unknown', reason: 'environment', expression: 'sequelize.getDatabaseName()' }
    if (property === 'define') return modelHandle(models.defined(args[0], args[1], args[2]))
    if (property === 'model') {
      const name = textOf(args[0])
      return name === undefined ? undefined : modelHandle(models.named(name))
    }
    if (property === 'isDefined') return { kind: 'unknown', reason: 'unknown', expression: 'sequelize.isDefined()' }
    if (property === 'addModels' || property === 'set' || property === 'random') return { kind: 'undefined' }
    return namespaceCall(property, args) ?? run(connectionMethod(property), property, args, machine, span, 'sequelize')
  }

  function callQueryInterface(property: string, args: readonly Value[], machine: Machine, span: Span): Value | undefined {
    if (property === 'transaction' || property === 'getQueryInterface' || property === 'getDialect') {
      return callConnection(property, args, machine, span)
    }
    return run(queryInterfaceMethod(property), property, args, machine, span)
  }

  function call(
    target: HandleValue,
    property: string | undefined,
    args: readonly Value[],
    machine: Machine,
    span: Span,
  ): Value | undefined {
    switch (target.name) {
      case 'queryInterface':
        return property === undefined ? undefined : callQueryInterface(property, args, machine, span)
      case 'sequelize':
        return property === undefined ? undefined : callConnection(property, args, machine, span)
      case 'method': {
        const { of, name } = target.data as { readonly of: string; readonly name: string }
        if (property === 'bind') return target
        const passed = property === 'call' ? args.slice(1) : property === 'apply' ? (arrayOf(args[1])?.items ?? []) : args
        return of === 'sequelize' ? callConnection(name, passed, machine, span) : callQueryInterface(name, passed, machine, span)
      }
      case 'Sequelize':
        if (property === undefined) return undefined
        if (property === 'useCLS') return target
        return namespaceCall(property, args)
      case 'sqlFunction':
        return typeof target.data === 'string' && isSqlForm(target.data) ? sqlHandle(target.data, args) : undefined
      case 'logical':
        return logical(String(target.data), args)
      case 'type': {
        const spec = typeSpec(target)!
        if (property === undefined) return calledType(spec, args)
        return property === 'toString' || property === 'toSql' ? stringValue(spec.key) : undefined
      }
      case 'transaction':
        return property === undefined ? undefined : state.method(transactionSpec(target)!, property, machine, span)
      case 'queryGenerator':
        return property === undefined ? undefined : generated(property, args, machine, span)
      case 'catalog':
        return askedOf(target, property, args)
      case 'row': {
        const method = property === undefined ? undefined : instanceCall(rowsSpec(target)!.query.tables[0], property)
        return method && run(method, property!, args, machine, span, 'the instance')
      }
      case 'clientFunction':
        return { kind: 'unknown', reason: 'call', expression: `${String(target.data)}()`, escaped: true }
      case 'model': {
        return property === undefined ? undefined : callModel(target.data as ModelSpec, property, args, machine, span)
      }
      default:
        return undefined
    }
  }

  function callModel(spec: ModelSpec, property: string, args: readonly Value[], machine: Machine, span: Span): Value | undefined {
    const found = modelCall(spec, property)
    return typeof found === 'function' ? run(found, property, args, machine, span, 'the model') : found
  }

  function generated(property: string, args: readonly Value[], machine: Machine, span: Span): Value | undefined {
    if (immediateMethods.has(property)) return run(queryInterfaceMethod(property), property, args, machine, span)
    if (property === 'escape') return run(connectionMethod('escape'), 'escape', args, machine, span)
    return { kind: 'unknown', reason: 'call', expression: `queryGenerator.${property}()` }
  }

  return {
    args: [queryInterface, namespaceHandle],
    transactions: state,

    module(specifier) {
      if (specifier === 'sequelize' || specifier === 'sequelize-typescript' || specifier === '@sequelize/core') return namespaceHandle
      if (specifier === 'uuid' || specifier === 'nanoid' || specifier === 'cuid') return handle('clientFunction', specifier)
      return undefined
    },

    get(target, property) {
      switch (target.name) {
        case 'queryInterface':
          return queryInterfaceProperty(property)
        case 'sequelize':
          return connectionProperty(property)
        case 'Sequelize':
          return namespaceMember(property)
        case 'Op':
        case 'QueryTypes':
        case 'Deferrable':
        case 'Transaction':
          return constantMember(target.name, property)
        case 'type':
          return property === 'key' ? stringValue(typeSpec(target)!.key) : typeProperty(typeSpec(target)!, property)
        case 'dialect':
          return property === 'name' ? dialectName : undefined
        case 'sql':
          return property === 'val' ? (target.data as { readonly args: readonly Value[] }).args[0] : undefined
        case 'models':
          return modelHandle(models.named(property))
        case 'model':
          return modelMember(modelSpec(target)!, property)
        case 'clientFunction':
          return handle('clientFunction', `${String(target.data)}.${property}`)
        default:
          return rowsMember(target, property)
      }
    },

    call,

    construct(target, args) {
      if (target.name === 'type') return calledType(typeSpec(target)!, args)
      if (target.name === 'Sequelize') return connection
      return undefined
    },

    inherited(heir, property, args, machine, span) {
      if (heir.parent.name !== 'Model') return undefined
      const spec = initialised.get(heir.identity) ?? models.named(heir.name)
      if (heir.instance) {
        const method = args && instanceCall(spec.table, property)
        return method && run(method, property, args, machine, span, 'the instance')
      }
      if (args === undefined) return modelMember(spec, property)
      if (property !== 'init') return callModel(spec, property, args, machine, span)
      const own = models.defined(heir.name, args[0], args[1])
      initialised.set(heir.identity, own)
      return modelHandle(own)
    },

    unread(call, machine, span) {
      // An instance out of a list that a query gave: `for (const user of await User.findAll()) await user.update(…)`.
      const read = call.origins.map(rowsSpec).find((found) => found !== undefined)
      const changed = read && instanceCall(read.query.tables[0], call.method)
      if (changed) return run(changed, call.method, call.args, machine, span, 'the instance')
      const name = isModelMethod(call.method) ? modelCalled(call, models) : undefined
      if (name !== undefined) return callModel(models.named(name), call.method, call.args, machine, span)
      // An item of what `findAll` gave is an instance; a row of a query is none, and what is made of a value of either neither.
      const found = /^[\w$]+\??\.[\w$]+$/.test(call.expression) ? call.origins.map(rowsSpec).find((rows) => rows !== undefined) : undefined
      const method = found && found.sql === undefined ? instanceCall(found.query.tables[0], call.method) : undefined
      return method && run(method, call.method, call.args, machine, span, 'the instance')
    },

    column(origins, name) {
      const spec = origins.map(rowsSpec).find((found) => found !== undefined)
      return spec && rowColumn(spec.sql, spec.query.tables, name)
    },

    condition: (facts) => engineAsked(facts, options.dialect.name) ?? guardOf(facts),
    loop: loopOver,

    inert(target) {
      return !['queryInterface', 'sequelize', 'transaction', 'method', 'model', 'models'].includes(target.name)
    },
  }

  function modelMember(spec: ModelSpec, property: string): Value | undefined {
    if (property === 'sequelize') return connection
    if (property === 'name') return stringValue(spec.name)
    if (property === 'tableName') return spec.table && !spec.table.dynamic ? stringValue(spec.table.name) : undefined
    return undefined
  }
}
