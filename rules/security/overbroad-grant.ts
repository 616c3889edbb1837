import { defineRule, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'overbroad-grant',
  title: 'Rights for everybody, or to pass on',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'Every login of the database, and every one that is made later, can change or delete the rows.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb'],
  inDown: 'full',
  why: 'What is granted to PUBLIC belongs to every role that exists and every role that will. With CREATE on a schema anybody can put objects in the way of others; WITH GRANT OPTION hands on the decision who gets the right, and REVOKE then needs CASCADE. On MySQL ALL ON *.* is every right over every database of the server, accounts included.',
  instead: 'Grant the rights that are needed to the role that needs them.',
  unless: 'It is USAGE, EXECUTE or CONNECT, which PUBLIC has by default, or a role of its own is named.',
  sources: ['https://www.postgresql.org/docs/current/ddl-priv.html', 'https://dev.mysql.com/doc/refman/8.4/en/grant.html'],
  covers: [296],
  equivalents: ['safe-migrate:overbroad-grant'],
  messages: {
    everyone: 'Every role of the database, present and future, gets {privileges} on {what}.',
    readable: { text: 'Every role of the database, present and future, can read {what}.', profile: 'strict' },
    server: '{roles} gets {privileges} on every database of the server, those of others included.',
    passedOn: '{roles} may give {privileges} on {what} to anybody: WITH GRANT OPTION.',
    all: { text: '{roles} gets ALL on {what}, also what the application never uses: TRUNCATE, TRIGGER, REFERENCES.', profile: 'strict' },
  },
  on: {
    otherStatement({ details, span }, at) {
      if (details?.about !== 'grant' || details.revoke || details.on === 'role') return
      const privileges = details.privileges.join(', ')
      const objects = details.objects.map(showName).join(', ')
      const what =
        details.on === 'all-tables' ? `all tables of ${objects}` : details.on === 'defaults' ? 'objects that are made later' : objects
      const isServer = details.objects.some(({ schema, name }) => schema === '*' && name === '*')
      const others = details.to.filter((role) => role !== 'PUBLIC')
      if (isServer && details.privileges.some((privilege) => writes.has(privilege)))
        at.report(span, 'server', { roles: others.join(', '), privileges })
      else if (details.to.includes('PUBLIC')) {
        if (details.privileges.some((privilege) => writes.has(privilege)) && details.on !== 'function' && details.on !== 'other')
          at.report(span, 'everyone', { privileges, what })
        else if (details.privileges.includes('SELECT')) at.report(span, 'readable', { what })
      } else if (details.grantOption) at.report(span, 'passedOn', { roles: others.join(', '), privileges, what })
      else if (privileges === 'ALL' && (details.on === 'all-tables' || details.on === 'defaults' || details.on === 'database'))
        at.report(span, 'all', { roles: others.join(', '), what })
    },
  },
  bad: [
    { on: 'mysql', says: 'server', sql: "GRANT ALL ON *.* TO 'app'@'%';" },
    { on: 'mariadb', says: 'passedOn', sql: "GRANT SELECT, UPDATE ON shop.orders TO 'reporting'@'%' WITH GRANT OPTION;" },
    { on: 'postgres', says: 'everyone', sql: 'GRANT ALL ON orders TO PUBLIC;' },
    { on: 'postgres', says: 'passedOn', sql: 'GRANT SELECT, UPDATE ON orders TO reporting WITH GRANT OPTION;' },
    { on: 'postgres', says: 'readable', profile: 'strict', sql: 'GRANT SELECT ON orders TO PUBLIC;' },
    { on: 'postgres', says: 'all', profile: 'strict', sql: 'GRANT ALL ON ALL TABLES IN SCHEMA public TO app;' },
  ],
  good: [
    { on: 'mysql', sql: "GRANT SELECT, INSERT, UPDATE ON shop.orders TO 'app'@'%';" },
    { on: 'mysql', title: 'A right that only reads', sql: "GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'monitor'@'%';" },
    { on: 'postgres', sql: 'GRANT SELECT, INSERT, UPDATE ON orders TO app;' },
    { on: 'postgres', title: 'What everybody has anyway', sql: 'GRANT USAGE ON SCHEMA reports TO PUBLIC;' },
    { on: 'postgres', title: 'Taken away', sql: 'REVOKE ALL ON orders FROM PUBLIC;' },
  ],
})

/** Privileges that change something. */
const writes: ReadonlySet<string> = new Set(['ALL', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'CREATE', 'MAINTAIN'])
