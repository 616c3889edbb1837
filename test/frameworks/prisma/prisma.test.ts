import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoverOptions, History } from '../../../src/frameworks/framework.ts'
import { prisma } from '../../../src/frameworks/prisma/index.ts'
import { readSchemaFile } from '../../../src/frameworks/prisma/schema-file.ts'
import { memoryProject } from '../../../src/project/memory.ts'
import { loadOptions, shown } from '../splitting-dialect.ts'

type Files = Readonly<Record<string, string>>
const datasource = (provider: string) => `datasource db {\n  provider = "${provider}"\n  url = env("DATABASE_URL")\n}\n`
const migration = 'prisma/migrations/20240101000000_init/migration.sql'

function histories(files: Files, dependencies: Files = {}, options: DiscoverOptions = {}): readonly History[] {
  return prisma.discover(memoryProject(files, dependencies), options)
}

describe('discovery', () => {
  it('takes the folders in the order of their names', () => {
    const [history] = histories({
      'prisma/schema.prisma': datasource('postgresql'),
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
      'prisma/migrations/02_b/migration.sql': '',
      'prisma/migrations/10_c/migration.sql': '',
      'prisma/migrations/01_a/migration.sql': '',
      'prisma/migrations/9_d/migration.sql': '',
    })
    expect(history!.entries.map(({ id }) => id)).toEqual(['01_a', '02_b', '10_c', '9_d'])
    expect(history).toMatchObject({
      directory: 'prisma/migrations',
      dialect: 'postgres',
      detectedBecause: 'prisma/schema.prisma and prisma/migrations',
    })
  })

  it.each([
    ['postgresql', 'postgres'],
    ['postgres', 'postgres'],
    ['mysql', 'mysql'],
    ['sqlite', 'sqlite'],
  ])('reads provider %s as %s, from the schema or the lock', (provider, dialect) => {
    expect(histories({ 'prisma/schema.prisma': datasource(provider), [migration]: '' })).toMatchObject([{ dialect }])
    expect(histories({ 'prisma/migrations/migration_lock.toml': `# c\nprovider = "${provider}"`, [migration]: '' })).toMatchObject([
      { dialect },
    ])
  })

  it.each([
    ['cockroachdb', 'CockroachDB (Prisma)'],
    ['sqlserver', 'SQL Server (Prisma)'],
    ['mongodb', 'MongoDB (Prisma)'],
  ])('passes %s over aloud and keeps the files from other rooms', (provider, reason) => {
    expect(histories({ 'prisma/schema.prisma': datasource(provider), [migration]: '' })).toMatchObject([
      { entries: [], skipped: { [reason]: 1 }, settings: { claims: [migration] } },
    ])
  })

  it('finds several schema files, also where package.json says they are', () => {
    const several = histories({
      'prisma/schema/base.prisma': datasource('mysql'),
      'prisma/schema/models/user.prisma': 'model User { id Int @id }',
      [migration]: '',
    })
    expect(several[0]!.settings.schemaFiles).toEqual(['prisma/schema/base.prisma', 'prisma/schema/models/user.prisma'])
    const configured = histories({
      'package.json': '{ "prisma": { "schema": "./db/main.prisma" } }',
      'db/main.prisma': datasource('sqlite'),
      'db/migrations/20240101000000_a/migration.sql': '',
    })
    expect(configured).toMatchObject([{ dialect: 'sqlite', settings: { schemaFiles: ['db/main.prisma'] } }])
  })

  it('takes of schemas for several engines those of the history’s own', () => {
    const [mysql, postgres] = histories({
      'prisma/mysql-schema.prisma': datasource('mysql'),
      'prisma/bouncer-schema.prisma': datasource('postgresql'),
      'prisma/postgresql-schema.prisma': datasource('postgresql'),
      'prisma/enums.prisma': 'enum Mood { good bad }',
      'prisma/mysql-migrations/20240101000000_init/migration.sql': '',
      'prisma/postgresql-migrations/20240101000000_init/migration.sql': '',
    })
    expect(mysql).toMatchObject({ dialect: 'mysql', dialectBecause: 'the folder is named mysql-migrations' })
    expect(mysql!.settings.schemaFiles).toEqual(['prisma/enums.prisma', 'prisma/mysql-schema.prisma'])
    expect(postgres).toMatchObject({ dialect: 'postgres' })
    expect(postgres!.settings.schemaFiles).toEqual([
      'prisma/bouncer-schema.prisma',
      'prisma/enums.prisma',
      'prisma/postgresql-schema.prisma',
    ])
  })

  it('keeps the only schema, whatever its lock file says', () => {
    const [history] = histories({
      'prisma/schema.prisma': datasource('postgresql'),
      'prisma/migrations/migration_lock.toml': 'provider = "sqlite"',
      [migration]: '',
    })
    expect(history).toMatchObject({ dialect: 'sqlite', settings: { schemaFiles: ['prisma/schema.prisma'] } })
  })

  it('keeps two databases of one repository apart', () => {
    const found = histories({
      'a/prisma/schema.prisma': datasource('postgresql'),
      'a/prisma/migrations/20240101000000_x/migration.sql': '',
      'b/prisma/schema.prisma': datasource('sqlite'),
      'b/prisma/migrations/20240101000000_x/migration.sql': '',
    })
    expect(found.map(({ directory, dialect }) => [directory, dialect])).toEqual([
      ['a/prisma/migrations', 'postgres'],
      ['b/prisma/migrations', 'sqlite'],
    ])
  })

  it('knows the folders by their shape when no schema is there, but not those of Drizzle', () => {
    expect(histories({ [migration]: 'CREATE TABLE "A" ("id" SERIAL NOT NULL, "at" TIMESTAMPTZ);' })).toMatchObject([
      { dialect: 'postgres' },
    ])
    expect(histories({ 'prisma/migrations/001_a/migration.sql': 'SELECT $$x$$' })).toMatchObject([{ dialect: 'postgres' }])
    expect(histories({ 'db/changes/001_a/migration.sql': 'SELECT $$x$$' })).toEqual([])
    const snapshot = 'drizzle/20240101000000_init/snapshot.json'
    expect(histories({ 'drizzle/20240101000000_init/migration.sql': '', [snapshot]: '{}' })).toEqual([])
  })
})

describe('loading', () => {
  function load(text: string, range?: string, provider = 'postgresql') {
    const project = memoryProject(
      { 'prisma/schema.prisma': datasource(provider), [migration]: text },
      range === undefined ? {} : { prisma: range },
    )
    const [history] = prisma.discover(project, {})
    return prisma.load(history!.entries[0]!, project, loadOptions(history!))
  }

  it.each(['^5.22.0', '6.19.3', '~7.3.0'])('sends a file as one query string under Prisma %s', (range) => {
    const { up, down, downExpected } = load('SELECT 1; SELECT 2;', range)
    expect(shown(up)).toEqual(['SELECT 1 @0', 'SELECT 2 @0'])
    expect([up.ambient, up.ambientAssumed, down, downExpected]).toEqual(['none', false, undefined, false])
  })

  it.each(['^7.4.0', '7.10.1', '8.0.0'])('sends statement by statement under Prisma %s', (range) => {
    expect(shown(load('SELECT 1; SELECT 2;', range).up)).toEqual(['SELECT 1', 'SELECT 2'])
  })

  it('sends a file whole that Prisma 7.4 cannot split', () => {
    expect(shown(load('DROP INDEX CONCURRENTLY i; SELECT 2;', '7.4.0').up)).toEqual(['DROP INDEX CONCURRENTLY i @0', 'SELECT 2 @0'])
  })

  it.each([undefined, 'catalog:', 'latest'])('assumes up to 7.3 when the version is %s, and says so', (range) => {
    const { up } = load('SELECT 1; SELECT 2;', range)
    expect(up.ambientAssumed).toBe(true)
    expect(shown(up)).toEqual(['SELECT 1 @0', 'SELECT 2 @0'])
  })

  it.each(['mysql', 'sqlite'])('opens nothing on %s', (provider) => {
    const { up } = load('SELECT 1; SELECT 2;', '6.0.0', provider)
    expect([up.ambient, shown(up)]).toEqual(['none', ['SELECT 1', 'SELECT 2']])
  })
})

describe('the models', () => {
  const schema = `
${datasource('postgresql')}
/// A customer.
model User {
  id        Int       @id @default(autoincrement()) // the key
  email     String    @unique @map("email_address")
  role      Role      @default(USER)
  posts     Post[]
  profile   Profile?  @relation(fields: [profileId], references: [id])
  profileId Int?      @map(name: "profile_id")
  tags      String[]
  blob      Unsupported("tsvector")?
  legacy    String?   @ignore
  at        DateTime  @db.Timestamptz(6) @default(dbgenerated("now() at time zone 'utc' -- {"))
  /* a block
  comment Int */
  @@unique([email, role])
  @@map("users")
}
enum Role { USER ADMIN }
model Post { id Int @id author User @relation(fields: [authorId], references: [id]) }
model Old { id Int @id  @@ignore }
model Ignored {
  id Int @id
  @@ignore
}
view Report {
  id Int
}
model Profile {
  id Int @id
}
`
  const { models, provider } = readSchemaFile(schema)

  it('gives tables and columns by their names in the database', () => {
    expect(provider).toBe('postgresql')
    expect(models.find(({ name }) => name === 'User')).toEqual({
      name: 'User',
      table: 'users',
      columns: ['id', 'email_address', 'role', 'profile_id', 'tags', 'blob', 'at'],
    })
  })

  it('leaves out ignored models and views', () => {
    expect(models.map(({ name }) => name)).not.toContain('Ignored')
    expect(models.map(({ name }) => name)).not.toContain('Report')
  })

  it('knows relations to models of other files', () => {
    const project = memoryProject({
      'prisma/schema/a.prisma': `${datasource('postgresql')}model A {\n  id Int @id\n  b B?\n}`,
      'prisma/schema/b.prisma': 'model B {\n  id Int @id\n  aId Int @map("a_id")\n  a A @relation(fields: [aId], references: [id])\n}',
      [migration]: '',
    })
    const declared = prisma.declared(project, prisma.discover(project, {})[0]!)
    expect([...declared!.tables].map(([table, { columns, file }]) => [table, [...columns!], file])).toEqual([
      ['A', ['id'], 'prisma/schema/a.prisma'],
      ['B', ['id', 'a_id'], 'prisma/schema/b.prisma'],
    ])
  })

  it('is undefined where there is no schema to read', () => {
    const project = memoryProject({ [migration]: 'SELECT $$x$$' })
    expect(prisma.declared(project, prisma.discover(project, {})[0]!)).toBeUndefined()
  })

  it('never fails on any text', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('model A {', '}', '{', '@@map("x")', '@map(', '"', '\\', '\n', '/*', '//', 'datasource db {', 'id Int'),
    )
    fc.assert(fc.property(fc.array(part, { maxLength: 30 }), (parts) => void readSchemaFile(parts.join(' '))))
  })
})
