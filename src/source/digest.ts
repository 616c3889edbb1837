import { createHash } from 'node:crypto'

/** Names a text: two texts with one digest are the same text (SHA-256, as characters that a file name may have). */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
