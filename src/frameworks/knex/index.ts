import { loadParser } from '../../javascript/parse.ts'
import type { Framework } from '../framework.ts'
import { discover } from './discover.ts'
import { load } from './load.ts'
import { lower } from './lower.ts'
import { knexWriter } from './writer.ts'

/**
 * Knex: modules with `up(knex)` and `down(knex)`. How its migrator wraps them in transactions stands in `ambient.ts`
 * (https://github.com/knex/knex/blob/master/lib/migrations/migrate/Migrator.js); what each builder sends was printed by Knex 3.3 itself.
 */
export const knex: Framework = {
  name: 'knex',
  discover,
  ready: loadParser,
  load,
  lower,
  declared: () => undefined,
  writer: knexWriter,
}
