import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'secret-in-migration',
  title: 'Secret in a migration',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'It is in the history of the repository for good, and anybody who can read that can use it.',
  since: '0.2.0',
  dialects: ['postgres', 'mysql', 'mariadb', 'sqlite'],
  inDown: 'full',
  why: 'A migration is kept in the repository for ever, copied to every developer and build server, and its statements are written to the server’s log. A password or key in it can only be made harmless by changing it.',
  instead:
    'Change the secret, and give the new one outside the migration: from the environment, a secret store, or a step of the deployment.',
  unless: 'The value is a placeholder, a hash, or comes from outside the file.',
  sources: [
    'https://www.postgresql.org/docs/current/sql-createrole.html',
    'https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning',
  ],
  covers: [301],
  equivalents: [],
  messages: {
    password: 'A password stands here in plain text: it is in the repository and in the server’s log for good.',
    key: 'What is written here looks like {kind}: it is in the repository and in the server’s log for good.',
  },
  on: {
    otherStatement({ details, span }, at) {
      if (details?.about === 'role' && details.password === 'literal') at.report(span, 'password', {})
    },
    insert({ literals, span }, at) {
      const kind = kindOf(literals)
      if (kind !== undefined) at.report(span, 'key', { kind })
    },
    update({ set, span }, at) {
      const kind = kindOf(set.flatMap(({ literals }) => literals))
      if (kind !== undefined) at.report(span, 'key', { kind })
    },
  },
  bad: [
    { on: 'postgres', says: 'password', sql: "CREATE ROLE reporting LOGIN PASSWORD 'correct horse battery';" },
    {
      on: 'mysql',
      says: 'key',
      sql: "INSERT INTO settings (name, value) VALUES ('deploy', '-----BEGIN RSA PRIVATE KEY-----');",
    },
    {
      on: 'mariadb',
      says: 'key',
      sql: "UPDATE settings SET value = '-----BEGIN OPENSSH PRIVATE KEY-----' WHERE id = 1;",
    },
    {
      on: 'sqlite',
      says: 'key',
      sql: "INSERT INTO settings (name, value) VALUES ('deploy', '-----BEGIN PRIVATE KEY-----');",
    },
  ],
  good: [
    { on: 'postgres', title: 'No password', sql: 'CREATE ROLE reporting LOGIN;' },
    { on: 'postgres', title: 'A hash', sql: "ALTER ROLE reporting PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';" },
    {
      on: 'mysql',
      title: 'A certificate is public',
      sql: "INSERT INTO settings (name, value) VALUES ('ca', '-----BEGIN CERTIFICATE-----');",
    },
  ],
})

/** What keys of well-known services look like; the services publish these forms so that scanners find them. */
const keys: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, 'a private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60})/, 'a GitHub token'],
  [/\bglpat-[\w-]{20}/, 'a GitLab token'],
  [/\b[sr]k_live_[A-Za-z0-9]{16}/, 'a Stripe key'],
  [/\bxox[abprs]-\d[\w-]{18}/, 'a Slack token'],
  [/\bAIza[\w-]{35}/, 'a Google API key'],
]

/** What the first value that looks like a key is; undefined: none does. */
function kindOf(values: readonly string[]): string | undefined {
  for (const value of values) {
    if (/example/i.test(value)) continue
    const found = keys.find(([pattern]) => pattern.test(value))
    if (found) return found[1]
  }
  return undefined
}
