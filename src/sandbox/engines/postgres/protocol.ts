import { type Result, ServerError, type Session } from '../../engine.ts'

// The messages of https://www.postgresql.org/docs/current/protocol-message-formats.html that a simple query, a start-up and a refusal need.

/** The types whose text is a number or a truth: smallint, integer, oid, real, double precision; boolean. All others stay text. */
const numbers: ReadonlySet<number> = new Set([21, 23, 26, 700, 701])
const boolean = 16

/** A value in the server's text format as a Result holds it. */
export function value(text: string, type: number): string | number | boolean {
  if (type === boolean) return text === 't'
  return numbers.has(type) ? Number(text) : text
}

/** The commands whose tag counts rows that were written. */
const writes = /^(?:INSERT|UPDATE|DELETE|MERGE|COPY)\b/

/** Rows written, from a command's tag such as `INSERT 0 5`. */
export function written(tag: string): number {
  return writes.test(tag) ? Number(/(\d+)$/.exec(tag)?.[1] ?? 0) : 0
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** A simple query, ready to be sent. */
export function simpleQuery(sql: string): Buffer {
  return message('Q', Buffer.from(`${sql}\0`))
}

/** Ends a round of the extended protocol. */
export const sync: Buffer = message('S', Buffer.alloc(0))

/** ErrorResponse with this SQLSTATE. */
export function refusal(code: string, text: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`))
}

/** What a server says when a connection is welcome: authenticated, its parameters, its process, ready. */
export function welcome(parameters: Readonly<Record<string, string>>, process: number): Buffer {
  const key = Buffer.alloc(8)
  key.writeInt32BE(process, 0)
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, setting]) => message('S', Buffer.from(`${name}\0${setting}\0`))),
    message('K', key),
    message('Z', Buffer.from('I')),
  ])
}

/** What opens a connection: a start-up packet with its parameters, or a question before it. */
export type Opening =
  | { readonly kind: 'startup'; readonly parameters: ReadonlyMap<string, string> }
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel' }

/** Reads a packet without a type byte, length included, as it comes before a connection is open. */
export function opening(packet: Buffer): Opening {
  const code = packet.readInt32BE(4)
  if (code === 80877103 || code === 80877104) return { kind: 'encryption' }
  if (code === 80877102) return { kind: 'cancel' }
  const words = packet.subarray(8).toString().split('\0')
  const parameters = new Map<string, string>()
  for (let i = 0; i + 1 < words.length && words[i] !== ''; i += 2) parameters.set(words[i]!, words[i + 1]!)
  return { kind: 'startup', parameters }
}

/** Length of the first whole message in `data`, undefined when more bytes are needed. `typed`: messages begin with a type byte. */
export function wholeMessage(data: Buffer, typed: boolean): number | undefined {
  const at = typed ? 1 : 0
  if (data.length < at + 4) return undefined
  const length = at + data.readInt32BE(at)
  return data.length < length ? undefined : length
}

/** What a server answered: the state after it, the last result, the first error. */
export interface Answer {
  readonly result: Result
  readonly error: ServerError | undefined
  readonly status: Session['state'] | undefined
}

const states: Readonly<Record<string, Session['state']>> = { I: 'idle', T: 'transaction', E: 'failed' }

/** The state that ReadyForQuery names. */
export function stateOf(letter: string): Session['state'] {
  return states[letter] ?? 'idle'
}

interface Field {
  readonly name: string
  readonly type: number
}

/** Reads the whole answer to a simple query. */
export function answer(data: Buffer): Answer {
  let fields: Field[] = []
  let rows: Record<string, unknown>[] = []
  let result: Result = { rows: [], affected: 0 }
  let error: ServerError | undefined
  let status: Session['state'] | undefined
  for (let at = 0; at + 5 <= data.length; ) {
    const type = String.fromCharCode(data[at]!)
    const end = at + 1 + data.readInt32BE(at + 1)
    const body = data.subarray(at + 5, end)
    if (type === 'T') {
      fields = fieldsOf(body)
      rows = []
    } else if (type === 'D') rows.push(rowOf(body, fields))
    else if (type === 'C') {
      result = { rows, affected: written(body.toString('latin1', 0, body.length - 1)) }
      rows = []
    } else if (type === 'E') error ??= errorOf(body)
    else if (type === 'Z') status = stateOf(body.toString('latin1'))
    at = end
  }
  return { result, error, status }
}

/** The state that the last ReadyForQuery in these bytes names; undefined when there is none. */
export function lastState(data: Buffer): Session['state'] | undefined {
  let state: Session['state'] | undefined
  for (let at = 0; at + 5 <= data.length; at += 1 + data.readInt32BE(at + 1))
    if (data[at] === 0x5a) state = stateOf(String.fromCharCode(data[at + 5]!))
  return state
}

function fieldsOf(body: Buffer): Field[] {
  const fields: Field[] = []
  let at = 2
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const end = body.indexOf(0, at)
    fields.push({ name: body.toString('utf8', at, end), type: body.readUInt32BE(end + 7) })
    at = end + 19
  }
  return fields
}

function rowOf(body: Buffer, fields: readonly Field[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  let at = 2
  for (const field of fields) {
    const length = body.readInt32BE(at)
    at += 4
    row[field.name] = length < 0 ? null : value(body.toString('utf8', at, at + length), field.type)
    if (length > 0) at += length
  }
  return row
}

function errorOf(body: Buffer): ServerError {
  const parts = new Map(
    body
      .toString()
      .split('\0')
      .filter((part) => part !== '')
      .map((part) => [part[0]!, part.slice(1)]),
  )
  const detail = parts.get('D')
  return new ServerError(parts.get('M') ?? 'the server gave no reason', parts.get('C') ?? 'XX000', detail === undefined ? {} : { detail })
}
