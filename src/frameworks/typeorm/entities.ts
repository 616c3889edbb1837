import { type DeclaredClass, declarationsOf, type Written } from '../../javascript/declarations.ts'
import type { Project } from '../../project/project.ts'
import type { Declared, History } from '../framework.ts'
import { isOfDatabaseOf } from '../package-of.ts'
import { snakeCase } from './naming.ts'

/** An entity class or schema as its file declares it. */
interface Entity {
  readonly model: string
  readonly table: string
  readonly file: string
  readonly columns: readonly string[]
  /** The columns of properties that are not named like them. */
  readonly renamed: ReadonlyMap<string, string>
  /** False when columns may exist that were not read: embedded objects, a parent class that was not found. */
  complete: boolean
  readonly parent: string | undefined
  /** A class with columns that is no entity by itself, or shares its parent's table. */
  readonly own: 'entity' | 'child' | 'base'
}

const marks = /@Entity\b|@ChildEntity\b|\bEntitySchema\b|@(?:Primary)?(?:Generated)?Column\b/
const columnDecorators = new Set([
  'Column',
  'PrimaryColumn',
  'PrimaryGeneratedColumn',
  'CreateDateColumn',
  'UpdateDateColumn',
  'DeleteDateColumn',
  'VersionColumn',
  'ObjectIdColumn',
])
const source = '**/*.{ts,js,mts,cts,mjs,cjs}'
const passedOver = [
  '**/*.d.ts',
  '**/*.{spec,test}.*',
  '**/migrations/**',
  '**/migration/**',
  '**/{dist,build,coverage,test,tests,__tests__}/**',
]
const mostFiles = 20_000

const known = new WeakMap<Project, readonly Entity[]>()

/** Every entity of the project, read once; the parser must be loaded. */
function entitiesOf(project: Project): readonly Entity[] {
  const cached = known.get(project)
  if (cached) return cached
  const found: Entity[] = []
  for (const file of project.glob([source], passedOver).slice(0, mostFiles)) {
    const read = project.read(file)
    if (!('text' in read) || !marks.test(read.text)) continue
    const declarations = declarationsOf(file, read.text, new Set(['EntitySchema']))
    for (const one of declarations?.classes ?? []) {
      const entity = entityOf(one, file)
      if (entity) found.push(entity)
    }
    for (const call of declarations?.calls ?? []) {
      const entity = call.method === 'EntitySchema' ? ofSchema(call.args[0], file) : undefined
      if (entity) found.push(entity)
    }
  }
  known.set(project, found)
  return found
}

function memberOf(value: Written | undefined, name: string): Written | undefined {
  return value?.kind === 'object' ? value.members.get(name) : undefined
}

function textOf(value: Written | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined
}

function entityOf(one: DeclaredClass, file: string): Entity | undefined {
  if (one.name === undefined) return undefined
  const mark = one.decorators.find(({ name }) => name === 'Entity' || name === 'ChildEntity')
  const columns: string[] = []
  const renamed = new Map<string, string>()
  const add = (property: string, column: string) => {
    columns.push(column)
    if (property !== column) renamed.set(property, column)
  }
  let complete = true
  for (const member of one.members) {
    if (member.static || member.method) continue
    for (const { name, args } of member.decorators) {
      if (columnDecorators.has(name)) {
        if (args.some((argument) => argument.kind === 'function')) complete = false
        else
          add(member.name, textOf(args.map((argument) => memberOf(argument, 'name')).find((found) => found !== undefined)) ?? member.name)
      } else if (name === 'JoinColumn') {
        const given = textOf(memberOf(args[0], 'name'))
        add(member.name, given ?? `${member.name}Id`)
      } else if (name === 'ManyToOne' && !member.decorators.some((other) => other.name === 'JoinColumn'))
        add(member.name, `${member.name}Id`)
    }
  }
  if (mark === undefined && columns.length === 0) return undefined
  const first = mark?.args[0]
  const given = textOf(first) ?? textOf(memberOf(first, 'name')) ?? textOf(memberOf(mark?.args[1], 'name'))
  // A name that is computed is no name that could be compared.
  if (mark && given === undefined && first !== undefined && first.kind !== 'object') return undefined
  return {
    model: one.name,
    table: given ?? snakeCase(one.name),
    file,
    columns,
    renamed,
    complete,
    parent: one.parent,
    own: mark === undefined ? 'base' : mark.name === 'Entity' ? 'entity' : 'child',
  }
}

function ofSchema(options: Written | undefined, file: string): Entity | undefined {
  const name = textOf(memberOf(options, 'name'))
  if (options?.kind !== 'object' || name === undefined) return undefined
  const columns = memberOf(options, 'columns')
  const pairs = columns?.kind === 'object' ? [...columns.members] : []
  const named = pairs.map(([property, column]) => [property, textOf(memberOf(column, 'name')) ?? property] as const)
  return {
    model: name,
    table: textOf(memberOf(options, 'tableName')) ?? snakeCase(name),
    file,
    columns: named.map(([, column]) => column),
    renamed: new Map(named.filter(([property, column]) => property !== column)),
    complete: columns?.kind === 'object' && columns.complete && !options.members.has('relations') && !options.members.has('embeddeds'),
    parent: undefined,
    own: 'entity',
  }
}

/** The table of an entity class by its name; undefined when the project declares none. */
export function tableOfEntity(project: Project, className: string): string | undefined {
  return entitiesOf(project).find((entity) => entity.model === className && entity.own === 'entity')?.table
}

/**
 * The columns of an entity's table whose property has another name: column by property, its parents' included. Entities that share a table
 * are taken together. Empty for a table that no entity declares.
 */
export function renamedColumnsOf(project: Project, table: string): ReadonlyMap<string, string> {
  const entities = entitiesOf(project)
  const found = new Map<string, string>()
  for (const entity of entities) {
    if (entity.own === 'base' || entity.table !== table) continue
    let at: Entity | undefined = entity
    for (let depth = 0; at !== undefined && depth < 10; depth++) {
      for (const [property, column] of at.renamed) if (!found.has(property)) found.set(property, column)
      const parent: string | undefined = at.parent
      at = parent === undefined ? undefined : entities.find(({ model }) => model === parent)
    }
  }
  return found
}

/**
 * What the project's entities still declare. With a naming strategy of its own the tables are taken as TypeORM's default names them, and the
 * columns are not known.
 */
export function declaredEntities(project: Project, history: History): Declared | undefined {
  const isOwn = isOfDatabaseOf(project, history.directory)
  const entities = entitiesOf(project).filter(({ file }) => isOwn(file))
  const strategy = history.settings.namingStrategy === true
  const byModel = new Map(entities.map((entity) => [entity.model, entity]))
  const tables = new Map<string, { columns: Set<string> | undefined; readonly file: string; readonly model: string }>()
  for (const entity of entities) {
    if (entity.own === 'base') continue
    const columns = new Set<string>()
    let complete = !strategy
    let table = entity.table
    let at: Entity | undefined = entity
    for (let depth = 0; at !== undefined && depth < 10; depth++) {
      for (const column of at.columns) columns.add(column)
      complete &&= at.complete
      if (at.own === 'child' && at.parent !== undefined) table = byModel.get(at.parent)?.table ?? table
      const parent: string | undefined = at.parent
      const next: Entity | undefined = parent === undefined ? undefined : byModel.get(parent)
      if (parent !== undefined && next === undefined && parent !== 'BaseEntity' && parent !== 'Object') complete = false
      at = next
    }
    const before = tables.get(table)
    const all =
      before?.columns && complete
        ? new Set([...before.columns, ...columns])
        : before && !before.columns
          ? undefined
          : complete
            ? columns
            : undefined
    tables.set(table, { columns: all, file: before?.file ?? entity.file, model: before?.model ?? entity.model })
  }
  return tables.size === 0 ? undefined : { tables }
}
