import type { CreateFunctionStmt } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { Reading } from './reading.ts'

/** What a PL/pgSQL function's body tells. */
export function functionBodies(
  _reading: Reading,
  _node: CreateFunctionStmt,
  _body: string,
): { readonly constant: boolean; readonly uses: readonly Name[] } | undefined {
  return undefined
}
