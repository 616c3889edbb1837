import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'shadow-database',
  title: 'Statement that the shadow database may not run',
  severity: 'info',
  profile: 'strict',
  profileBecause: 'Deployments are not touched; prisma migrate dev fails for every developer.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'prisma migrate dev replays all migrations on a database that it makes and drops for itself. Roles and databases belong to the whole server: they are there already on the second replay, and a developer’s user may not make them.',
  instead: 'Make roles and databases outside the migrations, or guard them with a DO block that asks pg_roles first.',
  unless: 'The statement is guarded, or the project uses a server of its own for the shadow database.',
  sources: ['https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/shadow-database'],
  covers: [276],
  equivalents: [],
  messages: {
    server: '{what} belongs to the whole server: prisma migrate dev, which replays the migration on a shadow database, fails on it.',
  },
  on: {
    every(operation, at) {
      if (at.framework !== 'prisma' || operation.context?.block === 'do' || operation.context?.guards) return
      if (operation.kind === 'createDatabase') at.report(operation, 'server', { what: `The database ${operation.name}` })
      else if (operation.kind === 'otherStatement' && /^(?:CREATE|DROP) (?:ROLE|USER)$/.test(operation.command))
        at.report(operation, 'server', { what: 'A role' })
    },
  },
  bad: [{ on: 'postgres', says: 'server', prisma: 'CREATE ROLE reporting;' }],
  good: [
    {
      on: 'postgres',
      prisma: "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reporting') THEN CREATE ROLE reporting; END IF; END $$;",
    },
    { on: 'postgres', title: 'Another runner', sql: 'CREATE ROLE reporting;' },
  ],
})
