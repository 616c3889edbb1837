import type { Project } from '../project/project.ts'
import type { Span } from '../source/span.ts'
import { callValue } from './calls.ts'
import { newSegment, restore, writeMember } from './fork.ts'
import { instantiate } from './functions.ts'
import { getMember } from './members.ts'
import { commonExports, ensure, exported, exportNames, moduleAt, newSession } from './modules.ts'
import type { ParsedModule } from './parse.ts'
import { leaveUnread, promiseOf, settle } from './promises.ts'
import { adopted } from './thenables.ts'
import type { Blind, Event, Host, Value } from './value.ts'
import { undef, unknown } from './values.ts'
import { type Budget, BudgetSignal, codeOf, standardBudget, type Throw, ThrowSignal, type UserCode, type Walk } from './walk.ts'

/** What walking a script found. */
export interface Run {
  /** In execution order. */
  readonly events: readonly Event[]
  readonly blinds: readonly Blind[]
  /** What the function returns; the inside of the promise when it returns one. */
  readonly returned: Value
  /** Every `throw` that was reached, with what surrounds it. */
  readonly throws: readonly Throw[]
  /** The throw that is always reached: no condition, loop or catch around it. */
  readonly refuses: Throw | undefined
  /** Statements directly in the function's body; undefined when the target is not a function of the program. */
  readonly statementCount: number | undefined
  /** The body has statements, and all that they do is log, resolve or return. */
  readonly logsOnly: boolean
  readonly steps: number
}

/** What a module exports. */
export interface ModuleExports {
  /** The parsed module; undefined when the file cannot be read. */
  readonly module: ParsedModule | undefined
  /** Named exports, `default`, and the members of `module.exports`. */
  readonly values: ReadonlyMap<string, Value>
  /** `module.exports` as a whole; undefined for a module of ECMAScript's own kind. */
  readonly common: Value | undefined
  /** What could not be read while the top level was walked; a syntax error is one of them. */
  readonly blinds: readonly Blind[]
  /** Calls that the top level itself makes. */
  readonly events: readonly Event[]
}

/** What is known of values beside themselves: the walk of a function meets those that the walk of its module made. */
const knowledge: Pick<
  Walk,
  'tests' | 'references' | 'outside' | 'suspects' | 'keysOf' | 'inner' | 'listed' | 'outcomes' | 'classes' | 'iterables'
> = {
  tests: new WeakMap(),
  references: new WeakMap(),
  outside: new WeakMap(),
  suspects: new WeakMap(),
  keysOf: new WeakMap(),
  inner: new WeakMap(),
  listed: new WeakMap(),
  outcomes: new WeakMap(),
  classes: new WeakMap(),
  iterables: new WeakMap(),
}

function newWalk(project: Project, host: Host, budget: Budget): Walk {
  const walk: Walk = {
    host,
    budget,
    events: [],
    blinds: [],
    throws: [],
    context: {},
    steps: 0,
    importSteps: 0,
    turns: 0,
    resumes: 2,
    looping: false,
    depth: 0,
    tries: 0,
    logs: 0,
    otherCalls: 0,
    segments: [],
    nextId: 1,
    invoked: [],
    direct: [],
    answer: undefined,
    ...knowledge,
    active: new Map(),
    record(name, data, span) {
      const event: Event = { name, data, span, context: walk.context, awaited: 'dropped' }
      walk.events.push(event)
      walk.direct.push(event)
      return event
    },
    promise(value, ...events) {
      return promiseOf(value, events)
    },
    invoke(target, args, span, self = undef) {
      const result = callValue(walk, target, self, args, span, target.kind === 'function' ? (target.name ?? 'callback') : 'callback')
      if (result.kind === 'promise') walk.invoked.push(result)
      return result
    },
    blind(span, because, detail) {
      walk.blinds.push({ span, because, detail, context: walk.context })
    },
    assign: (object, key, value) => writeMember(walk, object, key, value),
    readText(path) {
      const result = project.read(path)
      return 'text' in result ? result.text : undefined
    },
    listFiles: (folder) => project.glob([folder === '' ? '*' : `${folder}/*`]).map((path) => path.slice(path.lastIndexOf('/') + 1)),
  }
  return walk
}

/** Runs something within the budget: what would hang or overflow ends in a blind; a throw of the program ends the script. */
function bounded<T>(walk: Walk, span: Span, otherwise: T, work: () => T): T {
  try {
    return work()
  } catch (signal) {
    if (signal instanceof BudgetSignal) walk.blinds.push({ span: signal.span, because: 'budget', detail: signal.detail, context: {} })
    else if (signal instanceof RangeError)
      walk.blinds.push({ span, because: 'budget', detail: 'the code is nested too deeply to be read', context: {} })
    else if (!(signal instanceof ThrowSignal)) throw signal
    return otherwise
  }
}

/**
 * Walks the top level of a module and gives what it exports. Imports are followed when they are used. Never throws: a file that cannot be
 * read or parsed has no values and says so in `blinds`. `loadParser` must have been awaited.
 */
export function exportsOf(path: string, project: Project, host: Host, budget: Budget = standardBudget): ModuleExports {
  const session = newSession(project)
  const walk = newWalk(project, host, budget)
  const span = { file: path, start: 0, end: 0 }
  const module = moduleAt(session, path)
  const values = new Map<string, Value>()
  if (module === undefined) {
    const read = project.read(path)
    walk.blind(span, 'unsupported', 'error' in read ? read.error : 'the file cannot be read')
    return { module: undefined, values, common: undefined, blinds: walk.blinds, events: [] }
  }
  bounded(walk, span, undefined, () => {
    ensure(walk, module)
    for (const name of exportNames(walk, module)) {
      const value = exported(walk, module, name)
      if (value !== undefined) values.set(name, value)
    }
    return undefined
  })
  for (const segment of walk.segments) restore(segment)
  // What is compiled may import as one kind of module and export as the other.
  const common = module.esm && commonExports(module).kind !== 'function' ? undefined : commonExports(module)
  return { module: module.parsed, values, common, blinds: walk.blinds, events: walk.events }
}

/** Is this a class of the program? */
export function isClass(value: Value | undefined): boolean {
  return value?.kind === 'function' && codeOf(value)?.kind === 'class'
}

/** An instance of a class, and what making it recorded. */
export function instanceOf(target: Value, args: readonly Value[], project: Project, host: Host, budget: Budget = standardBudget): Value {
  const span = target.kind !== 'promise' && target.span ? target.span : { file: '', start: 0, end: 0 }
  const walk = newWalk(project, host, budget)
  if (target.kind !== 'function') return unknown('unknown', 'new', span)
  return bounded<Value>(walk, span, unknown('call', 'new', span), () => instantiate(walk, target, args, span, target.name ?? 'class'))
}

/** A member of an exported object or instance, methods included; undefined when there is none. */
export function memberOf(target: Value, name: string, project: Project, host: Host): Value | undefined {
  const walk = newWalk(project, host, standardBudget)
  const span = target.span ?? { file: '', start: 0, end: 0 }
  const value = bounded<Value>(walk, span, undef, () => getMember(walk, target, name, span, name))
  return value.kind === 'undefined' || value.kind === 'unknown' ? undefined : value
}

/** Calls a function of the program and keeps what it changes: what a program does to a class before anybody uses it. Never throws. */
export function prepare(target: Value, args: readonly Value[], project: Project, host: Host): void {
  const walk = newWalk(project, host, standardBudget)
  const span = target.span ?? { file: '', start: 0, end: 0 }
  bounded<Value>(walk, span, undef, () => callValue(walk, target, undef, args, span, 'prepare'))
}

/** Parameters that nobody gave a value to and that have no default. */
function unknownParameters(code: UserCode, given: number): readonly Value[] {
  const values: Value[] = []
  for (const parameter of code.node.params.slice(given)) {
    if (parameter.type !== 'Identifier') break
    values.push(unknown('parameter', parameter.name, { file: code.scope.frame.module.path, start: parameter.start, end: parameter.end }))
  }
  return values
}

/**
 * Walks a function with these arguments and reports what it did. What it changed in its module is taken back afterwards, so that `up` and
 * `down` each start from the module as it was loaded. Never throws.
 */
export function run(
  target: Value,
  args: readonly Value[],
  thisValue: Value,
  project: Project,
  host: Host,
  budget: Budget = standardBudget,
): Run {
  const walk = newWalk(project, host, budget)
  const span = target.span ?? { file: '', start: 0, end: 0 }
  const segment = newSegment()
  walk.segments.push(segment)
  const code = target.kind === 'function' ? codeOf(target) : undefined
  const body = code?.kind === 'user' ? code.node.body : undefined
  const missing = code?.kind === 'user' ? unknownParameters(code, args.length) : []
  const statementCount = body?.type === 'BlockStatement' ? body.body.length : body ? 1 : undefined
  const result = bounded<Value>(walk, span, undef, () => {
    const given = callValue(
      walk,
      target,
      thisValue,
      [...args, ...missing],
      span,
      target.kind === 'function' ? (target.name ?? 'function') : 'function',
    )
    const value = adopted(walk, given, span)
    settle(walk, value, 'returned')
    // No runner looks at what a migration gives back.
    leaveUnread(walk, value.kind === 'promise' ? value.value : value)
    return value
  })
  restore(segment)
  const refuses = walk.throws.find(
    ({ caught, context }) =>
      !caught && !context.guards?.length && !context.branches?.length && !context.loops?.length && context.block !== 'catch',
  )
  const quiet = walk.events.length === 0 && walk.blinds.length === 0 && walk.throws.length === 0
  // Entering the target itself is one of the calls that were counted.
  const logsOnly = quiet && (statementCount ?? 0) > 0 && walk.logs > 0 && walk.otherCalls <= (code?.kind === 'user' ? 1 : 0)
  return {
    events: walk.events,
    blinds: walk.blinds,
    returned: result.kind === 'promise' ? result.value : result,
    throws: walk.throws,
    refuses,
    statementCount,
    logsOnly,
    steps: walk.steps,
  }
}
