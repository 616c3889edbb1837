import type { Span } from '../../source/span.ts'
import { atLeast } from '../dialect.ts'
import type { Reading } from './reading.ts'

/** Notes that a statement uses syntax that first came with PostgreSQL `major`, when the server is older. */
export function lacking(reading: Reading, major: number, feature: string, span: Span = reading.span): void {
  if (atLeast(reading.version, major)) return
  reading.unsupported.push({ kind: 'unsupported', span, feature, availableIn: `PostgreSQL ${major}` })
}
