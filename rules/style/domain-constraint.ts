import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'domain-constraint',
  title: 'Domain with a constraint',
  severity: 'info',
  profile: 'style',
  profileBecause: 'A convention: nothing breaks at once.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A constraint of a domain holds for every column of the type at once. To change it reads all of those tables under lock, and NOT VALID helps for the domain alone, not for each table.',
  instead: 'Put the CHECK on the columns.',
  unless: 'The domain’s rule will never change.',
  sources: ['https://www.postgresql.org/docs/current/sql-createdomain.html'],
  covers: [61],
  equivalents: ['squawk:ban-create-domain-with-constraint'],
  messages: {
    found: 'The domain {domain} has a constraint: changing it reads every table that uses it.',
  },
  on: {
    createDomain({ name, checks, notNull, span }, at) {
      if (checks.length > 0 || notNull) at.report(span, 'found', { domain: showName(name) })
    },
  },
  bad: [{ on: 'postgres', says: 'found', sql: 'CREATE DOMAIN amount AS integer CHECK (VALUE > 0);' }],
  good: [{ on: 'postgres', sql: 'CREATE DOMAIN amount AS integer;' }],
})
