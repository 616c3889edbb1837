import { keepsOut, parseLockMode } from '../../dialects/postgres/locks.ts'

/** What a lock mode keeps waiting, in words: `reads and writes`, `writes`; undefined: neither. `AccessExclusiveLock` and `ACCESS EXCLUSIVE` are the same. */
export function blockedBy(mode: string): 'reads and writes' | 'writes' | undefined {
  const spaced = mode.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
  const parsed = parseLockMode(spaced)
  if (parsed === undefined) return undefined
  const out = keepsOut(parsed)
  return out === 'reads-and-writes' ? 'reads and writes' : out === 'writes' ? 'writes' : undefined
}

/** The same of the way in which MySQL or MariaDB ran an ALTER: `COPY, LOCK=SHARED` keeps writes waiting. */
export function blockedByAlgorithm(algorithm: string): 'reads and writes' | 'writes' | undefined {
  if (/\bEXCLUSIVE\b/.test(algorithm)) return 'reads and writes'
  return /\b(?:COPY|SHARED)\b/.test(algorithm) ? 'writes' : undefined
}
