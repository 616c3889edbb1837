import { UserError } from '../../../errors.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { isLocal, isUrl, parseAddress, redact } from './address.ts'
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
  throw new UserError('no binaries yet')
}
