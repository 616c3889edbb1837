import { beforeAll, describe, expect, it } from 'vitest'
import { postgres } from '../../../src/dialects/postgres/index.ts'
import { typeChange } from '../../../src/dialects/postgres/type-change.ts'
import { emptySchema } from '../../../src/schema/edit.ts'

beforeAll(() => postgres.ready())

describe('a timestamp that becomes a timestamptz, or the other way round', () => {
  const change = (from: string, to: string, zone?: string) =>
    typeChange(postgres.parseType(from), postgres.parseType(to), emptySchema(postgres), [15], undefined, undefined, zone)

  // Each pair was tried on PostgreSQL 15 in a session in UTC.
  it.each([
    ['timestamp', 'timestamptz', 'reindex'],
    ['timestamp(3)', 'timestamptz', 'reindex'],
    ['timestamptz(3)', 'timestamp', 'reindex'],
    ['timestamp', 'timestamptz(6)', 'reindex'],
    ['timestamp(3)', 'timestamptz(6)', 'reindex'],
    ['timestamp(3)', 'timestamptz(3)', 'rewrite'],
    ['timestamptz(3)', 'timestamp(3)', 'rewrite'],
  ])('%s to %s in UTC', (from, to, effect) => expect(change(from, to, 'UTC').effect).toBe(effect))

  it('is told by the zone of the session', () => {
    expect(change('timestamp', 'timestamptz', "'Etc/UTC'").effect).toBe('reindex')
    expect(change('timestamp', 'timestamptz', "'Europe/Berlin'")).toMatchObject({
      effect: 'rewrite',
      because: expect.stringContaining('TimeZone is Europe/Berlin'),
    })
    for (const zone of [undefined, 'DEFAULT'])
      expect(change('timestamp', 'timestamptz', zone)).toMatchObject({
        effect: 'rewrite',
        because: expect.stringContaining('nothing here sets'),
      })
  })
})
