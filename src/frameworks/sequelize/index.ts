import { loadParser } from '../../javascript/parse.ts'
import type { Framework } from '../framework.ts'
import { discover } from './discover.ts'
import { facts } from './facts.ts'
import { load } from './load.ts'
import { lower } from './lower.ts'
import { declared } from './models.ts'
import { sequelizeWriter } from './writer.ts'

/**
 * Sequelize 6: migrations of sequelize-cli and umzug. Neither opens a transaction around them
 * (https://sequelize.org/docs/v6/other-topics/migrations/, measured with sequelize-cli 6.6 and umzug 3.8): a migration wraps its own calls
 * in `sequelize.transaction(…)` and passes the transaction to every one.
 */
export const sequelize: Framework = {
  name: 'sequelize',
  discover,
  ready: loadParser,
  load,
  lower,
  declared,
  facts,
  writer: sequelizeWriter,
}
