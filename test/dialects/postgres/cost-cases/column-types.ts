import type { Case } from './case.ts'

const exclusive = 'ACCESS EXCLUSIVE'

interface Made {
  readonly from: string
  readonly to: string
  readonly using?: string
  /** What stands on the column x of the table y, beside nothing. */
  readonly on?: string
}

/** The table y has one column x of the first type, with an index where the type has an operator class. */
function change(does: Case['does'] | undefined, { from, to, using, on }: Made): Case {
  const index = on ?? (/^(json|xml)$/.test(from) || to === 'json' ? '' : 'CREATE INDEX y_x ON y (x);')
  const proof = does === undefined ? 'free' : does === 'scan' ? 'check' : does === 'index' ? 'reindex' : 'rewrite'
  return {
    proof: `type-change-${proof}`,
    first: `CREATE TYPE mood2 AS ENUM ('happy', 'sad', 'calm'); CREATE TABLE y (x ${from}); ${index}`,
    sql: `ALTER TABLE y ALTER COLUMN x TYPE ${to}${using === undefined ? '' : ` USING ${using}`}`,
    lock: exclusive,
    ...(does === undefined ? {} : { does }),
  }
}

const pairs = (text: string): readonly Made[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [from, to, using] = line.split(/ -> | USING /)
      return { from: from!.trim(), to: to!.trim(), ...(using === undefined ? {} : { using: using.trim() }) }
    })

const free = pairs(`
  varchar(10) -> varchar(20)
  varchar(10) -> text
  varchar(10) -> varchar
  varchar -> text
  text -> varchar
  numeric(10, 2) -> numeric(12, 2)
  numeric(10, 2) -> numeric
  timestamp(3) -> timestamp(6)
  timestamp(3) -> timestamp
  timestamp -> timestamp(6)
  timestamptz(3) -> timestamptz
  time(3) -> time(6)
  interval(3) -> interval
  cidr -> inet
  varbit(10) -> varbit(20)
  varbit(10) -> varbit
  integer -> plain_number
  plain_number -> integer
  plain_number -> plain_number
  integer -> integer
  integer -> int4
  integer[] -> integer[]
  oid -> regclass
  text -> text USING x
  varchar(10) -> text USING x::text
  varchar(10) -> varchar(20) USING x::varchar(20)
  varchar(10) -> varchar(20) USING (x::varchar(10))
  numeric(10,2) -> numeric(12,2) USING CAST(x AS numeric(12, 2))
  varchar(10) -> text USING CAST(x AS text)
`)

const rebuilt = pairs(`
  integer -> oid
  bit(8) -> varbit
  text -> bpchar
`)

const rewritten = pairs(`
  varchar(20) -> varchar(10)
  text -> varchar(50)
  varchar -> varchar(50)
  char(10) -> text
  char(10) -> varchar(20)
  char(10) -> char(20)
  varchar(10) -> char(10)
  smallint -> integer
  integer -> bigint
  bigint -> integer
  integer -> smallint
  integer -> numeric
  integer -> text
  text -> integer USING x::integer
  real -> double precision
  double precision -> numeric
  numeric(12, 2) -> numeric(10, 2)
  numeric(10, 2) -> numeric(12, 4)
  numeric -> numeric(10, 2)
  timestamp -> timestamptz USING x AT TIME ZONE 'UTC'
  timestamp -> timestamp(3)
  timestamptz -> timestamptz(3)
  date -> timestamp
  timestamp -> date
  date -> timestamptz
  json -> jsonb USING x::jsonb
  varchar(100) -> varchar(200) USING x::varchar(20)
  varchar(10) -> varchar(20) USING x::varchar
  varchar(10) -> varchar(20) USING x::text
  jsonb -> json
  text -> jsonb USING x::jsonb
  text -> uuid USING x::uuid
  uuid -> text USING x::text
  text -> mood USING x::mood
  mood -> text USING x::text
  mood -> mood2 USING x::text::mood2
  inet -> cidr
  integer -> positive
  text -> bytea USING x::bytea
  integer -> boolean USING x <> 0
  boolean -> integer USING x::integer
  text -> text[] USING ARRAY[x]
  varchar[] -> text[]
  integer[] -> bigint[]
  text -> text USING lower(x)
`)

export const columnTypeCases: readonly Case[] = [
  ...free.map((made) => change(undefined, made)),
  ...rebuilt.map((made) => change('index', made)),
  ...rewritten.map((made) => change('rewrite', made)),
  change(undefined, { from: 'integer', to: 'oid', on: '' }),
  change('index', { from: 'varchar(10)', to: 'varchar(20) COLLATE "POSIX"' }),
  change('index', { from: 'varchar(10)', to: 'text', on: "CREATE INDEX y_part ON y (x) WHERE x <> 'a';" }),
  change('index', { from: 'varchar(10)', to: 'varchar(20)', on: 'CREATE INDEX y_lower ON y (lower(x));' }),
  change('scan', { from: 'varchar(10)', to: 'varchar(20)', on: "ALTER TABLE y ADD CONSTRAINT y_check CHECK (x <> 'a');" }),
  change('scan', { from: 'varchar(10)', to: 'text', on: "ALTER TABLE y ADD CONSTRAINT y_check CHECK (x <> 'a');" }),
  change(undefined, { from: 'varchar(10)', to: 'varchar(20)', on: 'ALTER TABLE y ADD PRIMARY KEY (x);' }),
  {
    proof: 'type-change-free',
    first: 'CREATE TABLE z (x varchar(10) PRIMARY KEY); CREATE TABLE y (x varchar(10) REFERENCES z);',
    sql: 'ALTER TABLE y ALTER COLUMN x TYPE varchar(20)',
    lock: exclusive,
    others: { z: exclusive },
  },
  {
    proof: 'type-change-rewrite',
    sql: 'ALTER TABLE orders ALTER COLUMN id SET DATA TYPE bigint',
    first: 'DROP VIEW order_totals;',
    lock: exclusive,
    does: 'rewrite',
    others: { lines: exclusive },
  },
]
