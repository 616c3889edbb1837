import type { DoStmt, Node } from 'libpg-query'
import type { Operation } from '../../ir/operation.ts'
import type { Reading } from './reading.ts'

/** A DO block: its statements run. */
export function doBlock(
  reading: Reading,
  _node: DoStmt,
  _convert: (reading: Reading, node: Node) => readonly Operation[],
): readonly Operation[] {
  return [{ kind: 'opaque', span: reading.span, because: 'unsupported', detail: 'a DO block' }]
}
