import { exportsOf, memberOf, type Run, run } from '../../src/javascript/interpret.ts'
import type { HandleValue, Host, Value } from '../../src/javascript/value.ts'
import { shown, undef } from '../../src/javascript/values.ts'
import type { Project } from '../../src/project/project.ts'

/** A project of texts. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  return {
    root: '/project',
    read: (path) => (Object.hasOwn(files, path) ? { text: files[path]! } : { error: 'no such file', because: 'missing' }),
    exists: (path) => Object.hasOwn(files, path),
    glob: ([pattern]) => {
      const folder = /^(.*)\/\*$/.exec(pattern ?? '')?.[1]
      return Object.keys(files)
        .filter((path) => folder === undefined || path.slice(0, path.lastIndexOf('/')) === folder)
        .sort()
    },
    dependency: () => undefined,
  }
}

export const db: HandleValue = { kind: 'handle', name: 'db' }

/** A framework without a database: every method of `db` is a call that is recorded, `has` and `describe` ask questions, `rows` gives rows. */
export const host: Host = {
  module: (specifier) =>
    specifier === 'the-framework'
      ? {
          kind: 'object',
          members: new Map<string, Value>([
            ['db', db],
            ['TYPE', { kind: 'handle', name: 'type' }],
          ]),
          complete: true,
        }
      : undefined,
  get(handle, property) {
    if (handle.name === 'described') return { kind: 'handle', name: 'answer', data: { ...(handle.data as object), column: property } }
    if (handle.name === 'db' && property === 'child') return { kind: 'handle', name: 'db', data: 'child' }
    return undefined
  },
  call(handle, property, args, machine, span) {
    if (handle.name !== 'db' || property === undefined || property === 'mystery') return undefined
    if (property === 'dialect') return { kind: 'handle', name: 'dialect' }
    const event = machine.record(property, args, span)
    if (property === 'has') return machine.promise({ kind: 'handle', name: 'answer', data: { table: args[0] } }, event)
    if (property === 'describe') return machine.promise({ kind: 'handle', name: 'described', data: { table: args[0] } }, event)
    if (property === 'rows') return machine.promise({ kind: 'handle', name: 'rows' }, event)
    if (property === 'sync') return undef
    if (property === 'transaction') {
      const callback = args.find((arg) => arg.kind === 'function')
      if (callback) return machine.promise(machine.invoke(callback, [{ kind: 'handle', name: 'transaction' }], span), event)
      return machine.promise({ kind: 'handle', name: 'transaction' }, event)
    }
    return machine.promise(undef, event)
  },
  construct: () => undefined,
  inert: (handle) => handle.name !== 'db' && handle.name !== 'transaction',
  condition({ values, equality }) {
    if (equality) {
      const dialect = [equality.left, equality.right].find((side) => side.kind === 'handle' && side.name === 'dialect')
      const other = equality.left === dialect ? equality.right : equality.left
      if (dialect && other.kind === 'string') return { branch: { on: 'dialect', dialects: [shown(other) as 'mysql'] } }
      return undefined
    }
    const answer = values.find(
      (value): value is HandleValue => value.kind === 'handle' && ['answer', 'rows', 'described'].includes(value.name),
    )
    if (!answer) return undefined
    return { guard: { by: 'describe', requires: 'exists' } }
  },
  loop: (value) => (value.kind === 'handle' && value.name === 'rows' ? { over: 'rows', bounded: false } : undefined),
}

/** Walks `up` of the first file. */
export function up(source: string, more: Readonly<Record<string, string>> = {}, path = 'm/a.ts'): Run {
  const project = projectOf({ [path]: source, ...more })
  const module = exportsOf(path, project, host)
  const target = module.values.get('up') ?? (module.values.get('default') && memberOf(module.values.get('default')!, 'up', project, host))
  if (target === undefined) throw new Error(`no up: ${JSON.stringify(module.blinds)}`)
  const result = run(target, [db], module.values.get('default') ?? module.common ?? undef, project, host)
  return { ...result, blinds: [...module.blinds, ...result.blinds] }
}

/** A call as text: `name(argument, …)`. */
export function calls(result: Run): readonly string[] {
  return result.events.map((event) => `${event.name}(${(event.data as readonly Value[]).map(show).join(', ')})`)
}

function show(value: Value): string {
  switch (value.kind) {
    case 'string':
      return shown(value)
    case 'number':
    case 'boolean':
      return String(value.value)
    case 'array':
      return `[${value.items.map(show).join(', ')}${value.complete ? '' : ', …'}]`
    case 'object':
      return `{${[...value.members].map(([key, member]) => `${key}: ${show(member)}`).join(', ')}${value.complete ? '' : ', …'}}`
    case 'handle':
      return `<${value.name}>`
    case 'unknown':
      return `?${value.reason}`
    default:
      return value.kind
  }
}
