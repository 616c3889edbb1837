import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'provider-mismatch',
  title: 'Migrations of another engine than the schema’s',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Prisma refuses every migrate command (P3019): the deployment stops before its first statement.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'migration_lock.toml keeps the engine that the migrations were generated for. Where the datasource names another one, their SQL does not fit it, and Prisma runs none of them.',
  instead: 'Start a new history for the new engine: move the migrations folder away and run prisma migrate dev; or put the provider back.',
  unless: 'Both names mean the same engine: postgres and postgresql.',
  sources: ['https://www.prisma.io/docs/orm/reference/error-reference#p3019'],
  covers: [261],
  equivalents: [],
  messages: {
    differs: 'The datasource is {provider}, the migrations were generated for {locked}: prisma migrate refuses to run any of them (P3019).',
  },
  on: {
    history(at) {
      const { provider, lockProvider } = at.facts
      if (!provider || !lockProvider || engineOf(provider.value) === engineOf(lockProvider.value)) return
      const slots = { provider: provider.value, locked: lockProvider.value }
      const related = [{ message: `${lockProvider.value} stands here.`, span: lockProvider.span }]
      at.report(provider.span, 'differs', slots, { migration: 'whole', related })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'differs',
      prisma: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      files: { 'prisma/migrations/migration_lock.toml': 'provider = "sqlite"\n' },
    },
  ],
  good: [
    {
      on: 'postgres',
      prisma: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      files: { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' },
    },
    {
      on: 'postgres',
      title: 'The same engine by another name',
      prisma: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
      files: {
        'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        'prisma/schema.prisma': 'datasource db {\n  provider = "postgres"\n  url      = env("DATABASE_URL")\n}\n',
      },
    },
  ],
})

function engineOf(provider: string): string {
  const lower = provider.toLowerCase()
  return lower === 'postgres' ? 'postgresql' : lower
}
