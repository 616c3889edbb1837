import type { FunctionValue, Value } from './value.ts'
import { fn, record } from './values.ts'
import type { NativeCall, NativeCode } from './walk.ts'

type Run = (call: NativeCall) => Value | undefined

/** A native function: a part of the language's library, as far as it matters. `construct` is what `new` does when that differs. */
export function native(name: string, run: Run, construct?: Run): FunctionValue {
  return nativeWith(name, run, {}, construct)
}

/** A native function that has members. */
export function nativeWith(name: string, run: Run, members: Readonly<Record<string, Run>>, construct?: Run): FunctionValue {
  const code: NativeCode = { kind: 'native', run, members: new Map(), ...(construct ? { construct } : {}) }
  for (const [key, member] of Object.entries(members)) code.members.set(key, native(key, member))
  return fn(name, code)
}

/** An object of natives; `open` says that it has more members than these. */
export function nativeObject(members: Readonly<Record<string, Run>>, open = false): Value {
  return record(
    Object.entries(members).map(([name, run]) => [name, native(name, run)] as const),
    !open,
  )
}
