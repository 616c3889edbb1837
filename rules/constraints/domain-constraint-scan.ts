import { columnsOfType, defineRule, type OperationOf, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'domain-constraint-scan',
  title: 'Domain constraint that reads every table with the domain',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'Writes of all those tables wait while they are read, and one value makes it fail.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'ALTER DOMAIN … ADD CONSTRAINT, SET NOT NULL and VALIDATE CONSTRAINT look at every value of every column of the domain, with the writes of all those tables blocked until the last one is read. VALIDATE is no milder here than ADD: on a table’s own constraint it lets writes go on, on a domain’s it does not.',
  instead:
    'Leave the domain as it is and add the CHECK to each column’s table instead, NOT VALID, and VALIDATE it there later: writes go on meanwhile.',
  unless:
    'No column has the domain, only columns of new tables do, or the constraint is added NOT VALID: then new values alone are tested.',
  sources: ['https://www.postgresql.org/docs/current/sql-alterdomain.html', 'https://www.postgresql.org/docs/current/sql-altertable.html'],
  covers: [59, 60],
  equivalents: [
    'squawk:ban-alter-domain-with-add-constraint',
    'pgfence:ban-alter-domain-add-constraint',
    'pgsafe:add-domain-constraint-without-not-valid',
    'pgsafe:add-domain-not-null',
  ],
  messages: {
    scans: 'Writes of {tables} wait while every value of domain {domain} in them is read; one that {breaks} makes the statement fail.',
    unknownTables: {
      text: 'Writes of every table with a column of domain {domain} wait while those columns are read; one value that {breaks} makes the statement fail.',
      severity: 'warning',
    },
  },
  on: {
    alterDomain(alter, at) {
      if (at.cost.scans !== true) return
      const domain = at.type(alter.name)
      if (domain && at.age(domain.born) !== 'existing') return
      const slots = { domain: showName(alter.name), breaks: breaksBy(alter) }
      const tables = [...new Set(columnsOfType(alter.name, at).map(({ table }) => showName(table)))]
      if (tables.length > 0) at.report(alter, 'scans', { ...slots, tables: tables.join(', ') }, { evidence: 'replayed' })
      else if (!domain || !at.before.complete) at.report(alter, 'unknownTables', slots, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'scans',
      history: ['CREATE DOMAIN amount AS numeric;', 'CREATE TABLE orders (id bigint PRIMARY KEY, total amount);'],
      sql: 'ALTER DOMAIN amount ADD CONSTRAINT amount_positive CHECK (VALUE > 0);',
    },
    {
      on: 'postgres',
      says: 'scans',
      title: 'VALIDATE is no milder',
      history: [
        'CREATE DOMAIN amount AS numeric;',
        'CREATE TABLE orders (id bigint PRIMARY KEY, total amount);',
        'ALTER DOMAIN amount ADD CONSTRAINT amount_positive CHECK (VALUE > 0) NOT VALID;',
      ],
      sql: 'ALTER DOMAIN amount VALIDATE CONSTRAINT amount_positive;',
    },
    {
      on: 'postgres',
      says: 'unknownTables',
      title: 'A domain from before the history',
      sql: 'ALTER DOMAIN amount SET NOT NULL;',
    },
  ],
  good: [
    {
      on: 'postgres',
      title: 'New values alone',
      history: ['CREATE DOMAIN amount AS numeric;', 'CREATE TABLE orders (id bigint PRIMARY KEY, total amount);'],
      sql: 'ALTER DOMAIN amount ADD CONSTRAINT amount_positive CHECK (VALUE > 0) NOT VALID;',
    },
    {
      on: 'postgres',
      title: 'A new domain',
      sql: 'CREATE DOMAIN amount AS numeric;\nALTER DOMAIN amount ADD CONSTRAINT amount_positive CHECK (VALUE > 0);',
    },
  ],
})

function breaksBy(alter: OperationOf<'alterDomain'>): string {
  return alter.action.toUpperCase() === 'SET NOT NULL' ? 'is NULL' : 'breaks the constraint'
}
