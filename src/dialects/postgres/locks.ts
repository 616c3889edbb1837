import type { Blocks } from '../dialect.ts'

/** The table-level locks from weakest to strongest at their numbers in src/include/storage/lockdefs.h, and NONE. https://www.postgresql.org/docs/current/explicit-locking.html */
export const lockModes = [
  'NONE',
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const

export type LockMode = (typeof lockModes)[number]

/**
 * What a lock keeps out for as long as it is held, and what queues behind a session that waits for it. Only ACCESS EXCLUSIVE
 * conflicts with plain reads; SHARE and stronger conflict with the ROW EXCLUSIVE of writes.
 */
export function keepsOut(mode: LockMode): Exclude<Blocks, 'unknown'> {
  if (mode === 'ACCESS EXCLUSIVE') return 'reads-and-writes'
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE') ? 'writes' : 'nothing'
}

/** A mode as LOCK TABLE spells it, with or without MODE; undefined when it is none. Without a mode the strongest is meant. */
export function parseLockMode(text: string): LockMode | undefined {
  const words = text
    .trim()
    .toUpperCase()
    .replace(/\s+/g, ' ')
    .replace(/ MODE$/, '')
  return words === '' ? 'ACCESS EXCLUSIVE' : lockModes.find((mode) => mode === words)
}
