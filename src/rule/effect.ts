import type { Cost } from '../dialects/dialect.ts'
import { type Name, showName } from '../ir/names.ts'

/**
 * Who waits for a statement while it works, as a clause: "reads and writes of orders wait", "writes of orders wait", "nothing waits". What
 * only queues behind its lock for an instant is not meant. The lock's own name belongs into a finding's details, not into its message.
 */
export function effectOf({ blocks }: Pick<Cost, 'blocks'>, table: Name): string {
  switch (blocks) {
    case 'nothing':
      return 'nothing waits'
    case 'writes':
      return `writes of ${showName(table)} wait`
    case 'reads-and-writes':
      return `reads and writes of ${showName(table)} wait`
    case 'unknown':
      return `reads and writes of ${showName(table)} may wait`
  }
}
