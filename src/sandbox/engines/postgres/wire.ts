import { createConnection, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as secure } from 'node:tls'
import { opening, refusal, wholeMessage } from './protocol.ts'
import type { Address } from './session.ts'

/**
 * A byte stream to the server for a driver that talks in the clear. It enters `address.database` as `address.user` and nothing else: a start-up packet
 * that names another is refused here, before the server sees it.
 */
export async function openWire(address: Address): Promise<Duplex> {
  const socket = await connected(address)
  let head = Buffer.alloc(0)
  let open = false
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void socket.resume(),
    write(chunk: Buffer, _, done) {
      if (open) return void socket.write(chunk, done)
      head = Buffer.concat([head, chunk])
      for (;;) {
        const length = wholeMessage(head, false)
        if (length === undefined || open) break
        const packet = opening(head.subarray(0, length))
        if (packet.kind === 'encryption') stream.push('N')
        else if (packet.kind === 'startup') {
          const { user, database = user } = Object.fromEntries(packet.parameters)
          if (user !== address.user || database !== address.database) {
            stream.push(refusal('28000', `surefoot: this connection is for ${address.user} on ${address.database}`))
            stream.push(null)
            return done()
          }
          open = true
          socket.write(head)
          head = Buffer.alloc(0)
        }
        if (!open) head = head.subarray(length)
      }
      done()
    },
    final(done) {
      socket.end(done)
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (data: Buffer) => {
    if (!stream.push(data)) socket.pause()
  })
  socket.on('close', () => stream.destroy())
  socket.on('error', (error) => stream.destroy(error))
  return stream
}

/** A socket to the server, encrypted where the address asks for it. */
async function connected(address: Address): Promise<Socket> {
  const { host, port, tls } = address
  const plain = host.startsWith('/') ? createConnection(`${host}/.s.PGSQL.${port}`) : createConnection({ host, port, noDelay: true })
  await happened(plain, 'connect')
  if (tls === undefined) return plain
  const question = Buffer.alloc(8)
  question.writeInt32BE(8, 0)
  question.writeInt32BE(80877103, 4)
  plain.write(question)
  const reply = await new Promise<Buffer>((resolve, reject) => {
    plain.once('data', resolve)
    plain.once('error', reject)
  })
  if (reply[0] !== 0x53) {
    plain.destroy()
    throw new Error(`the server at ${host}:${port} does not speak TLS`)
  }
  const encrypted = secure({ socket: plain, host, servername: host, rejectUnauthorized: tls === 'verify' })
  await happened(encrypted, 'secureConnect')
  return encrypted
}

function happened(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', reject)
  })
}
