import { connect, type Socket } from 'node:net'
import { UserError } from '../../../errors.ts'
import { type Address, showAddress } from './address.ts'

/** A byte stream to the server, over which a driver speaks its protocol. */
export function openWire(address: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = address.socket === undefined ? connect(address.port, address.host) : connect(address.socket)
    socket.setNoDelay(true)
    socket.once('error', ({ message }) => reject(new UserError(`No server answers at ${showAddress(address)}: ${message}`)))
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      // Whoever reads the stream sees it end.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}
