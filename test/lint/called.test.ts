import { beforeAll, describe, expect, it } from 'vitest'
import { check, loadEverything } from '../../src/pipeline/check.ts'
import { optionsFor } from '../options.ts'

beforeAll(loadEverything)

/** What a run says of one TypeORM migration whose `up` sends these texts one by one. */
async function outcomeOf(...texts: readonly string[]) {
  const lines = texts.map((text) => `    await queryRunner.query(\`${text}\`)\n`).join('')
  const file = `import { MigrationInterface, QueryRunner } from 'typeorm'
export class A1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
${lines}  }
  async down() { throw new Error('forward only') }
}
`
  const { outcome } = await check(optionsFor({ 'migrations/1700000000001-A.ts': file }, { dialect: 'postgres', framework: 'typeorm' }))
  return outcome
}

/** Its findings: rule, line, and where the body stands. */
async function found(...texts: readonly string[]): Promise<readonly string[]> {
  const { findings } = await outcomeOf(...texts)
  return findings.map(({ rule, line, related }) => [rule, line, ...(related ?? []).map((one) => `${one.message}:${one.line}`)].join(' '))
}

/** What it could not read: line, reason and words. */
async function unread(...texts: readonly string[]): Promise<readonly string[]> {
  const { opaque, summary } = await outcomeOf(...texts)
  expect(summary.opaque).toBe(opaque.length)
  return opaque.map(({ line, because, detail }) => `${line} ${because} ${detail}`)
}

const made = (body: string) => `CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`

describe('a routine that another query of the migration has created', () => {
  it('is followed where it is called', async () => {
    expect(await found(made("UPDATE users SET city = 'x';"), 'SELECT fill()', 'DROP FUNCTION fill()')).toEqual([
      'unbatched-update 5 in the body of fill, which is called here:4',
    ])
  })

  it('is not where it is only made, or is gone', async () => {
    const fill = made("UPDATE users SET city = 'x';")
    expect(await found(fill)).toEqual([])
    expect(await found(fill, 'DROP FUNCTION fill()', 'SELECT fill()')).toEqual([])
  })

  it('is the one of its forms that takes as many arguments', async () => {
    const fill = made("UPDATE users SET city = 'x';")
    const ofOne = made('PERFORM 1;').replace('fill()', 'fill(a int)')
    expect(await found(fill, ofOne, 'SELECT fill()')).toEqual(['unbatched-update 6 in the body of fill, which is called here:4'])
    expect(await found(fill, ofOne, 'SELECT fill(1)')).toEqual([])
    expect(await found(ofOne, fill, 'SELECT fill()')).toEqual(['unbatched-update 6 in the body of fill, which is called here:5'])
  })

  it('is not followed where several of its forms could be meant', async () => {
    const fill = made("UPDATE users SET city = 'x';")
    const ofOne = made("UPDATE users SET city = 'y';").replace('fill()', 'fill(a int DEFAULT 1)')
    const ofText = fill.replace('fill()', 'fill(a text)')
    expect(await found(fill, ofOne, 'SELECT fill()')).toEqual(['ambiguous-overload 5'])
    expect(await found(ofText, made('PERFORM 1;').replace('fill()', 'fill(a int)'), 'SELECT fill(now()::text)')).toEqual([])
  })

  it('is followed from one of its forms into another', async () => {
    const ofOne = made("UPDATE users SET city = 'x';").replace('fill()', 'fill(a int)')
    expect(await found(ofOne, made('PERFORM fill(1);'), 'SELECT fill()')).toEqual([
      'unbatched-update 6 in the body of fill, which is called here:5',
    ])
  })

  it('is said to be unread where it is called, as far as its body puts its steps together', async () => {
    const execute = 'EXECUTE (SELECT text FROM todo);'
    expect(await unread(`DO $$ BEGIN ${execute} END $$`)).toEqual([
      '4 dynamic-sql EXECUTE (SELECT text FROM todo) is put together when it runs',
    ])
    expect(await found(made(execute), 'SELECT fill()')).toEqual([])
    expect(await unread(made(execute), 'SELECT fill()')).toEqual([
      '5 dynamic-sql in the body of fill, EXECUTE (SELECT text FROM todo) is put together when it runs',
    ])
    expect(await unread(made(execute), made('PERFORM fill();').replace('fill', 'all_of_it'), 'SELECT all_of_it()')).toEqual([
      '6 dynamic-sql in the body of all_of_it, EXECUTE (SELECT text FROM todo) is put together when it runs',
    ])
  })

  it('is not where it is read as a whole, or never called', async () => {
    expect(await unread(made('EXECUTE (SELECT text FROM todo);'))).toEqual([])
    expect(await unread(made("EXECUTE 'UPDATE users SET city = 1'; RAISE NOTICE 'done'; RETURN;"), 'SELECT fill()')).toEqual([])
    expect(await unread(made('IF 1 = 1 THEN INSERT INTO users VALUES (1); END IF; PERFORM pg_sleep(1);'), 'SELECT fill()')).toEqual([])
    const named = made("EXECUTE format('ALTER TABLE %I ADD COLUMN note text', t);").replace('fill()', 'fill(t text)')
    expect(await unread(named, "SELECT fill('users')")).toEqual([])
  })
})
