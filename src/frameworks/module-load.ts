import type { Migration, Script } from '../ir/migration.ts'
import { importsOf } from '../javascript/imports.ts'
import { exportsOf, instanceOf, isClass, type ModuleExports, memberOf, type Run, run } from '../javascript/interpret.ts'
import type { Blind, Host, Value } from '../javascript/value.ts'
import type { Project } from '../project/project.ts'
import type { Span } from '../source/span.ts'
import type { Entry } from './framework.ts'
import type { Happening } from './happenings.ts'
import type { Recorded, Transactions } from './transactions.ts'

/** What the functions of one script meet. */
export interface ScriptHost extends Host {
  /** The arguments of `up` and `down`. */
  readonly args: readonly Value[]
  readonly transactions: Transactions
}

/** A framework whose migrations are modules that export `up` and `down`. */
export interface ModuleRoom<H extends ScriptHost> {
  /** A host for one script: its transactions are numbered from zero. `exports`: what the module exports, once its top level was walked. */
  host(exports?: ModuleExports): H
  script(happenings: readonly Happening[], span: Span, host: H, direction: 'up' | 'down'): Script
  /** Is a function that is all that the module exports its `up`? */
  readonly wholeIsUp?: boolean
}

/** A migration as its module says it, and what else the module exports (undefined: it could not be read at all). */
export interface LoadedModule {
  readonly migration: Migration
  readonly exports: ModuleExports | undefined
}

const nothing: Value = { kind: 'undefined' }

/** Reads a migration's module. Never throws: what cannot be read is an `opaque` operation, or the migration says why it is `unreadable`. */
export function loadModule<H extends ScriptHost>(entry: Entry, project: Project, room: ModuleRoom<H>): LoadedModule {
  const file = project.read(entry.path)
  const whole: Span = { file: entry.path, start: 0, end: 'text' in file ? file.text.length : 0 }
  const base = { id: entry.id, files: [entry.path], down: undefined, downExpected: true }
  const empty = (happenings: readonly Happening[]) => room.script(happenings, whole, room.host(), 'up')
  if (!('text' in file)) return { migration: { ...base, up: empty([]), unreadable: file.error }, exports: undefined }

  const exports = exportsOf(entry.path, project, room.host())
  const up = exportedMember(exports, 'up', project, room) ?? wholeOf(exports, room)
  if (up === undefined) {
    const unread = exports.blinds.filter(({ because }) => because !== 'outside')
    const blinds = unread.length > 0 ? unread : unclear(exports, whole)
    const script = empty(blinds.map((blind): Happening => ({ kind: 'blind', blind })))
    const unreadable = blinds.length > 0 ? {} : { unreadable: `${entry.path} exports no "up"` }
    // What cannot be read may have a way back.
    return { migration: { ...base, downExpected: blinds.length === 0, up: script, ...unreadable }, exports }
  }
  const down = exportedMember(exports, 'down', project, room)
  const upScript = walked(up, exports, whole, project, room, 'up')
  const downScript = down && walked(down, exports, whole, project, room, 'down')
  const files = filesOf(entry.path, upScript, downScript)
  const imports = exports.module ? importsOf(exports.module, project) : []
  return { migration: { ...base, files, up: upScript, down: downScript, imports }, exports }
}

/** A function that the module exports: by name, in its default export, or as a method of the class or object that it exports. */
function exportedMember(exports: ModuleExports, name: string, project: Project, room: ModuleRoom<ScriptHost>): Exported | undefined {
  const own = exports.values.get(name)
  if (own !== undefined && isCallable(own)) return { target: own, self: exports.common ?? nothing }
  for (const value of [exports.values.get('default'), exports.common]) {
    if (value === undefined || (value.kind !== 'object' && value.kind !== 'function')) continue
    const holder = isClass(value) ? instanceOf(value, [], project, room.host()) : value
    const found = memberOf(holder, name, project, room.host())
    if (found && isCallable(found)) return { target: found, self: holder }
  }
  return undefined
}

/** The function that is all that the module exports, where the framework takes it for `up`. */
function wholeOf(exports: ModuleExports, { wholeIsUp }: ModuleRoom<ScriptHost>): Exported | undefined {
  if (!wholeIsUp) return undefined
  const target = [exports.values.get('default'), exports.common].find((value) => value?.kind === 'function' && !isClass(value))
  return target && { target, self: nothing }
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

function walked<H extends ScriptHost>(
  found: Exported,
  exports: ModuleExports,
  whole: Span,
  project: Project,
  room: ModuleRoom<H>,
  direction: 'up' | 'down',
): Script {
  const { target, self } = found
  const host = room.host(exports)
  const span = target.kind === 'promise' ? whole : (target.span ?? whole)
  if (target.kind !== 'function') {
    const blind: Blind = { span, because: 'unknown-method', detail: 'the function of the migration could not be followed', context: {} }
    return room.script([{ kind: 'blind', blind }], span, host, direction)
  }
  const result = run(target, host.args, self, project, host)
  const happenings = merged(result)
  // What the module does when it is loaded happens before `up`; a helper that cannot be read concerns whoever calls it.
  if (direction === 'up')
    happenings.unshift(
      ...exports.blinds.filter((blind) => blind.because === 'syntax').map((blind): Happening => ({ kind: 'blind', blind })),
    )
  if (result.refuses) happenings.push({ kind: 'refusal', refusal: result.refuses })
  return { ...room.script(happenings, span, host, direction), ...(result.logsOnly ? { logsOnly: true } : {}) }
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

function filesOf(path: string, ...scripts: readonly (Script | undefined)[]): readonly string[] {
  const files = new Set([path])
  for (const script of scripts)
    for (const statement of script?.statements ?? []) if (statement.span.file !== '') files.add(statement.span.file)
  return [...files]
}
