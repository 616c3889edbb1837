import type { Syntax } from './syntax.ts'

type Engine = Syntax['engine']

/**
 * Functions that some engine ships and these lack, each under who has it. Asked of PostgreSQL 15, MariaDB 10.11 and SQLite. One that people
 * often write themselves for an engine without it, or that a contrib module brings, is left out.
 */
const groups: readonly { readonly owner: string; readonly lacking: readonly Engine[]; readonly names: string }[] = [
  {
    owner: 'MySQL',
    lacking: ['postgres', 'sqlite'],
    names:
      'bin_to_uuid curdate curtime date_format find_in_set from_unixtime json_unquote last_insert_id rand str_to_date substring_index ' +
      'unix_timestamp utc_date utc_timestamp uuid_to_bin',
  },
  { owner: 'MySQL', lacking: ['postgres'], names: 'datediff ifnull' },
  { owner: 'MySQL', lacking: ['sqlite'], names: 'sysdate uuid' },
  { owner: 'PostgreSQL or MySQL', lacking: ['sqlite'], names: 'now greatest least' },
  { owner: 'MySQL or SQLite', lacking: ['postgres'], names: 'json_extract' },
  { owner: 'SQLite', lacking: ['postgres', 'mysql'], names: 'julianday last_insert_rowid randomblob strftime unixepoch' },
  { owner: 'SQLite', lacking: ['postgres'], names: 'datetime' },
  {
    owner: 'PostgreSQL',
    lacking: ['mysql', 'sqlite'],
    names:
      'array_agg array_length array_to_string clock_timestamp date_trunc gen_random_uuid json_agg json_build_object jsonb_agg jsonb_build_object ' +
      'plainto_tsquery regexp_matches split_part statement_timestamp string_to_array strpos to_tsquery to_tsvector unnest uuid_generate_v1 ' +
      'uuid_generate_v4 uuidv4 uuidv7',
  },
  { owner: 'PostgreSQL', lacking: ['mysql'], names: 'btrim generate_series initcap jsonb_set' },
  { owner: 'PostgreSQL or SQLite', lacking: ['mysql'], names: 'random string_agg' },
]

interface Lacks {
  readonly owners: ReadonlyMap<string, string>
  /** A call of one of them, as far as a text tells without being read. */
  readonly call: RegExp
}

const tables = new Map<Engine, Lacks>()

function lacksOf(engine: Engine): Lacks {
  const found = tables.get(engine)
  if (found) return found
  const own = groups.filter(({ lacking }) => lacking.includes(engine))
  const owners = new Map(own.flatMap(({ owner, names }) => names.split(' ').map((name) => [name, owner] as const)))
  const made = { owners, call: new RegExp(`\\b(?:${[...owners.keys()].join('|')})"?\\s*\\(`, 'i') }
  tables.set(engine, made)
  return made
}

/** Which engine ships this function, where `engine` does not; a lower-case name without a schema. undefined: it does, or nobody can say. */
export function ownerOfFunction(name: string, engine: Engine): string | undefined {
  return lacksOf(engine).owners.get(name)
}

/** Every function that others ship and `engine` does not. */
export function functionsLackedBy(engine: Engine): readonly string[] {
  return [...lacksOf(engine).owners.keys()]
}

/** May the text call a function that the engine lacks? */
export function mayCallForeign(text: string, engine: Engine): boolean {
  return lacksOf(engine).call.test(text)
}
