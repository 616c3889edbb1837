import { measured, page, type Rows } from './row.ts'

/** PRAGMAs that do nothing, without a word, while a transaction is open. */
const deafInTransaction = /^(?:pragma )?foreign_keys$/

/** The session, transactions, maintenance. ATTACH and DETACH are allowed in a transaction (measured), VACUUM is not. */
export const session: Rows = {
  setVariable: [
    {
      when: ({ name }) => deafInTransaction.test(name),
      effort: 'none',
      because: 'PRAGMA foreign_keys does nothing while a transaction is open',
      cite: `${page.pragma}#pragma_foreign_keys`,
      proof: measured,
    },
    { effort: 'none', cite: page.pragma },
  ],
  transaction: [{ effort: 'none', cite: page.transaction }],
  maintain: [
    {
      when: ({ command }) => /^VACUUM/i.test(command),
      effort: 'vacuums',
      inTransaction: false,
      because: 'VACUUM writes the whole database file again',
      cite: page.vacuum,
      proof: measured,
    },
    { when: ({ command }) => /^REINDEX/i.test(command), effort: 'builds', cite: 'https://www.sqlite.org/lang_reindex.html' },
    { effort: 'reads', cite: 'https://www.sqlite.org/lang_analyze.html' },
  ],
  otherStatement: [
    { when: ({ command }) => /^VACUUM/i.test(command), effort: 'vacuums', inTransaction: false, cite: page.vacuum, proof: measured },
    { effort: 'none', cite: page.attach, proof: measured },
  ],
  createDatabase: [{ effort: 'none', cite: page.attach, proof: measured }],
  dropDatabase: [{ effort: 'none', cite: page.attach, proof: measured }],
  refuse: [{ effort: 'none', cite: page.transaction }],
  external: [{ effort: 'none', cite: page.transaction }],
  interpolate: [{ effort: 'none', cite: page.transaction }],
  unsupported: [{ effort: 'none', because: 'the engine refuses the statement', cite: page.transaction }],
}
