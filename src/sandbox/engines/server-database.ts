import type { Duplex } from 'node:stream'
import type { Database, Session } from '../engine.ts'

/** How a database on a server is reached, and removed. */
export interface Reach {
  readonly user: string
  readonly password: string
  open(): Promise<Session>
  openStream(): Promise<Duplex>
  /** Never throws. */
  remove(): Promise<void>
}

/** A database on a server, which many sessions can be open on. */
export function serverDatabase(name: string, { user, password, open, openStream, remove }: Reach): Database {
  const sessions = new Set<Session>()
  const streams = new Set<Duplex>()
  return {
    name,
    open: async () => {
      const session = await open()
      sessions.add(session)
      return session
    },
    wire: {
      kind: 'stream',
      user,
      password,
      database: name,
      connections: 20,
      open: async () => {
        const stream = await openStream()
        streams.add(stream)
        stream.once('close', () => streams.delete(stream))
        return stream
      },
    },
    drop: async () => {
      for (const stream of streams) stream.destroy()
      await Promise.all([...sessions].map((session) => session.close()))
      await remove()
    },
  }
}
