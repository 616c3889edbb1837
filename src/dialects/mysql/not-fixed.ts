import type { Operation } from '../../ir/operation.ts'
import { keptExpressions } from '../../schema/kept-expressions.ts'
import { atLeast, type Refusal } from '../dialect.ts'
import type { Server } from './encoding.ts'

/**
 * Functions that neither server takes in a generated column, an index key or a CHECK. MySQL's manual, 15.1.20.8 and 15.1.20.6; each of them
 * asked of MariaDB 10.11 (1901).
 */
const refused = new Set(
  (
    'now current_timestamp localtime localtimestamp current_date curdate current_time curtime utc_timestamp utc_date utc_time sysdate ' +
    'uuid uuid_short rand connection_id current_user user session_user system_user database schema last_insert_id sleep row_count ' +
    'found_rows load_file get_lock release_lock'
  ).split(' '),
)

/** Generated columns, index keys and CHECKs that the server refuses because they would change by themselves. */
export function notFixed(operation: Operation, at: Server): readonly Refusal[] {
  const mariadb = at.flavour === 'mariadb'
  return keptExpressions(operation).flatMap(({ of, shown, expression }): Refusal[] => {
    // MariaDB computes a virtual column anew for each read; an old MySQL forgets every CHECK.
    if (of === 'virtual' && mariadb) return []
    if (of === 'check' && !atLeast(at.version, ...(mariadb ? ([10, 2, 1] as const) : ([8, 0, 16] as const)))) return []
    const called = expression.functions.find((name) => refused.has(name.toLowerCase()))
    if (called === undefined) return []
    const error = mariadb ? '1901' : { stored: '3763', virtual: '3763', index: '3757', check: '3814' }[of]
    return [{ of: 'expression', because: `${called}() changes by itself, and ${shown} may not`, error }]
  })
}
