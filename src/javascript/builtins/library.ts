import { tracedText } from '../../source/traced.ts'
import { callFunction } from '../functions.ts'
import { native, nativeObject } from '../native.ts'
import { reachOut } from '../outside.ts'
import { promiseOf } from '../promises.ts'
import { directoryOf, joinPath } from '../resolve.ts'
import type { Value } from '../value.ts'
import { bool, derived, fn, list, plain, record, text, undef, unknown, yes } from '../values.ts'
import type { NativeCall } from '../walk.ts'
import { formatText, pgFormat } from './format.ts'
import { lazyPromise } from './lazy-promise.ts'
import { promiseGlobal } from './promise-global.ts'

type Run = (call: NativeCall) => Value | undefined

/** A path as the program has it: absolute paths start at the project's root. */
function pathOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'object') return pathOf(value.members.get('pathname'))
  const known = plain(value)
  return known?.startsWith('file://') ? known.slice('file://'.length) : known
}

function joined(call: NativeCall, absolute: boolean): Value {
  const parts = call.args.map((arg) => pathOf(arg))
  if (parts.includes(undefined)) return derived(call.expression, call.span, ...call.args)
  let path = ''
  for (const part of parts as string[]) path = absolute && part.startsWith('/') ? part : path === '' ? part : `${path}/${part}`
  const rooted = path.startsWith('/') || absolute
  const clean = joinPath('', path)
  return clean === undefined ? derived(call.expression, call.span, ...call.args) : text(rooted ? `/${clean}` : clean, call.span)
}

const path = nativeObject(
  {
    join: (call) => joined(call, false),
    resolve: (call) => joined(call, true),
    normalize: (call) => joined(call, false),
    dirname: (call) => {
      const known = pathOf(call.args[0])
      return known === undefined
        ? undefined
        : text(known.startsWith('/') ? `/${directoryOf(known.slice(1))}` : directoryOf(known), call.span)
    },
    basename: (call) => {
      const known = pathOf(call.args[0])
      if (known === undefined) return undefined
      const base = known.slice(known.lastIndexOf('/') + 1)
      const suffix = plain(call.args[1])
      return text(suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base, call.span)
    },
    extname: (call) => {
      const known = pathOf(call.args[0])
      return known === undefined ? undefined : text(/[^/](\.[^./]*)$/.exec(known)?.[1] ?? '', call.span)
    },
  },
  true,
)
if (path.kind === 'object') {
  path.members.set('sep', text('/'))
  path.members.set('posix', path)
  path.members.set('default', path)
}

/**
 * The places that the first argument may mean: from the project's root, and from each folder above the calling file. A program is often run
 * in its package's folder, and paths that do not start at the file itself are counted from there.
 */
function* placesOf(call: NativeCall): Generator<string> {
  const known = pathOf(call.args[0])
  const relative = known === undefined ? undefined : joinPath('', known)
  if (relative === undefined) return
  yield relative
  for (let folder = directoryOf(call.span.file); folder !== ''; folder = directoryOf(folder)) yield `${folder}/${relative}`
}

/** The text of a file, traced to that file; unknown when the project has none there. */
function fileText(call: NativeCall): Value {
  let relative = ''
  let content: string | undefined
  for (const place of placesOf(call)) {
    relative = place
    content = call.walk.readText(place)
    if (content !== undefined) break
  }
  if (content === undefined) return unknown('unknown', `${call.expression}(…)`, call.span)
  const traced = tracedText(content, relative)
  return { kind: 'string', pieces: content === '' ? [] : traced.pieces, span: { file: relative, start: 0, end: content.length } }
}

/** The names in a folder; unknown when the project has no file there. */
function folderNames(call: NativeCall): Value {
  for (const place of placesOf(call)) {
    const names = call.walk.listFiles(place)
    if (names.length === 0) continue
    return list(
      names.map((name) => text(name, call.span)),
      true,
      call.span,
    )
  }
  return unknown('unknown', `${call.expression}(…)`, call.span)
}

/** Is there such a file? No only where its folder is known: the program may mean a folder that is not the project's. */
function fileExists(call: NativeCall): Value | undefined {
  for (const place of placesOf(call)) {
    if (call.walk.readText(place) !== undefined || call.walk.listFiles(place).length > 0) return yes
  }
  const [first] = placesOf(call)
  return first !== undefined && call.walk.listFiles(directoryOf(first)).length > 0 ? { kind: 'boolean', value: false } : undefined
}

/** What `fs.stat` says: whether there is a file or a folder. */
function fileState(call: NativeCall): Value | undefined {
  for (const place of placesOf(call)) {
    const isFile = call.walk.readText(place) !== undefined
    if (!isFile && call.walk.listFiles(place).length === 0) continue
    return nativeObject({ isFile: () => bool(isFile), isDirectory: () => bool(!isFile) }, true)
  }
  return undefined
}

const filePromises: Readonly<Record<string, Run>> = {
  readdir: (call) => promiseOf(folderNames(call), [], call.span),
  stat: (call) => promiseOf(fileState(call) ?? derived(call.expression, call.span, call.args[0]), [], call.span),
  readFile: (call) => promiseOf(fileText(call), [], call.span),
  access: () => promiseOf(undef, []),
}
const fs = nativeObject(
  {
    readFileSync: fileText,
    readdirSync: folderNames,
    statSync: fileState,
    lstatSync: fileState,
    existsSync: fileExists,
    readFile(call) {
      const callback = call.args[call.args.length - 1]
      if (callback?.kind === 'function')
        return callFunction(call.walk, callback, undef, [{ kind: 'null' }, fileText(call)], call.span, 'callback')
      return promiseOf(fileText(call), [], call.span)
    },
  },
  true,
)
if (fs.kind === 'object') {
  fs.members.set('promises', nativeObject(filePromises, true))
  fs.members.set('default', fs)
}

const runsProgram: Run = (call) => {
  call.walk.blind(call.span, 'unsupported', `${call.expression} runs another program`)
  reachOut(call.walk, 'process', call.expression, call.span).waits = call.expression.endsWith('Sync')
  return unknown('call', call.expression, call.span)
}
const childProcess = nativeObject(
  Object.fromEntries(['exec', 'execSync', 'execFile', 'execFileSync', 'spawn', 'spawnSync', 'fork'].map((name) => [name, runsProgram])),
)

const makeUrl: Run = (call) => {
  const [first, base] = call.args
  const relative = pathOf(first)
  const from = base ? pathOf(base) : undefined
  if (relative === undefined || (base && from === undefined)) return derived(call.expression, call.span, first, base)
  const clean = from === undefined ? relative : joinPath(directoryOf(from.replace(/^\//, '')), relative)
  if (clean === undefined) return derived(call.expression, call.span, first)
  const pathname = clean.startsWith('/') ? clean : `/${clean}`
  return record([
    ['pathname', text(pathname, call.span)],
    ['href', text(`file://${pathname}`, call.span)],
  ])
}
const url = record([
  ['URL', fn('URL', { kind: 'native', run: makeUrl, construct: makeUrl, members: new Map() })],
  [
    'fileURLToPath',
    native('fileURLToPath', (call) => (pathOf(call.args[0]) === undefined ? undefined : text(pathOf(call.args[0])!, call.span))),
  ],
  ['pathToFileURL', native('pathToFileURL', makeUrl)],
])

/** Names that nobody can guess before the migration runs. */
const generated: Run = (call) => ({ ...unknown('call', `${call.expression}()`, call.span), escaped: true })
const crypto = nativeObject({ randomUUID: generated, randomInt: generated, randomBytes: generated }, true)
const uuid = nativeObject({ v1: generated, v4: generated, v7: generated })

const util = nativeObject(
  {
    format: formatText,
    promisify: (call) => {
      const [target] = call.args
      // A promisified fs.readFile called without a callback gives a promise already.
      return target?.kind === 'function' ? target : undefined
    },
  },
  true,
)

let table: Readonly<Record<string, Value>> | undefined

/** Built at the first use: the modules of this room import each other. */
function modules(): Readonly<Record<string, Value>> {
  table ??= {
    path,
    fs,
    'fs/promises': nativeObject(filePromises, true),
    'fs-extra': fs,
    url,
    crypto,
    uuid,
    util,
    'pg-format': pgFormat,
    child_process: childProcess,
    bluebird: promiseGlobal,
    'p-lazy': lazyPromise,
  }
  return table
}

/** A module of Node, or a package that only helps to program; undefined: not one of them. */
export function libraryModule(specifier: string): Value | undefined {
  const name = specifier.startsWith('node:') ? specifier.slice('node:'.length) : specifier
  const known = modules()
  return Object.hasOwn(known, name) ? known[name] : undefined
}
