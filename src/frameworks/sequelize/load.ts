import type { Migration, Script } from '../../ir/migration.ts'
import { exportsOf, instanceOf, isClass, type ModuleExports, memberOf, type Run, run } from '../../javascript/interpret.ts'
import type { Blind, Value } from '../../javascript/value.ts'
import type { Project } from '../../project/project.ts'
import type { Span } from '../../source/span.ts'
import type { Entry, LoadOptions } from '../framework.ts'
import { type SequelizeHost, sequelizeHost } from './host.ts'
import { type Happening, statementsOf } from './script-of.ts'
import { type Recorded, transactions } from './transactions.ts'

const nothing: Value = { kind: 'undefined' }

/** Reads a migration's file. Never throws: what cannot be read is an `opaque` operation, or the migration says why it is `unreadable`. */
export function load(entry: Entry, project: Project, options: LoadOptions): Migration {
  const file = project.read(entry.path)
  const whole: Span = { file: entry.path, start: 0, end: 'text' in file ? file.text.length : 0 }
  const base = { id: entry.id, files: [entry.path], down: undefined, downExpected: true }
  if (!('text' in file)) return { ...base, up: scriptOf([], whole, options), unreadable: file.error }

  const exports = exportsOf(entry.path, project, sequelizeHost(options, project))
  const up = exportedMember(exports, 'up', project, options)
  if (up === undefined) {
    const unread = exports.blinds.filter(({ because }) => because !== 'outside')
    const blinds = unread.length > 0 ? unread : unclear(exports, whole)
    const script = scriptOf(
      blinds.map((blind): Happening => ({ kind: 'blind', blind })),
      whole,
      options,
    )
    return blinds.length > 0 ? { ...base, up: script } : { ...base, up: script, unreadable: `${entry.path} exports no "up"` }
  }
  const down = exportedMember(exports, 'down', project, options)
  const upScript = walked(up, exports, whole, project, options, true)
  const downScript = down && walked(down, exports, whole, project, options, false)
  return { ...base, files: filesOf(entry.path, upScript, downScript), up: upScript, down: downScript }
}

/** A function that the module exports: by name, in its default export, or as a method of the class or object that it exports. */
function exportedMember(exports: ModuleExports, name: string, project: Project, options: LoadOptions): Exported | undefined {
  const own = exports.values.get(name)
  if (own !== undefined && isCallable(own)) return { target: own, self: exports.common ?? nothing }
  for (const value of [exports.values.get('default'), exports.common]) {
    if (value === undefined || (value.kind !== 'object' && value.kind !== 'function')) continue
    const holder = isClass(value) ? instanceOf(value, [], project, sequelizeHost(options, project)) : value
    const found = memberOf(holder, name, project, sequelizeHost(options, project))
    if (found && isCallable(found)) return { target: found, self: holder }
  }
  return undefined
}

interface Exported {
  readonly target: Value
  readonly self: Value
}

function isCallable(value: Value): boolean {
  return value.kind === 'function' || value.kind === 'unknown' || value.kind === 'handle'
}

/** No `up` was found: is it because what is exported could not be followed? */
function unclear(exports: ModuleExports, whole: Span): readonly Blind[] {
  const common = exports.common
  const open =
    common?.kind === 'unknown' || (common?.kind === 'object' && !common.complete) || exports.values.get('default')?.kind === 'unknown'
  return open ? [{ span: whole, because: 'unknown-method', detail: 'what the file exports could not be followed', context: {} }] : []
}

function walked(found: Exported, exports: ModuleExports, whole: Span, project: Project, options: LoadOptions, isUp: boolean): Script {
  const { target, self } = found
  const host = sequelizeHost(options, project)
  const span = target.kind === 'promise' ? whole : (target.span ?? whole)
  if (target.kind !== 'function') {
    const blind: Blind = { span, because: 'unknown-method', detail: 'the function of the migration could not be followed', context: {} }
    return scriptOf([{ kind: 'blind', blind }], span, options)
  }
  const result = run(target, host.args, self, project, host)
  // What the module does when it is loaded happens before `up`; a helper that cannot be read concerns whoever calls it.
  const happenings = merged(result)
  if (isUp)
    happenings.unshift(
      ...exports.blinds.filter((blind) => blind.because === 'syntax').map((blind): Happening => ({ kind: 'blind', blind })),
    )
  if (result.refuses) happenings.push({ kind: 'refusal', refusal: result.refuses })
  return { ...scriptOf(happenings, span, options, host), ...(result.logsOnly ? { logsOnly: true } : {}) }
}

/** Events in their order, and what could not be read where it stands among those of its file. */
function merged(result: Run): Happening[] {
  const found: Happening[] = result.events.filter((event) => isRecorded(event.data)).map((event): Happening => ({ kind: 'event', event }))
  const said = new Set<string>()
  for (const blind of result.blinds) {
    // A function that calls itself comes here once for each way into it.
    const key = `${blind.span.file} ${blind.span.start} ${blind.detail}`
    if (said.has(key)) continue
    said.add(key)
    const at = found.findIndex(
      (one) => one.kind === 'event' && one.event.span.file === blind.span.file && one.event.span.start > blind.span.start,
    )
    if (at < 0) found.push({ kind: 'blind', blind })
    else found.splice(at, 0, { kind: 'blind', blind })
  }
  return found
}

function isRecorded(data: unknown): data is Recorded {
  return typeof data === 'object' && data !== null && 'drafts' in data
}

function scriptOf(happenings: readonly Happening[], span: Span, options: LoadOptions, host?: SequelizeHost): Script {
  const { transaction, cls } = options.runner
  const state = host?.transactions ?? transactions()
  const given = state.fromRunner !== undefined
  return {
    ambient: transaction === 'all' ? 'all-pending' : transaction === 'each' ? 'migration' : 'none',
    ambientBecause:
      transaction === undefined
        ? given
          ? 'the migration is given a transaction and passes it to its calls; sequelize-cli and umzug open none'
          : 'sequelize-cli and umzug open no transaction'
        : 'the configuration says how the runner wraps migrations',
    ambientAssumed: false,
    // lib/dialects/sqlite/connection-manager.js switches them on for every connection.
    foreignKeys: true,
    statements: statementsOf(happenings, state, cls === true),
    span,
  }
}

function filesOf(path: string, ...scripts: readonly (Script | undefined)[]): readonly string[] {
  const files = new Set([path])
  for (const script of scripts)
    for (const statement of script?.statements ?? []) if (statement.span.file !== '') files.add(statement.span.file)
  return [...files]
}
