import { Duplex } from 'node:stream'
import { listen, tell } from './channel.ts'

let opened = 0
const open = new Map<number, Tunnel>()

listen((message) => {
  if (message.kind !== 'opened' && message.kind !== 'data' && message.kind !== 'end') return
  const tunnel = open.get(message.wire)
  if (!tunnel) return
  if (message.kind === 'opened') tunnel.opened()
  else if (message.kind === 'data') tunnel.push(Buffer.from(message.bytes))
  else if (message.because !== undefined) tunnel.destroy(new Error(message.because))
  else tunnel.push(null)
})

/** A connection to the database server that goes through the parent: to a driver it looks like a socket. */
export class Tunnel extends Duplex {
  readonly #wire = opened++
  #started = false

  constructor() {
    super({ allowHalfOpen: false })
    open.set(this.#wire, this)
  }

  /** As of net.Socket; where to is not for the driver to say. */
  connect(): this {
    if (this.#started) return this
    this.#started = true
    this.readyState = 'opening'
    tell({ kind: 'open', wire: this.#wire })
    return this
  }

  /** pg 7 asks before it connects. */
  readyState: 'closed' | 'opening' | 'open' = 'closed'

  opened(): void {
    this.readyState = 'open'
    this.emit('connect')
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.connect()
    tell({ kind: 'data', wire: this.#wire, bytes: chunk })
    done()
  }

  override _final(done: (error?: Error | null) => void): void {
    tell({ kind: 'end', wire: this.#wire })
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (open.delete(this.#wire)) tell({ kind: 'end', wire: this.#wire })
    done(error)
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
