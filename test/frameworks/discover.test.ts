import { describe, expect, it } from 'vitest'
import { discoverHistories } from '../../src/frameworks/discover.ts'
import { prisma } from '../../src/frameworks/prisma/index.ts'
import { rawSql } from '../../src/frameworks/raw-sql/index.ts'
import { memoryProject } from '../../src/project/memory.ts'

const frameworks = [prisma, rawSql]
const shown = (files: Readonly<Record<string, string>>, named?: readonly string[]) =>
  discoverHistories(memoryProject(files), { frameworks, ...(named ? { named } : {}) }).map(
    ({ framework, directory, entries }) => `${framework} ${directory}: ${entries.map(({ path }) => path.split('/').at(-1)).join(' ')}`,
  )

describe('discoverHistories', () => {
  const files = {
    'prisma/schema.prisma': 'datasource db {\n provider = "postgresql"\n}',
    'prisma/migrations/20240101000000_a/migration.sql': 'SELECT 1',
    'db/migrations/1_a.sql': 'SELECT 1',
    'scripts/cleanup.sql': 'SELECT 1',
    'scripts/other.sql': 'SELECT 1',
  }

  it('gives each file to one framework, in the order of folders', () => {
    expect(shown(files)).toEqual(['raw-sql db/migrations: 1_a.sql', 'prisma prisma/migrations: migration.sql'])
  })

  it('adds a history for named files that none holds, and none for those that one does', () => {
    expect(shown(files, ['db/migrations/1_a.sql'])).toHaveLength(2)
    expect(shown(files, ['scripts/cleanup.sql', 'db'])).toEqual([
      'raw-sql db/migrations: 1_a.sql',
      'prisma prisma/migrations: migration.sql',
      'raw-sql scripts: cleanup.sql',
    ])
  })

  it('keeps a database that Prisma passes over from being read as plain SQL', () => {
    const cockroach = { ...files, 'prisma/schema.prisma': 'datasource db {\n provider = "cockroachdb"\n}' }
    expect(shown(cockroach)).toEqual(['raw-sql db/migrations: 1_a.sql', 'prisma prisma/migrations: '])
  })

  it('takes a folder of SQL that says nothing for one of the database that all others are for, whatever reads them', () => {
    const engines = (more: Readonly<Record<string, string>>) =>
      discoverHistories(memoryProject({ 'plugin/migrations/1.sql': 'ALTER TABLE a ADD COLUMN b int;', ...more }), { frameworks }).map(
        ({ directory, dialect }) => `${directory} ${dialect}`,
      )
    const postgres = 'CREATE TABLE a (id bigserial PRIMARY KEY, at timestamptz, tags text[]);'
    expect(engines({ 'db/migrations/1.sql': postgres })).toEqual(['db/migrations postgres', 'plugin/migrations postgres'])
    const mysql = {
      'prisma/schema.prisma': 'datasource db {\n provider = "mysql"\n}',
      'prisma/migrations/20240101000000_a/migration.sql': 'SELECT 1',
    }
    expect(engines(mysql)).toEqual(['plugin/migrations mysql', 'prisma/migrations mysql'])
    expect(engines({ ...mysql, 'db/migrations/1.sql': postgres })).toEqual([
      'db/migrations postgres',
      'plugin/migrations undefined',
      'prisma/migrations mysql',
    ])
  })
})

describe('the engine that is asked for', () => {
  const prismaOf = (provider: string, folder = 'prisma') => ({
    [`${folder}/schema.prisma`]: `datasource db {\n provider = "${provider}"\n}`,
    [`${folder}/migrations/20240101000000_a/migration.sql`]: 'SELECT 1',
  })
  const asked = (
    files: Readonly<Record<string, string>>,
    dialect: 'postgres' | 'mysql' | 'mariadb' | 'sqlite',
    paths?: readonly string[],
  ) =>
    discoverHistories(memoryProject(files), { frameworks, dialect, ...(paths ? { paths } : {}) }).map(
      ({ directory, entries, skipped, ...history }) =>
        entries.length > 0 ? `${directory} ${history.dialect}` : `${directory} ${JSON.stringify(skipped)}`,
    )
  const many = { ...prismaOf('postgresql', 'a'), ...prismaOf('mysql', 'b'), 'c/migrations/1_a.sql': 'SELECT 1' }

  it('chooses its histories among several, and takes those that say nothing', () => {
    expect(asked(many, 'postgres')).toEqual(['a/migrations postgres', 'b/migrations {"not postgres":1}', 'c/migrations postgres'])
    expect(asked(many, 'mysql')).toEqual(['a/migrations {"not mysql":1}', 'b/migrations mysql', 'c/migrations mysql'])
  })

  it('takes those of MySQL for MariaDB', () => {
    expect(asked(many, 'mariadb')).toEqual(['a/migrations {"not mariadb":1}', 'b/migrations mariadb', 'c/migrations mariadb'])
  })

  it('is that of all where none says so, of the only one, and of what is named', () => {
    expect(asked(many, 'sqlite')).toEqual(['a/migrations sqlite', 'b/migrations sqlite', 'c/migrations sqlite'])
    expect(asked(prismaOf('mysql'), 'postgres')).toEqual(['prisma/migrations postgres'])
    expect(asked(many, 'postgres', ['b/migrations'])).toEqual(['b/migrations postgres'])
  })

  it('brings out what lies at the root, where nothing looks like a migration', () => {
    const root = { 'fill.sql': 'UPDATE accounts SET plan = 1;', 'tool.config.js': 'module.exports = {}', 'docs/query.sql': 'SELECT 1' }
    expect(shown(root)).toEqual([])
    expect(asked(root, 'postgres')).toEqual([' postgres'])
    expect(asked({ ...root, 'migrations/1_a.sql': 'SELECT 1' }, 'postgres')).toEqual(['migrations postgres'])
  })
})
