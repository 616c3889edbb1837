import type { Branch, Context, Guard, Loop } from '../ir/context.ts'
import type { Span } from '../source/span.ts'
import type { HoleReason, Piece, RowColumn } from '../source/traced.ts'

/** What the reader knows of a JavaScript value without running anything. `span` is where it was written. */
export type Value =
  | { readonly kind: 'undefined' | 'null'; readonly span?: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span?: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span?: Span }
  | StringValue
  | ArrayValue
  | ObjectValue
  | FunctionValue
  | HandleValue
  | PromiseValue
  | UnknownValue

/** A string made of pieces that remember where they were written; a piece with a hole is not known. */
export interface StringValue {
  readonly kind: 'string'
  readonly pieces: readonly Piece[]
  readonly span?: Span
}
export interface ArrayValue {
  readonly kind: 'array'
  readonly items: readonly Value[]
  /** False: more items may exist, or their order is unknown. */
  readonly complete: boolean
  /** Each item stands for any number of items like it: what a callback made of the items of a list that is not known. */
  readonly alike?: boolean
  readonly span?: Span
}
export interface ObjectValue {
  readonly kind: 'object'
  readonly members: Map<string, Value>
  /** False: members may exist that were not read (a spread of something unknown, a computed key). */
  complete: boolean
  /** A row, or something of the environment, that was spread into it: the members that it does not name are those of this. */
  rest?: Value
  /** A class instance: the name of its class. */
  readonly className?: string
  readonly span?: Span
}
/** A function of the user's file. Its body is walked when it is called; `invoke` of the Machine does that. */
export interface FunctionValue {
  readonly kind: 'function'
  readonly name: string | undefined
  /** The interpreter's own record of the node, its closure and its file. Hosts do not look inside. */
  readonly code: unknown
  readonly span?: Span
}
/** A value that the framework gave meaning to: a query interface, a transaction, a data type. `name` says which; `data` belongs to the framework. */
export interface HandleValue {
  readonly kind: 'handle'
  readonly name: string
  readonly data?: unknown
  readonly span?: Span
  /** What it says where the program puts it into a text: a raw query is its SQL. */
  readonly written?: readonly Piece[]
}
export interface PromiseValue {
  readonly kind: 'promise'
  readonly value: Value
  /** The events whose completion it stands for. */
  readonly events: readonly Event[]
  readonly span?: Span
}
export interface UnknownValue {
  readonly kind: 'unknown'
  readonly reason: HoleReason
  /** The expression as written. */
  readonly expression: string
  /** It passed through an escaping function or is known to be a number: standing in SQL it cannot change the statement's meaning. */
  readonly escaped?: boolean
  /** The handles and unknown values that it was computed from; conditions hand them to the host. */
  readonly origins?: readonly Value[]
  /** It is one of these texts, each on its side of conditions that are not known. A call that is given it is read once for each. */
  readonly choices?: readonly Choice[]
  /** It is made of values of these columns and of nothing else. */
  readonly columns?: readonly RowColumn[]
  /** A part of a longer list, cut to a size: `rows.slice(from, to)`. */
  readonly part?: boolean
  readonly span?: Span
}

/** A text that a value is when something holds that is not known before it runs. */
export interface Choice {
  readonly value: StringValue
  readonly guards: readonly Guard[]
  readonly branches: readonly Branch[]
}

/** One call that a framework recorded, in execution order. `awaited` is settled when the whole script was walked. */
export interface Event {
  readonly name: string
  readonly data: unknown
  /** The whole call expression. */
  readonly span: Span
  /** Guards, branches, loops and blocks around the call when it ran. */
  readonly context: Omit<Context, 'awaited' | 'enclosing'>
  awaited: 'awaited' | 'returned' | 'collected' | 'dropped'
  /** The call of the user's own asynchronous function that it ran in: when it is dropped, that call's promise is. The outermost one. */
  through?: Span
}

/** The code reaches outside the database, or waits. */
export interface Outside {
  readonly what: 'network' | 'process' | 'timer'
  /** Does the code go on only when it is done? Settled when the whole script was walked. */
  waits: boolean
}

/** Something that the reader could not follow and that might have changed the database. */
export interface Blind {
  readonly span: Span
  /** `outside`: it is no riddle, but happens outside the database; `outside` then says what. */
  readonly because: 'unknown-method' | 'unsupported' | 'budget' | 'syntax' | 'outside'
  readonly detail: string
  readonly outside?: Outside
  readonly context: Omit<Context, 'awaited' | 'enclosing'>
}

/** What a framework can ask of the interpreter while it answers a call. */
export interface Machine {
  /** Records a call. The value that `Host.call` returns should be `promise(result, event)` for asynchronous methods. */
  record(name: string, data: unknown, span: Span): Event
  promise(value: Value, ...events: readonly Event[]): PromiseValue
  /** Walks a function of the user's with these arguments and this `this`, here and now, and gives what it returns. */
  invoke(target: Value, args: readonly Value[], span: Span, self?: Value): Value
  /** Says that something here could not be read. */
  blind(span: Span, because: Blind['because'], detail: string): void
  /** Sets a member of an object of the framework's own as the program would: on a side of a condition that is not known it holds there only. */
  assign(object: ObjectValue, key: string, value: Value): void
  /** The text of a file that the user's code reads (`fs.readFileSync`), through the project; undefined when there is none. */
  readText(path: string): string | undefined
  /** The names of the files of a folder that the user's code lists (`fs.readdirSync`), sorted; empty when there is none. */
  listFiles(folder: string): readonly string[]
}

/** A class of the program that extends one of the framework's, directly or through others of the program; or an instance of it. */
export interface Heir {
  /** What the framework said its own class is. */
  readonly parent: HandleValue
  readonly name: string
  /** One object for each class of the program, by which the host may remember what it learned of it. */
  readonly identity: object
  readonly instance: boolean
}

export interface UnreadCall {
  /** The callee as written. */
  readonly expression: string
  readonly method: string
  readonly args: readonly Value[]
  /** The handles and unknown values behind what the method is called on. */
  readonly origins: readonly Value[]
}

/** What a framework gives the interpreter. Every member may decline with undefined; the value is then unknown. */
export interface Host {
  /** The value of `import … from specifier` or `require(specifier)` for packages (not relative files): a handle, an object of handles. */
  module(specifier: string): Value | undefined
  /** A property read on a handle: `queryInterface.sequelize`, `DataTypes.STRING`. */
  get(handle: HandleValue, property: string, machine: Machine, span: Span): Value | undefined
  /** The object that holds the fields of a handle, where a program may assign them: `table.name = 'users'`. */
  fields?(handle: HandleValue): ObjectValue | undefined
  /** A call of a handle, or of its method: `property` is undefined for `handle(…)`. */
  call(handle: HandleValue, property: string | undefined, args: readonly Value[], machine: Machine, span: Span): Value | undefined
  /** Is what promises this handle called by the handle's own methods too (a builder that is a promise)? */
  chains?(handle: HandleValue): boolean
  /** Somebody waits for a handle that does its work only then (a query builder): what it sends, as the promise of the answer. */
  awaited?(handle: HandleValue, machine: Machine, span: Span): PromiseValue | undefined
  /** `new Handle(…)`. */
  construct(handle: HandleValue, args: readonly Value[], machine: Machine, span: Span): Value | undefined
  /** A tagged template whose tag is a handle: sql`…`. */
  tag?(handle: HandleValue, text: StringValue, machine: Machine, span: Span): Value | undefined
  /** A member that an heir has from the framework's class: a call of it, or (no `args`) a read. */
  inherited?(heir: Heir, property: string, args: readonly Value[] | undefined, machine: Machine, span: Span): Value | undefined
  /** A method of something that is not known, called as the user wrote it: `db.User.update`. */
  unread?(call: UnreadCall, machine: Machine, span: Span): Value | undefined
  /**
   * What a condition asks, when it involves handle-made values (rows of describeTable, hasColumn's answer, getDialect() === 'mysql'):
   * a decided boolean, or the guard or branch that its `then` side means (the interpreter derives the `else` side by negation).
   */
  condition?(
    condition: ConditionFacts,
  ): boolean | { readonly guard: Guard } | { readonly branch: Omit<Branch, 'id' | 'side' | 'condition'> } | undefined
  /** The value of a member of a row that these handles and unknown values stand for: its columns, or that no quote can stand in it. */
  column?(origins: readonly Value[], name: string): readonly RowColumn[] | 'harmless' | undefined
  /** A handle that cannot change the database by itself (a data type, a set of rows): it may be handed to unknown functions. */
  inert?(handle: HandleValue): boolean
  /** A loop over a value that is not known: what is it over? */
  loop?(over: Value): Pick<Loop, 'over' | 'bounded' | 'tables'> | undefined
}

/**
 * A condition taken apart as far as it was read. The interpreter asks about the part without its negations: `!x`, `x === null`, `x !== 0`,
 * `x.length > 0` all ask about x, `a !== b` asks about `a === b`; it turns the answer round itself, so that `negated` is false here.
 */
export interface ConditionFacts {
  /** The handles and unknown values that were read while it was evaluated, in order. */
  readonly values: readonly Value[]
  readonly text: string
  /** `a === b`: the two sides. */
  readonly equality?: { readonly left: Value; readonly right: Value; readonly negated: boolean }
  /** `!x` around the whole. */
  readonly negated: boolean
}
