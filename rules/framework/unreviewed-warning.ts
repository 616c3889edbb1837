import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'unreviewed-warning',
  title: 'Warning of the generator left in the migration',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A habit of a team: what the comment warns of has rules of its own.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'Prisma writes a comment above a migration that loses data or may fail on rows that exist. Committed as it is, nobody knows whether anybody read it: the next reviewer takes it for the generator’s small print.',
  instead: 'Read it, change the migration or say in its place why the loss is meant, and delete it.',
  unless: 'It was read: a comment in your own words, or a suppression with a reason, says so.',
  sources: ['https://www.prisma.io/docs/orm/prisma-migrate/workflows/customizing-migrations'],
  covers: [275],
  equivalents: [],
  messages: {
    unread: 'Prisma’s own warning still stands here: {warning}',
  },
  on: {
    migration(at) {
      const { header } = at.migration
      if (!header) return
      const [, first] = /^\s*(?:--\s*)?Warnings:\s+(?:--\s*)?-\s+(.+)/m.exec(header.text) ?? []
      if (first !== undefined) at.report(header.span, 'unread', { warning: first.trim() })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'unread',
      prisma:
        '/*\n  Warnings:\n\n  - You are about to drop the column `name` on the `User` table. All the data in the column will be lost.\n\n*/\n-- AlterTable\nALTER TABLE "User" DROP COLUMN "name";',
      history: ['CREATE TABLE "User" ("id" INTEGER NOT NULL, "name" TEXT, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));'],
      also: ['drop-before-contract', 'missing-lock-timeout'],
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'In the team’s own words',
      prisma: '-- The warnings were read: nobody has used "nick" since March.\nALTER TABLE "User" ADD COLUMN "handle" TEXT;',
      also: ['missing-lock-timeout'],
    },
  ],
})
