import { UserError } from '../../../errors.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { isLocal, isUrl, parseAddress, redact } from './address.ts'
import { openPglite } from './pglite.ts'
import { serverEngine } from './server.ts'

/**
 * The engine that a rehearsal on PostgreSQL uses: the server that the user named, else the best at hand. Throws a UserError that says what to do when
 * there is none.
 */
export async function openPostgres(request: EngineRequest): Promise<Engine> {
  const { asked } = request
  if (asked !== undefined && isUrl(asked)) return openUrl(asked, request)
  if (asked === undefined || asked === 'pglite') return openPglite(request)
  throw new UserError(`There is no PostgreSQL engine called ${asked}. Give a URL (postgres://…), pglite or binary.`)
}

async function openUrl(url: string, request: EngineRequest): Promise<Engine> {
  const address = parseAddress(url)
  if (!isLocal(address) && !request.allowRemote)
    throw new UserError(
      `${redact(url)} is not on this machine. Name a local server, or add --allow-remote if that one may be used for throwaway databases.`,
    )
  try {
    return await serverEngine(address, { root: request.root, provider: 'url', extensions: request.extensions })
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${redact(url)} cannot be used: ${(error as Error).message}. ${advice((error as { code?: string }).code)}`)
  }
}

function advice(code: string | undefined): string {
  if (code === '42501') return 'Its user must be allowed to create databases and roles (CREATEDB, CREATEROLE).'
  if (code === '28P01' || code === '28000') return 'Check the user and the password in the URL.'
  return 'Check that the server runs and that the URL is right.'
}
