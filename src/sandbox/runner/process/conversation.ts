import type { Duplex } from 'node:stream'
import type { Observer } from '../../observe/observer.ts'
import { failed } from '../failure.ts'
import type { Answer, Frame, FromChild, Question } from '../protocol.ts'
import type { RunRequest, TracedStatement } from '../runner.ts'
import { rungOf } from '../send.ts'
import type { Child } from './child.ts'

export interface ConversationOptions {
  readonly child: Child
  readonly request: RunRequest
  readonly observer: Observer
  readonly forbidden: (sql: string) => string | undefined
  readonly origin: (frame: Frame) => { readonly file: string; readonly line: number } | undefined
}

/** What a connection of the child was last seen to do. */
export interface Activity {
  readonly session: number
  readonly sql: string
  readonly since: number
  readonly running: boolean
  readonly inTransaction: boolean
}

type Done = Extract<FromChild, { readonly kind: 'done' }>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Answers what the child asks while one migration runs, and carries its connections to the server. */
export class Conversation {
  readonly #options: ConversationOptions
  readonly #wires = new Map<number, Promise<Duplex>>()
  /** The driver's connections that sent steps, in the order in which they first did. */
  readonly #connections: number[] = []
  readonly #texts = new Map<number, readonly (string | undefined)[]>()
  readonly #running = new Set<number>()
  readonly statements: Mutable<TracedStatement>[] = []
  readonly activity = new Map<number, Activity>()
  /** Questions whose answer is being worked on: what is held meanwhile is held by us. */
  busy = 0
  readonly done: Promise<Done>
  #finish: (done: Done) => void = () => {}

  constructor(options: ConversationOptions) {
    this.#options = options
    this.done = new Promise((resolve) => {
      this.#finish = resolve
    })
    options.child.hears = (message) => this.#hear(message)
  }

  /** The child is gone: what ran at that moment failed for this reason. */
  stopped(because: string): void {
    for (const statement of this.statements) if (this.#running.has(statement.index)) statement.failure = failed(because)
  }

  /** Ends the connections. The server rolls back what they left open. */
  async close(): Promise<void> {
    this.#options.child.hears = () => {}
    await Promise.all([...this.#wires.values()].map((wire) => wire.then(ended, () => {})))
  }

  #hear(message: FromChild): void {
    switch (message.kind) {
      case 'ready':
        return
      case 'done':
        this.#finish(message)
        return
      case 'ask':
        void this.#answer(message.ask, message.question)
        return
      case 'began': {
        const { connection, session, sql } = message
        this.activity.set(this.#numberOf(connection), { session, sql, since: performance.now(), running: false, inTransaction: true })
        return
      }
      case 'open':
        this.#open(message.wire)
        return
      case 'data':
        this.#wires.get(message.wire)?.then(
          (wire) => wire.write(message.bytes),
          () => {},
        )
        return
      case 'end':
        this.#wires.get(message.wire)?.then(
          (wire) => wire.end(),
          () => {},
        )
        return
      default:
        message satisfies never
    }
  }

  #open(number: number): void {
    const { child, request } = this.#options
    const { wire } = request.database
    if (wire.kind !== 'stream' || this.#wires.has(number)) return
    const opened = wire.open()
    this.#wires.set(number, opened)
    const end = (because?: string) => child.say({ kind: 'end', wire: number, because })
    opened.then(
      (stream) => {
        stream.on('data', (bytes: Uint8Array) => child.say({ kind: 'data', wire: number, bytes }))
        stream.on('error', (error) => end(error.message))
        stream.on('close', () => end())
        child.say({ kind: 'opened', wire: number })
      },
      (error: unknown) => end(error instanceof Error ? error.message : String(error)),
    )
  }

  async #answer(ask: number, question: Question): Promise<void> {
    this.busy++
    let answer: Answer
    try {
      answer =
        question.kind === 'before'
          ? this.#before(question)
          : question.kind === 'after'
            ? await this.#after(question)
            : this.#climb(question)
    } catch (error) {
      answer = { kind: 'refuse', message: error instanceof Error ? error.message : String(error) }
    }
    this.busy--
    this.#options.child.say({ kind: 'answer', ask, answer })
  }

  #numberOf(connection: number): number {
    const known = this.#connections.indexOf(connection)
    return known >= 0 ? known : this.#connections.push(connection) - 1
  }

  #before({ sql, connection: link, session, inTransaction, frames }: Extract<Question, { kind: 'before' }>): Answer {
    const { observer, request, forbidden } = this.#options
    const refused = forbidden(sql)
    if (refused !== undefined) return { kind: 'refuse', message: refused }
    if (observer.isNoise(sql)) return { kind: 'pass' }
    const index = this.statements.length
    const { file, line } = this.#placeOf(frames)
    const connection = this.#numberOf(link)
    this.statements.push({ index, sql, file, line, connection, inTransaction, milliseconds: 0, effects: undefined, failure: undefined })
    this.#running.add(index)
    this.activity.set(connection, { session, sql, since: performance.now(), running: true, inTransaction })
    const fails = index === request.failAt
    const written = observer.ladder(sql)
    const texts = fails ? [observer.failing] : request.trace ? written.map((text) => (text === sql ? undefined : text)) : [undefined]
    this.#texts.set(index, texts)
    const traces = request.trace && !fails
    return { kind: 'step', index, texts, wrap: traces && !inTransaction && observer.wraps(sql), mark: traces ? observer.mark : undefined }
  }

  async #after({ index, milliseconds, text, marks, held, failure }: Extract<Question, { kind: 'after' }>): Promise<Answer> {
    const { observer, request } = this.#options
    const statement = this.statements[index]
    if (!statement) return { kind: 'noted' }
    this.#running.delete(index)
    statement.milliseconds = milliseconds
    statement.failure = failure
    const before = this.activity.get(statement.connection)
    if (before) this.activity.set(statement.connection, { ...before, since: performance.now(), running: false, inTransaction: held })
    if (!marks) return { kind: 'noted' }
    const seen = observer.effects(marks.before, marks.after, statement.sql)
    const accepted = this.#texts.get(index)?.[text]
    const algorithm = seen.algorithm ?? (accepted === undefined ? undefined : rungOf(accepted, statement.sql))
    statement.effects = algorithm === undefined ? seen : { ...seen, algorithm }
    if (held) await request.during?.({ index, sql: statement.sql, effects: statement.effects })
    return { kind: 'noted' }
  }

  #climb({ code, number }: Extract<Question, { kind: 'refused' }>): Answer {
    return { kind: 'climb', on: this.#options.observer.refuses({ code, number }) }
  }

  /** The place in the migration's own file, else the innermost one of the project. */
  #placeOf(frames: readonly Frame[]): { readonly file: string | undefined; readonly line: number | undefined } {
    const places = frames.flatMap((frame) => this.#options.origin(frame) ?? [])
    const place = places.find(({ file }) => file === this.#options.request.entry.path) ?? places[0]
    return { file: place?.file, line: place?.line }
  }
}

/** Ends a stream and waits until it is gone, but not for ever. */
function ended(stream: Duplex): Promise<void> {
  if (stream.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000)
    stream.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    stream.on('error', () => {})
    stream.destroy()
  })
}
