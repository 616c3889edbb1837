import type { Migration, Script, Statement } from '../../ir/migration.ts'
import type { Operation } from '../../ir/operation.ts'
import { importsOf } from '../../javascript/imports.ts'
import { exportsOf, instanceOf, isClass, type ModuleExports, memberOf, type Run, run } from '../../javascript/interpret.ts'
import type { Host, Value } from '../../javascript/value.ts'
import type { Project } from '../../project/project.ts'
import type { Span } from '../../source/span.ts'
import { sessionOf } from '../connection-timeouts.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { type AmbientOf, ambientsOf } from './ambient.ts'
import { typeFor } from './data-source.ts'
import { renamedColumnsOf, tableOfEntity } from './entities.ts'
import { hostOf, queryRunner, type Surroundings } from './host.ts'
import { type Step, statementsOf } from './statements.ts'
import { wrap } from './wrapped.ts'

/** Reads one migration class. Never throws: what cannot be read is `opaque` in its place, or `unreadable` when no class is there. */
export function load(entry: Entry, project: Project, options: LoadOptions): Migration {
  const { path } = entry
  const read = project.read(path)
  const nowhere: Span = { file: path, start: 0, end: 0 }
  const ambients = ambientsOf(options, undefined)
  if (!('text' in read)) return unreadable(entry, nowhere, ambients.up, read.error)
  const whole: Span = { file: path, start: 0, end: read.text.length }
  const world: Surroundings = {
    dialect: options.dialect,
    connectionType: typeFor(options.dialect.name, options.history.settings.type),
    entityTable: (className) => tableOfEntity(project, className),
    columnOf: columnsOf(project),
    nextConnection: 1,
  }
  const host = hostOf(world)
  const module = exportsOf(path, project, host)
  const syntax = module.module?.error
  if (syntax) {
    const span = { file: path, start: syntax.offset, end: syntax.offset }
    const operation: Operation = { kind: 'opaque', span, because: 'syntax', detail: syntax.message }
    const up: Script = { ...ambients.up, span: whole, statements: [statement(operation)] }
    return { id: entry.id, files: [path], up, down: undefined, downExpected: false }
  }
  const found = classOf(module, entry)
  if (found === undefined)
    return unreadable(entry, whole, ambients.up, `no class with up(queryRunner) is exported as ${entry.exportName ?? entry.id}`)
  const { wrapper } = options.history.settings
  if (typeof wrapper === 'string') wrap(found, wrapper, project, host)
  const instance = instanceOf(found, [], project, host)
  const member = (name: string) => memberOf(instance, name, project, host)
  const property = member('transaction')
  const own = ambientsOf(options, property?.kind === 'boolean' ? property.value : undefined)
  const up = member('up')
  if (up === undefined) {
    const span = found.span ?? whole
    const detail = `The up of ${entry.exportName ?? entry.id} comes from a class that could not be read`
    const opaque = statement({ kind: 'opaque', span, because: 'unsupported', detail })
    return { id: entry.id, files: [path], up: { ...own.up, span, statements: [opaque] }, down: undefined, downExpected: false }
  }
  const down = member('down')
  const range = project.dependency('typeorm', path.slice(0, Math.max(0, path.lastIndexOf('/'))))
  const session = sessionOf(options.history.settings, options.dialect.name)
  const scriptFor = (direction: 'up' | 'down', target: Value): Script => ({
    ...scriptOf(target, instance, project, host, own[direction], whole, enforcesForeignKeys(direction, own[direction], range)),
    ...session,
  })
  const upScript = scriptFor('up', up)
  const downScript = down === undefined ? undefined : scriptFor('down', down)
  const files = filesOf(path, upScript, downScript)
  const imports = module.module ? importsOf(module.module, project) : []
  const migration = { id: entry.id, files, up: upScript, down: downScript, downExpected: true, imports }
  if (own.forbidden === undefined) return migration
  return { ...migration, refused: { span: overrideAt(read.text, found.span ?? whole), message: own.forbidden } }
}

function statement(operation: Operation): Statement {
  return { sql: undefined, span: operation.span, segment: undefined, batch: undefined, operations: [operation] }
}

function unreadable(entry: Entry, span: Span, ambient: AmbientOf, because: string): Migration {
  return {
    id: entry.id,
    files: [entry.path],
    up: { ...ambient, span, statements: [] },
    down: undefined,
    downExpected: false,
    unreadable: because,
  }
}

/** The class of an entry among what the module exports; a file with one class may export it under any name. */
function classOf(module: ModuleExports, entry: Entry): Value | undefined {
  const candidates = [...module.values.values(), ...(module.common ? [module.common] : [])].filter(isClass)
  return (
    candidates.find((value) => value.kind === 'function' && value.name === entry.exportName) ??
    candidates[0] ??
    module.values.get(entry.exportName ?? '')
  )
}

/** `transaction = …` in the class, for the reader's eye. */
function overrideAt(text: string, span: Span): Span {
  const at = /\btransaction\s{0,9}[=:]/.exec(text.slice(span.start, span.end))
  const start = at ? span.start + at.index : span.start
  const line = text.indexOf('\n', start)
  return { file: span.file, start, end: at ? (line === -1 ? text.length : line) : start }
}

/**
 * Are SQLite's foreign keys enforced while a script runs? Every driver switches them on when it connects, and off in `beforeMigration`: before the transaction of `up`
 * begins, since 0.3.13, and never where `up` has none; in that of `down`, where SQLite does not hear it (MigrationExecutor.js of 0.2.45 to 1.1.1).
 */
function enforcesForeignKeys(direction: 'up' | 'down', { ambient }: AmbientOf, range: string | undefined): boolean | undefined {
  if (ambient === 'unknown') return undefined
  if (direction === 'down') return ambient !== 'none'
  if (ambient === 'none') return true
  const exact = /^v?0\.3\.(\d+)$/.exec(range ?? '')
  const old = /^[~^]?v?0\.[0-2]\./.test(range ?? '') || (exact !== null && Number(exact[1]) < 13)
  // Applications that knew of it switch them off themselves before they have TypeORM migrate.
  return old ? undefined : false
}

function scriptOf(
  target: Value,
  instance: Value,
  project: Project,
  host: Host,
  ambient: AmbientOf,
  whole: Span,
  foreignKeys: boolean | undefined,
): Script {
  const walked = run(target, [queryRunner], instance, project, host)
  return {
    ...ambient,
    ...(foreignKeys === undefined ? {} : { foreignKeys }),
    span: (target.kind === 'function' ? target.span : undefined) ?? whole,
    statements: statementsOf(stepsOf(walked), ambient.ambient),
    ...(walked.logsOnly ? { logsOnly: true } : {}),
  }
}

/** Events in their order, with what could not be followed and the final throw at the places where they stand. */
function stepsOf(walked: Run): readonly Step[] {
  const steps: Step[] = walked.events.map((event) => ({ event }))
  for (const blind of walked.blinds) {
    const at = steps.findIndex(
      (step) => 'event' in step && step.event.span.file === blind.span.file && step.event.span.start > blind.span.start,
    )
    steps.splice(at === -1 ? steps.length : at, 0, { blind })
  }
  if (walked.refuses) steps.push({ refuses: walked.refuses })
  return steps
}

function filesOf(path: string, ...scripts: readonly (Script | undefined)[]): readonly string[] {
  const files = new Set([path])
  for (const script of scripts) for (const { span } of script?.statements ?? []) files.add(span.file)
  return [...files]
}

/** Looks entities up by table once each. A WHERE text may have lost the case of its properties. */
function columnsOf(project: Project): Surroundings['columnOf'] {
  const known = new Map<string, ReadonlyMap<string, string>>()
  return (table, property) => {
    let columns = known.get(table)
    if (!columns) {
      const renamed = renamedColumnsOf(project, table)
      columns = new Map([...renamed].flatMap(([name, column]) => [[name.toLowerCase(), column] as const, [name, column] as const]))
      known.set(table, columns)
    }
    return columns.get(property) ?? property
  }
}
