import type { ArrowFunctionExpression, Class, Function as FunctionNode } from 'oxc-parser'
import type { Branch, Guard, Loop } from '../ir/context.ts'
import type { Project } from '../project/project.ts'
import type { Span } from '../source/span.ts'
import type { ParsedModule } from './parse.ts'
import type {
  ArrayValue,
  Blind,
  Event,
  FunctionValue,
  HandleValue,
  Host,
  Machine,
  ObjectValue,
  Outside,
  PromiseValue,
  Value,
} from './value.ts'

/** How much work one script may cost before it ends in a blind of kind `budget`. */
export interface Budget {
  readonly steps: number
  readonly depth: number
  /** Turns of all unrolled loops together. */
  readonly turns: number
  /** UTF-16 units of one string. */
  readonly text: number
}

export const standardBudget: Budget = { steps: 200_000, depth: 60, turns: 2_000, text: 2_000_000 }

export type WalkContext = Event['context']

/** A `throw` that was reached. */
export interface Throw {
  readonly message: string | undefined
  readonly span: Span
  readonly context: WalkContext
  /** True when a `catch` of the program receives it. */
  readonly caught: boolean
}

export interface Cell {
  value: Value
  /** Computes the value at the first read (imports). */
  lazy?: ((walk: Walk) => Value) | undefined
}
export interface Scope {
  readonly vars: Map<string, Cell>
  readonly parent: Scope | undefined
  readonly frame: Frame
  /** `var` and function declarations land here. */
  readonly functionLevel: boolean
}
/** A run of one function body, or of a module's top level. */
export interface Frame {
  readonly module: ModuleRecord
  readonly self: Value
  readonly owner: ClassCode | undefined
  readonly args: readonly Value[]
  readonly asynchronous: boolean
  /** Values of returns that were reached on one side of an unknown condition. */
  readonly returns: PartialReturn[]
  readonly yields: Value[] | undefined
}
export interface PartialReturn {
  readonly value: Value
  readonly test: Test | undefined
  readonly side: boolean
}
export interface ModuleRecord {
  readonly path: string
  readonly parsed: ParsedModule
  readonly session: Session
  scope: Scope
  /** `module.exports`: an object at first; assignments replace it. */
  readonly moduleObject: ObjectValue
  readonly named: Map<string, Cell>
  /** Modules whose names are exported wholesale: `export * from`. */
  readonly stars: string[]
  state: 'new' | 'evaluating' | 'done'
  /** Its top level was not walked to the end: what it seems not to export it may well export. */
  cut: boolean
  esm: boolean
}
export interface Session {
  readonly project: Project
  readonly modules: Map<string, ModuleRecord>
}

export interface UserCode {
  readonly kind: 'user'
  readonly node: FunctionNode | ArrowFunctionExpression
  readonly scope: Scope
  /** An arrow's `this`, or the bound one. */
  readonly self: Value | undefined
  readonly owner: ClassCode | undefined
  readonly members: Map<string, Value>
}
export interface NativeCode {
  readonly kind: 'native'
  readonly run: (call: NativeCall) => Value | undefined
  readonly members: Map<string, Value>
  readonly construct?: (call: NativeCall) => Value | undefined
  /** What `super(…)` of a class of the program does to the new object, `self`. */
  readonly extend?: (call: NativeCall) => void
}
export interface NativeCall {
  readonly walk: Walk
  readonly self: Value
  readonly args: readonly Value[]
  readonly span: Span
  readonly expression: string
}
export interface ClassCode {
  readonly kind: 'class'
  readonly node: Class
  readonly name: string
  readonly scope: Scope
  readonly parent: Value | undefined
  readonly methods: Map<string, Value>
  readonly members: Map<string, Value>
}
/** A getter or setter standing among an object's members. */
export interface AccessorCode {
  readonly kind: 'accessor'
  readonly get: FunctionValue | undefined
  readonly set: FunctionValue | undefined
  readonly members: Map<string, Value>
}
export type Code = UserCode | NativeCode | ClassCode | AccessorCode

/** A condition whose answer is not known, taken apart. */
export type Test =
  | { readonly kind: 'known'; readonly value: boolean }
  | {
      readonly kind: 'atom'
      readonly value: Value
      readonly text: string
      readonly equality?: { readonly left: Value; readonly right: Value }
    }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'and' | 'or'; readonly left: Test; readonly right: Test; readonly text: string }

/** The writes since a fork began, with what stood there before. */
export interface Segment {
  readonly cells: Map<Cell, Value>
  readonly members: Map<ObjectValue, Map<string, Value | undefined>>
  readonly arrays: Map<ArrayValue, { readonly items: Value[]; readonly complete: boolean }>
}

export type Completion =
  | undefined
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue'; readonly label: string | undefined }

/** The state of one walk; everything that `run` reports is collected here. */
export interface Walk extends Machine {
  readonly host: Host
  readonly budget: Budget
  readonly events: Event[]
  readonly blinds: Blind[]
  readonly throws: Throw[]
  context: WalkContext
  steps: number
  /** Steps that the top levels of imported modules took. */
  importSteps: number
  turns: number
  /** How often a loop that uses up the budget may still be left, so that what comes behind it is read. */
  resumes: number
  /** Inside a loop: the outermost one is left as a whole. */
  looping: boolean
  depth: number
  /** How many `try` with a `catch` are open. */
  tries: number
  logs: number
  otherCalls: number
  segments: Segment[]
  nextId: number
  /** Promises that `invoke` gave to the host during the call that it is answering. */
  invoked: PromiseValue[]
  /** Events that the host recorded itself during the call that it is answering. */
  direct: Event[]
  readonly tests: WeakMap<Value, Test>
  /** What the host answered last: a `catch` asks whether that went well. */
  answer: Value | undefined
  /** A method read off a handle without calling it: `const { query } = runner`. */
  readonly references: WeakMap<Value, { readonly handle: HandleValue; readonly key: string }>
  /** Answers of unknown methods that are named as if they stored something; a blind when somebody waits for one. */
  /** What was got from outside the database, to tell whether the program waits for it. */
  readonly outside: WeakMap<Value, Outside>
  readonly suspects: WeakMap<Value, { readonly span: Span; readonly expression: string }>
  /** `Object.keys(x)` of something unknown: the x. */
  readonly keysOf: WeakMap<Value, Value>
  /** What happened to events inside an asynchronous function, until its own promise is settled. */
  readonly inner: WeakMap<Event, Event['awaited']>
  /** What stood around the call that put a builder into a list: it is sent only when somebody waits for the list, as often as it was put there. */
  readonly listed: WeakMap<Value, Walk['context']>
  /** What `Promise.allSettled` gives: the events whose failures only it tells of. */
  readonly outcomes: WeakMap<Value, readonly Event[]>
  readonly classes: WeakMap<ObjectValue, ClassCode>
  /** What iterating an object gives (Map, Set). */
  readonly iterables: WeakMap<ObjectValue, () => ArrayValue>
  /** Functions being walked, to stop recursion: how often one runs inside itself, and how much had happened before the first time. */
  readonly active: Map<unknown, { readonly times: number; readonly from: number }>
}

/** The program threw, definitely: unwinds to the nearest `try` of the program. */
export class ThrowSignal {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}
/** The budget is used up: unwinds the whole walk. */
export class BudgetSignal {
  readonly detail: string
  readonly span: Span
  constructor(detail: string, span: Span) {
    this.detail = detail
    this.span = span
  }
}

export function codeOf(value: FunctionValue): Code | undefined {
  const code = value.code
  return typeof code === 'object' && code !== null && 'kind' in code ? (code as Code) : undefined
}

export function spanOf(scope: Scope, node: { readonly start: number; readonly end: number }): Span {
  return { file: scope.frame.module.path, start: node.start, end: node.end }
}
export function textOf(scope: Scope, node: { readonly start: number; readonly end: number }): string {
  return scope.frame.module.parsed.text.slice(node.start, Math.min(node.end, node.start + 300))
}

/** A literal is a small part of a step: rows to be inserted are many of them, and cost little. */
const literalStep = 0.125

/** Counts a step; ends the walk when there are too many. */
export function step(walk: Walk, scope: Scope, node: { readonly type: string; readonly start: number; readonly end: number }): void {
  walk.steps += node.type === 'Literal' ? literalStep : 1
  if (walk.steps > walk.budget.steps) throw new BudgetSignal('reading this took too many steps', spanOf(scope, node))
}

export type Addition = { readonly guards: readonly Guard[]; readonly branches: readonly Branch[] }

/** The context with more guards and branches. */
export function within(context: WalkContext, addition: Addition): WalkContext {
  if (addition.guards.length === 0 && addition.branches.length === 0) return context
  return {
    ...context,
    ...(addition.guards.length > 0 ? { guards: [...(context.guards ?? []), ...addition.guards] } : {}),
    ...(addition.branches.length > 0 ? { branches: [...(context.branches ?? []), ...addition.branches] } : {}),
  }
}
export function withLoop(context: WalkContext, loop: Loop): WalkContext {
  return { ...context, loops: [...(context.loops ?? []), loop] }
}
export function childScope(parent: Scope): Scope {
  return { vars: new Map(), parent, frame: parent.frame, functionLevel: false }
}
export function declare(scope: Scope, name: string, value: Value): void {
  scope.vars.set(name, { value })
}
export function lookup(scope: Scope, name: string): Cell | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const cell = at.vars.get(name)
    if (cell !== undefined) return cell
  }
  return undefined
}
export function functionScope(scope: Scope): Scope {
  let at = scope
  while (!at.functionLevel && at.parent !== undefined) at = at.parent
  return at
}
