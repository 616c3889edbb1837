import { type DeclaredCall, type DeclaredClass, type Decoration, declarationsOf, type Written } from '../../javascript/declarations.ts'
import type { Project } from '../../project/project.ts'
import type { Declared, History } from '../framework.ts'
import { isOfDatabaseOf } from '../package-of.ts'
import { type DefineOptions, defineOptionsOf } from './connection.ts'
import { defaultTable, underscored } from './names.ts'

/** A model by which the application reaches a table. */
interface DeclaredModel {
  readonly model: string
  readonly table: string
  /** The columns of attributes that are not named like them. */
  readonly renamed: ReadonlyMap<string, string>
  /** Rows are marked as deleted, not removed. */
  readonly paranoid: boolean
}

/** What the files of models say. */
interface Found {
  readonly tables: Map<string, { columns: Set<string> | undefined; file: string; model: string }>
  readonly models: DeclaredModel[]
  /** The connection's `define`. */
  readonly globals: DefineOptions
}

/** The calls and decorators by which a file declares models. */
const declares = /\.define\s*\(|\.init\s*\(|@Table\b|\bsequelize-typescript\b/
const methods: ReadonlySet<string> = new Set(['define', 'init'])

const remembered = new WeakMap<Project, Map<string, Found>>()

/**
 * The tables and columns that the application's Sequelize models declare: `sequelize.define`, `class … extends Model` with `init`, and
 * sequelize-typescript's decorators. Read once for each project and folder of models; undefined when there are none.
 */
export function declared(project: Project, history: History): Declared | undefined {
  const { tables } = found(project, history)
  return tables.size > 0 ? { tables } : undefined
}

/** The model of a name as the application declares it; undefined when no file of models does. */
export function declaredModel(project: Project, history: History, name: string): DeclaredModel | undefined {
  return found(project, history).models.find(({ model }) => model === name)
}

/** The options that the connection gives to all models. */
export function globalsOf(project: Project, history: History): DefineOptions {
  return found(project, history).globals
}

function found(project: Project, history: History): Found {
  const folder = typeof history.settings.models === 'string' ? history.settings.models : undefined
  const key = `${folder ?? ''}\n${history.directory}`
  let known = remembered.get(project)
  if (known === undefined) {
    known = new Map()
    remembered.set(project, known)
  }
  let own = known.get(key)
  if (own === undefined) {
    own = read(project, history, folder)
    known.set(key, own)
  }
  return own
}

function read(project: Project, history: History, folder: string | undefined): Found {
  const named = folder === undefined ? [] : project.glob([`${folder}/**/*.{js,ts,cjs,mjs}`])
  const files =
    named.length > 0
      ? named
      : project
          .glob(['**/{models,model,entities,entity,schemas}/**/*.{js,ts,cjs,mjs}', '**/*.{model,entity}.{js,ts}'])
          .filter(isOfDatabaseOf(project, history.directory))
  const all: Found = { tables: new Map(), models: [], globals: defineOptionsOf(project, history.directory) }
  for (const path of files) {
    if (path.startsWith(`${history.directory}/`) || /\.d\.ts$|\.(?:test|spec)\.|(?:^|\/)migrations\//.test(path)) continue
    const file = project.read(path)
    if (!('text' in file) || !declares.test(file.text)) continue
    const declarations = declarationsOf(path, file.text, methods)
    if (declarations === undefined) continue
    for (const call of declarations.calls) fromCall(call, path, all)
    for (const one of declarations.classes) fromDecorators(one, path, all)
  }
  return all
}

function text(value: Written | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined
}

function object(value: Written | undefined): Extract<Written, { kind: 'object' }> | undefined {
  return value?.kind === 'object' ? value : undefined
}

function member(value: Written | undefined, name: string): Written | undefined {
  return object(value)?.members.get(name)
}

function isTrue(value: Written | undefined): boolean {
  return value?.kind === 'boolean' && value.value
}

/** An option of a model, or what the connection says of all of them. */
function option(options: Written | undefined, name: 'underscored' | 'freezeTableName', globals: DefineOptions): boolean {
  const given = member(options, name)
  return given?.kind === 'boolean' ? given.value : globals[name]
}

function tableOf(model: string, options: Written | undefined, globals: DefineOptions): string {
  const named = text(member(options, 'tableName'))
  return named ?? defaultTable(model, option(options, 'underscored', globals), option(options, 'freezeTableName', globals))
}

/** Attributes with the columns that they are kept in; `complete` false: there may be others. */
interface Columns {
  readonly byAttribute: Map<string, string>
  readonly complete: boolean
}

function add(all: Found, table: string, { byAttribute, complete }: Columns, file: string, model: string, paranoid: boolean): void {
  const { tables } = all
  const columns = complete ? new Set(byAttribute.values()) : undefined
  const before = tables.get(table)
  if (before === undefined) tables.set(table, { columns, file, model })
  else if (columns === undefined || before.columns === undefined) before.columns = undefined
  else for (const column of columns) before.columns.add(column)
  all.models.push({ model, table, renamed: new Map([...byAttribute].filter(([name, column]) => name !== column)), paranoid })
}

function columnsOf(attributes: Written | undefined, options: Written | undefined, globals: DefineOptions): Columns {
  const given = object(attributes)
  const snake = option(options, 'underscored', globals)
  const byAttribute = new Map<string, string>()
  for (const [name, value] of given?.members ?? []) {
    if (isVirtual(value)) continue
    byAttribute.set(name, text(member(value, 'field')) ?? (snake ? underscored(name) : name))
  }
  addTimestamps(byAttribute, options, snake)
  return { byAttribute, complete: given?.complete === true }
}

function isVirtual(value: Written): boolean {
  const type = value.kind === 'object' ? value.members.get('type') : value
  const name = type?.kind === 'name' ? type.text : type?.kind === 'call' ? type.callee : ''
  return name.endsWith('VIRTUAL')
}

function addTimestamps(columns: Map<string, string>, options: Written | undefined, snake: boolean): void {
  const add = (name: string) => {
    const given = member(options, name)
    if (given?.kind === 'boolean' && !given.value) return
    const attribute = text(given) ?? name
    columns.set(attribute, snake ? underscored(attribute) : attribute)
  }
  const timestamps = member(options, 'timestamps')
  if (timestamps?.kind !== 'boolean' || timestamps.value) {
    add('createdAt')
    add('updatedAt')
  }
  if (isTrue(member(options, 'paranoid'))) add('deletedAt')
}

function fromCall(call: DeclaredCall, file: string, all: Found): void {
  const [first, second, third] = call.args
  if (call.method === 'define') {
    const model = text(first)
    if (model === undefined) return
    const paranoid = isTrue(member(third, 'paranoid'))
    add(all, tableOf(model, third, all.globals), columnsOf(second, third, all.globals), file, model, paranoid)
    return
  }
  if (first === undefined || second === undefined || call.receiver === '') return
  const model = text(member(second, 'modelName')) ?? (call.receiver === 'super' || call.receiver === 'this' ? undefined : call.receiver)
  const table = text(member(second, 'tableName'))
  if (table === undefined && (model === undefined || member(second, 'sequelize') === undefined)) return
  const paranoid = isTrue(member(second, 'paranoid'))
  add(all, table ?? tableOf(model!, second, all.globals), columnsOf(first, second, all.globals), file, model ?? call.receiver, paranoid)
}

const columnDecorators = /^(?:Column|ForeignKey|PrimaryKey|CreatedAt|UpdatedAt|DeletedAt|AutoIncrement)$/

function decorator(decorations: readonly Decoration[], name: string): Decoration | undefined {
  return decorations.find((one) => one.name === name || one.name.endsWith(`.${name}`))
}

/** sequelize-typescript: `@Table({ tableName }) class User extends Model { @Column name: string }`. */
function fromDecorators(one: DeclaredClass, file: string, all: Found): void {
  const table = decorator(one.decorators, 'Table')
  if (table === undefined || one.name === undefined) return
  const [first] = table.args
  const options = first?.kind === 'text' ? table.args[1] : first
  const snake = option(options, 'underscored', all.globals)
  const byAttribute = new Map<string, string>()
  for (const { name, decorators, static: isStatic } of one.members) {
    if (isStatic || !decorators.some((found) => columnDecorators.test(found.name))) continue
    const settings = decorator(decorators, 'Column')?.args[0]
    if (settings !== undefined && isVirtual(settings)) continue
    const column = text(member(settings, 'field')) ?? (settings?.kind === 'text' ? settings.text : snake ? underscored(name) : name)
    byAttribute.set(name, column)
  }
  if (options?.kind === 'object' || options === undefined) addTimestamps(byAttribute, options, snake)
  const columns: Columns = { byAttribute, complete: one.parent === 'Model' }
  add(all, tableOf(one.name, options, all.globals), columns, file, one.name, isTrue(member(options, 'paranoid')))
}
