import { UserError } from '../../../errors.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { isLocal, isUrl, parseAddress, redact } from './address.ts'
import { findBinaries } from './binaries.ts'
import { startOwnServer } from './own-server.ts'
import { serverEngine } from './server.ts'

/**
 * Opens MySQL or MariaDB: the server that `request.asked` names by its URL, else binaries of this machine. Throws a UserError when there is neither: no
 * package of npm holds one. A server of the other kind is taken, and `product` and `dialect` say what answers.
 */
export async function openMysql(request: EngineRequest): Promise<Engine> {
  const { asked, root, allowRemote } = request
  if (asked !== undefined && isUrl(asked)) {
    const address = parseAddress(asked)
    if (!isLocal(address) && !allowRemote)
      throw new UserError(
        `${redact(asked)} is not on this machine. A rehearsal makes databases and accounts there; say --allow-remote if it may.`,
      )
    return serverEngine(address, { root, provider: 'url' })
  }
  if (asked !== undefined && asked !== 'binary') throw new UserError(`"${asked}" is no MySQL or MariaDB server. ${howToAsk}`)
  const binaries = await findBinaries(request)
  const failures: string[] = []
  for (const binary of binaries) {
    try {
      return await startOwnServer(binary, request)
    } catch (error) {
      if (error instanceof UserError) throw error
      failures.push(`${binary.path} did not start: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }
  throw new UserError(
    `${failures.join(' ') || 'No MySQL or MariaDB server is on this machine, and no package of npm holds one.'} ${howToAsk}`,
  )
}

const howToAsk = 'Give a server by its URL: --engine mysql://root@127.0.0.1:3306'
