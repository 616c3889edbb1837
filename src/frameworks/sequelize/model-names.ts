import type { Name } from '../../ir/names.ts'
import type { HandleValue, UnreadCall, Value } from '../../javascript/value.ts'
import type { Project } from '../../project/project.ts'
import type { LoadOptions } from '../framework.ts'
import { booleanOf, handle, isOpen, member, objectOf, shown, textMember, textOf } from '../values.ts'
import { declaredModel, globalsOf } from './models.ts'
import { defaultTable, hasSchemas, underscored } from './names.ts'

/** A model that a migration uses. */
export interface ModelSpec {
  readonly name: string
  /** The table; `dynamic` when it is only what Sequelize makes of the name by default. undefined: the name is not known either. */
  readonly table: Name | undefined
  /** The columns of attributes that are not named like them. */
  readonly renamed: ReadonlyMap<string, string>
  /** Rows are marked as deleted, not removed. */
  readonly paranoid: boolean
}

/** What the names of models mean in one project. */
export interface Models {
  /** A model of which only the name is known: `sequelize.models.User`. */
  named(name: string): ModelSpec
  /** Is a model of this name declared by the application? */
  isDeclared(name: string): boolean
  /** `sequelize.define(name, attributes, options)` and `Model.init(attributes, options)`. */
  defined(name: Value | string | undefined, attributes: Value | undefined, options: Value | undefined): ModelSpec
}

const none: ReadonlyMap<string, string> = new Map()

export function modelsOf(project: Project, { history, dialect }: LoadOptions): Models {
  const spec = (name: string, table: Name | undefined, renamed = none, paranoid = false): ModelSpec => ({ name, table, renamed, paranoid })

  function named(name: string): ModelSpec {
    const known = declaredModel(project, history, name)
    if (known) return spec(name, { name: known.table }, known.renamed, known.paranoid)
    const { underscored: snake, freezeTableName } = globalsOf(project, history)
    return spec(name, { name: defaultTable(name, snake, freezeTableName), dynamic: true })
  }

  return {
    named,
    isDeclared: (name) => declaredModel(project, history, name) !== undefined,
    defined(given, attributes, options) {
      const own = typeof given === 'string' ? given : textOf(given)
      const name = textMember(options, 'modelName') ?? own
      const globals = globalsOf(project, history)
      const snake = booleanOf(member(options, 'underscored')) ?? globals.underscored
      const written = member(options, 'tableName')
      const table = written === undefined ? undefined : textOf(written)
      const frozen = booleanOf(member(options, 'freezeTableName')) ?? globals.freezeTableName
      const renamed = new Map<string, string>()
      for (const [key, value] of objectOf(attributes)?.members ?? []) {
        const column = textMember(value, 'field') ?? (snake ? underscored(key) : key)
        if (column !== key) renamed.set(key, column)
      }
      const paranoid = booleanOf(member(options, 'paranoid')) === true
      const full = (plain: string): Name => {
        const schema = textMember(options, 'schema')
        if (schema === undefined) return { name: plain }
        return hasSchemas(dialect.name) ? { schema, name: plain } : { name: `${schema}.${plain}` }
      }
      if (table !== undefined) return spec(name ?? shown(written), full(table), renamed, paranoid)
      if (name === undefined || written !== undefined) return spec(name ?? shown(written), undefined, renamed, paranoid)
      const guess = full(defaultTable(name, snake, frozen))
      return spec(name, isOpen(options) ? { ...guess, dynamic: true } : guess, renamed, paranoid)
    },
  }
}

export function modelHandle(spec: ModelSpec): HandleValue {
  return handle('model', spec)
}

export function modelSpec(value: Value): ModelSpec | undefined {
  return value.kind === 'handle' && value.name === 'model' ? (value.data as ModelSpec) : undefined
}

/** Methods by which something that is not known shows itself as one of Sequelize's models, whatever its name is. */
const unmistakable: ReadonlySet<string> = new Set(['bulkCreate', 'findAll', 'findByPk', 'findOrCreate', 'findAndCountAll'])
const perhaps: ReadonlySet<string> = new Set(['create', 'findOne', 'upsert', 'count'])

/**
 * The model whose method a call of something unknown is: `db.User.update({ … }, { where })`. It is one by its name, which the application
 * declares, or by the method and the options that only models have; undefined: nothing tells that it is.
 */
export function modelCalled({ expression, method, args }: UnreadCall, models: Models): string | undefined {
  const name = /([A-Za-z_$][\w$]*)\s*[?!]?\.\s*[\w$]+$/.exec(expression)?.[1]
  if (name === undefined || name === 'this') return undefined
  const asks = (options: Value | undefined) => member(options, 'where') !== undefined
  const shaped =
    unmistakable.has(method) ||
    (method === 'update' && asks(args[1]) && args[0]?.kind !== 'string') ||
    (method === 'destroy' && (asks(args[0]) || member(args[0], 'truncate') !== undefined)) ||
    ((method === 'increment' || method === 'decrement') && asks(args[1]))
  if (shaped || models.isDeclared(name)) return name
  return perhaps.has(method) && /^[A-Z]/.test(name) && (args.length === 0 || args[0]?.kind === 'object') ? name : undefined
}
