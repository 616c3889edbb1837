import { type DeclaredCall, type DeclaredClass, type Decoration, declarationsOf, type Written } from '../../javascript/declarations.ts'
import type { Project } from '../../project/project.ts'
import type { Declared, History } from '../framework.ts'
import { underscored } from './names.ts'

type Tables = Map<string, { columns: Set<string> | undefined; file: string; model: string }>

/** The calls and decorators by which a file declares models. */
const declares = /\.define\s*\(|\.init\s*\(|@Table\b|\bsequelize-typescript\b/
const methods: ReadonlySet<string> = new Set(['define', 'init'])

const remembered = new WeakMap<Project, Map<string, Declared | undefined>>()

/**
 * The tables and columns that the application's Sequelize models declare: `sequelize.define`, `class … extends Model` with `init`, and
 * sequelize-typescript's decorators. Read once for each project and folder of models; undefined when there are none.
 */
export function declared(project: Project, history: History): Declared | undefined {
  const folder = typeof history.settings.models === 'string' ? history.settings.models : undefined
  const key = `${folder ?? ''}\n${history.directory}`
  let known = remembered.get(project)
  if (known === undefined) {
    known = new Map()
    remembered.set(project, known)
  }
  if (!known.has(key)) known.set(key, read(project, history, folder))
  return known.get(key)
}

function read(project: Project, history: History, folder: string | undefined): Declared | undefined {
  const named = folder === undefined ? [] : project.glob([`${folder}/**/*.{js,ts,cjs,mjs}`])
  const files =
    named.length > 0
      ? named
      : project.glob(['**/{models,model,entities,entity,schemas}/**/*.{js,ts,cjs,mjs}', '**/*.{model,entity}.{js,ts}'])
  const tables: Tables = new Map()
  for (const path of files) {
    if (path.startsWith(`${history.directory}/`) || /\.d\.ts$|\.(?:test|spec)\.|(?:^|\/)migrations\//.test(path)) continue
    const file = project.read(path)
    if (!('text' in file) || !declares.test(file.text)) continue
    const found = declarationsOf(path, file.text, methods)
    if (found === undefined) continue
    for (const call of found.calls) fromCall(call, path, tables)
    for (const one of found.classes) fromDecorators(one, path, tables)
  }
  return tables.size > 0 ? { tables } : undefined
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

/** The table's name from a model's options; without `tableName` the library makes the plural, of which only the regular form is known here. */
function tableOf(model: string, options: Written | undefined): string {
  const named = text(member(options, 'tableName'))
  if (named !== undefined) return named
  const own = isTrue(member(options, 'underscored')) ? underscored(model) : model
  return isTrue(member(options, 'freezeTableName')) ? own : plural(own)
}

/** https://www.npmjs.com/package/inflection, the regular cases; irregular words are not guessed. */
function plural(word: string): string {
  if (/(?:s|x|z|ch|sh)$/i.test(word)) return /s$/i.test(word) && !/ss$/i.test(word) ? word : `${word}es`
  return /[^aeiou]y$/i.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`
}

function add(tables: Tables, table: string, columns: Set<string> | undefined, file: string, model: string): void {
  const before = tables.get(table)
  if (before === undefined) tables.set(table, { columns, file, model })
  else if (columns === undefined || before.columns === undefined) before.columns = undefined
  else for (const column of columns) before.columns.add(column)
}

/** The columns of an object of attributes; undefined when there may be others. */
function columnsOf(attributes: Written | undefined, options: Written | undefined): Set<string> | undefined {
  const given = object(attributes)
  if (given === undefined || !given.complete) return undefined
  const snake = isTrue(member(options, 'underscored'))
  const columns = new Set<string>()
  for (const [name, value] of given.members) {
    if (isVirtual(value)) continue
    columns.add(text(member(value, 'field')) ?? (snake ? underscored(name) : name))
  }
  addTimestamps(columns, options, snake)
  return columns
}

function isVirtual(value: Written): boolean {
  const type = value.kind === 'object' ? value.members.get('type') : value
  const name = type?.kind === 'name' ? type.text : type?.kind === 'call' ? type.callee : ''
  return name.endsWith('VIRTUAL')
}

function addTimestamps(columns: Set<string>, options: Written | undefined, snake: boolean): void {
  const add = (name: string) => {
    const given = member(options, name)
    if (given?.kind === 'boolean' && !given.value) return
    columns.add(text(given) ?? (snake ? underscored(name) : name))
  }
  const timestamps = member(options, 'timestamps')
  if (timestamps?.kind !== 'boolean' || timestamps.value) {
    add('createdAt')
    add('updatedAt')
  }
  if (isTrue(member(options, 'paranoid'))) add('deletedAt')
}

function fromCall(call: DeclaredCall, file: string, tables: Tables): void {
  const [first, second, third] = call.args
  if (call.method === 'define') {
    const model = text(first)
    if (model !== undefined) add(tables, tableOf(model, third), columnsOf(second, third), file, model)
    return
  }
  if (first === undefined || second === undefined || call.receiver === '') return
  const model = text(member(second, 'modelName')) ?? (call.receiver === 'super' || call.receiver === 'this' ? undefined : call.receiver)
  const table = text(member(second, 'tableName'))
  if (table === undefined && (model === undefined || member(second, 'sequelize') === undefined)) return
  add(tables, table ?? tableOf(model!, second), columnsOf(first, second), file, model ?? call.receiver)
}

const columnDecorators = /^(?:Column|ForeignKey|PrimaryKey|CreatedAt|UpdatedAt|DeletedAt|AutoIncrement)$/

function decorator(decorations: readonly Decoration[], name: string): Decoration | undefined {
  return decorations.find((one) => one.name === name || one.name.endsWith(`.${name}`))
}

/** sequelize-typescript: `@Table({ tableName }) class User extends Model { @Column name: string }`. */
function fromDecorators(one: DeclaredClass, file: string, tables: Tables): void {
  const table = decorator(one.decorators, 'Table')
  if (table === undefined || one.name === undefined) return
  const [first] = table.args
  const options = first?.kind === 'text' ? table.args[1] : first
  const snake = isTrue(member(options, 'underscored'))
  const columns = new Set<string>()
  for (const { name, decorators, static: isStatic } of one.members) {
    if (isStatic || !decorators.some((found) => columnDecorators.test(found.name))) continue
    const settings = decorator(decorators, 'Column')?.args[0]
    if (settings !== undefined && isVirtual(settings)) continue
    columns.add(text(member(settings, 'field')) ?? (settings?.kind === 'text' ? settings.text : snake ? underscored(name) : name))
  }
  if (options?.kind === 'object' || options === undefined) addTimestamps(columns, options, snake)
  add(
    tables,
    text(member(options, 'tableName')) ?? tableOf(one.name, options),
    one.parent === 'Model' ? columns : undefined,
    file,
    one.name,
  )
}
