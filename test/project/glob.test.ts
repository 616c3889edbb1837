import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, it } from 'vitest'
import { escapeGlob, globBase, globMatcher, isGlob, normalizeGlob } from '../../src/project/glob.ts'

const paths = [
  'a.sql',
  'db/a.sql',
  'db/migrations/001.sql',
  'db/migrations/001.js',
  'db/migrations/x/002.ts',
  'db/.hidden/003.sql',
  '.sequelizerc',
  'src/[id]/page.sql',
  'prisma/schema.prisma',
  'prisma/migrations/2024_a/migration.sql',
]
const patterns = [
  '**/*.sql',
  '*.sql',
  'db/**',
  'db/**/*.{js,ts}',
  '**/migrations/*.{js,cjs,mjs,ts}',
  '**/migrations/**/*.ts',
  'db/migrations/00?.sql',
  'db/migrations/[0-9]*.sql',
  'db/migrations/[^0]*.sql',
  '{db,prisma}/**/migration.sql',
  '**/a.sql',
  '.sequelizerc',
  '**/{a,b{c,d}}.sql',
  'db/*/001.*',
  '**',
  'prisma/migrations/*/migration.sql',
  '**/.hidden/*.sql',
]

describe('globMatcher', () => {
  it.each(patterns)('matches %s as picomatch does, which fast-glob is built on', (pattern) => {
    const isMatch = picomatch(pattern)
    const wanted = paths.filter((path) => isMatch(path))
    expect(paths.filter(globMatcher([pattern]))).toEqual(wanted)
  })

  it('agrees with picomatch on any pattern of stars, names and folders', () => {
    const segment = fc.stringMatching(/^(?:\*\*|\*|[ab]\*|\*[ab]|[ab?]{1,3})$/)
    const name = fc.stringMatching(/^[ab]{1,3}$/)
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.array(name, { minLength: 1, maxLength: 5 }), (pattern, path) => {
        const text = [...pattern, 'a*'].join('/')
        expect(globMatcher([text])(path.join('/')), `${text} on ${path.join('/')}`).toBe(picomatch(text)(path.join('/')))
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves out what is to be ignored, dotted names too', () => {
    expect(paths.filter(globMatcher(['db/**/*.sql', '**/.hidden/*.sql'], ['**/.hidden/**']))).toEqual(['db/a.sql', 'db/migrations/001.sql'])
  })

  it('finds a folder whose name is a pattern when the name is escaped', () => {
    expect(paths.filter(globMatcher([`${escapeGlob('src/[id]')}/*`]))).toEqual(['src/[id]/page.sql'])
  })

  it('reads [!x] as any character but x, as a shell does', () => {
    expect(paths.filter(globMatcher(['[!a].sql', 'db/[!b]*.sql']))).toEqual(['db/a.sql'])
  })

  it('takes no more than an instant on a pattern made to blow up', () => {
    const started = performance.now()
    globMatcher([`${'*a'.repeat(60)}b`, `${'**/a/'.repeat(60)}b`, '{a,b}'.repeat(30)])(`${'a/'.repeat(400)}${'a'.repeat(4000)}`)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('normalizeGlob', () => {
  it.each([
    ['db\\migrations\\*.sql', 'db/migrations/*.sql'],
    ['.\\db\\001.sql', 'db/001.sql'],
    ['./db//', 'db'],
    ['.', ''],
    ['./', ''],
    ['src/\\[id\\]/x.sql', 'src/\\[id\\]/x.sql'],
    ['/abs/x.sql', '/abs/x.sql'],
  ])('reads %s as %s', (given, wanted) => expect(normalizeGlob(given)).toBe(wanted))
})

describe('globBase', () => {
  it.each([
    ['**/*.sql', ''],
    ['db/migrations/*.sql', 'db/migrations'],
    ['db/{a,b}/x.sql', 'db'],
    ['a.sql', ''],
  ])('%s lies in "%s"', (pattern, base) => expect(globBase(pattern)).toBe(base))

  it('knows a pattern from a path', () => {
    expect(['db/*.sql', 'db/[0-9].sql', '{a,b}'].every(isGlob)).toBe(true)
    expect(isGlob('db/001_init.sql')).toBe(false)
  })
})
