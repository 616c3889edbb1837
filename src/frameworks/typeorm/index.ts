import { loadParser } from '../../javascript/parse.ts'
import type { Framework } from '../framework.ts'
import { discover } from './discover.ts'
import { declaredEntities } from './entities.ts'
import { facts } from './facts.ts'
import { load } from './load.ts'
import { lower } from './lower.ts'
import { typeormWriter } from './writer.ts'

/**
 * TypeORM: classes with `up(queryRunner)` and `down(queryRunner)`. How its executor wraps them in transactions stands in `ambient.ts`
 * (https://github.com/typeorm/typeorm/blob/master/src/migration/MigrationExecutor.ts).
 */
export const typeorm: Framework = {
  name: 'typeorm',
  discover,
  ready: loadParser,
  load,
  lower,
  declared: declaredEntities,
  facts,
  writer: typeormWriter,
}
