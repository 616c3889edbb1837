import { defineRule, type Span } from '../../src/rule/define.ts'

export default defineRule({
  id: 'definer-account',
  title: 'Trigger, view or routine that hangs on one account',
  severity: 'warning',
  profile: 'strict',
  profileBecause: 'It works until somebody drops the account, or runs the migration where there is none of that name.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'With DEFINER = an account, a trigger, view or routine runs with that account’s rights, whoever calls it. Where the account is not there every use fails with error 1449, and only a user with SUPER or SET_USER_ID (SET_ANY_DEFINER) may name another account than itself. A dump writes the account of the server that it came from.',
  instead: 'Leave DEFINER out: the account that runs the migration is taken.',
  unless: 'It is CURRENT_USER, or one of the accounts in the option allow.',
  sources: ['https://dev.mysql.com/doc/refman/8.4/en/stored-objects-security.html'],
  covers: [252, 300],
  equivalents: ['skeema:definer'],
  options: { allow: [] as readonly string[] },
  messages: {
    account: '{name} runs as {account}: where that account is missing every use of it fails with error 1449.',
  },
  on: {
    createTrigger({ name, definer, span }, at) {
      judge(name, definer, span, at)
    },
    createView({ name, definer, span }, at) {
      judge(name.name, definer, span, at)
    },
    createFunction({ name, definer, span }, at) {
      judge(name.name, definer, span, at)
    },
  },
  bad: [
    { on: 'mysql', says: 'account', sql: 'CREATE DEFINER=`admin`@`%` VIEW open_orders AS SELECT id FROM orders WHERE paid = 0;' },
    {
      on: 'mariadb',
      says: 'account',
      sql: 'CREATE DEFINER=root@localhost TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW SET NEW.updated_at = NOW();',
    },
  ],
  good: [
    { on: 'mysql', sql: 'CREATE VIEW open_orders AS SELECT id FROM orders WHERE paid = 0;' },
    { on: 'mysql', sql: 'CREATE DEFINER=CURRENT_USER() VIEW open_orders AS SELECT id FROM orders WHERE paid = 0;' },
    {
      on: 'mysql',
      title: 'An account that is always there',
      options: { allow: ['app@%'] },
      sql: "CREATE DEFINER='app'@'%' VIEW open_orders AS SELECT id FROM orders WHERE paid = 0;",
    },
  ],
})

interface Asks {
  readonly options: { readonly allow: readonly string[] }
  report(where: Span, message: 'account', slots: { readonly name: string; readonly account: string }): void
}

function judge(name: string, definer: string | undefined, span: Span, at: Asks): void {
  const account = definer?.replace(/[`'"\s]/g, '')
  if (account === undefined || /^current_(?:user|role)\b/i.test(account) || at.options.allow.includes(account)) return
  at.report(span, 'account', { name, account })
}
