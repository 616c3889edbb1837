import type { Cost } from '../dialects/dialect.ts'
import { type Name, showName } from '../ir/names.ts'

/**
 * Who waits for a statement while it works, as a clause: "reads and writes of orders wait", "writes of orders wait", "nothing waits". What
 * only queues behind its lock for an instant is not meant. `others` wait just as the table does. The lock's own name belongs into a
 * finding's details, not into its message.
 */
export function effectOf({ blocks }: Pick<Cost, 'blocks'>, table: Name, others: readonly Name[] = []): string {
  const shown = [table, ...others].map(showName).join(' and ')
  switch (blocks) {
    case 'nothing':
      return 'nothing waits'
    case 'writes':
      return `writes of ${shown} wait`
    case 'reads-and-writes':
      return `reads and writes of ${shown} wait`
    case 'unknown':
      return `reads and writes of ${shown} may wait`
  }
}
