import { engagedRooms } from '../pipeline/engines.ts'

// What is compiled into one file, behind its three doors: what one does not need is compiled with it and not run.

/** Reads the process's arguments and runs the command. */
export function command(): Promise<unknown> {
  return import('./main.ts')
}

/** What `surefoot` exports. */
export function library(): object {
  return require('../index.ts')
}

/** What `surefoot/eslint` exports by default. */
export async function plugin(): Promise<object> {
  const { loadPlugin } = await import('../eslint/plugin.ts')
  return loadPlugin()
}

/** The rooms that were at work in this process. */
export const rooms = engagedRooms
