import Module, { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { ModuleText } from '../protocol.ts'
import { versionOf } from './drivers.ts'
import { placesAreLost } from './place.ts'

/** What Node's loader of CommonJS modules keeps for its own; it has been so since Node 0.x. */
interface Loader {
  _resolveFilename(request: string, parent: { readonly filename?: string } | undefined, ...others: unknown[]): string
  _extensions: Record<string, (module: Compiling, filename: string) => void>
}
interface Compiling {
  exports: unknown
  _compile(code: string, filename: string): void
}

const loader = Module as unknown as Loader
const texts = new Map<string, string>()
const targets = new Map<string, string>()

/** Takes in files of the project; later ones replace earlier ones. */
export function addModules(files: readonly ModuleText[], found: readonly (readonly [string, string])[]): void {
  for (const { path, code } of files) texts.set(path, code)
  for (const [asked, path] of found) targets.set(asked, path)
}

/** Loads a file of the project anew, and what it imports from the project: variables of an earlier run are gone. */
export function loadFresh(file: string): Record<string, unknown> {
  for (const path of texts.keys()) delete require.cache[path]
  return namespaceOf(createRequire(file)(file))
}

/** The names that a module exports, whichever way it was written. */
function namespaceOf(exports: unknown): Record<string, unknown> {
  if (typeof exports === 'function') return { default: exports, ...exports }
  return typeof exports === 'object' && exports !== null ? (exports as Record<string, unknown>) : { default: exports }
}

/** Teaches Node's loader the files that the parent has transpiled. */
export function hookLoader(): void {
  const resolve = loader._resolveFilename
  loader._resolveFilename = function (request, parent, ...others) {
    if (texts.has(request)) return request
    const target = parent?.filename === undefined ? undefined : targets.get(`${parent.filename}\n${request}`)
    return target ?? resolve.call(this, request, parent, ...others)
  }
  for (const extension of ['.js', '.cjs', '.mjs', '.jsx', '.ts', '.cts', '.mts', '.tsx']) {
    const original = loader._extensions[extension] ?? loader._extensions['.js']!
    loader._extensions[extension] = (module, filename) => {
      const code = texts.get(filename)
      if (code === undefined) original(module, filename)
      else module._compile(code, filename)
      if (bluebird.test(filename)) keepPlaces(module, filename)
    }
  }
  Object.assign(globalThis, { __surefoot_import: importer, babelHelpers: decorators })
}

/** Where each copy of the promises of Sequelize 5, old Knex and many a migration is made. */
const bluebird = /[\\/]bluebird[\\/]js[\\/]release[\\/]promise\.js$/

/** It calls back wherever its queue was begun, so that a statement would seem sent by another line, unless it is told not to. */
function keepPlaces(module: Compiling, filename: string): void {
  const make = module.exports as () => { config(options: object): void }
  const [major = 0, minor = 0] = versionOf(filename).split('.').map(Number)
  if (major < 3 || (major === 3 && minor < 6)) placesAreLost()
  else
    module.exports = () => {
      const made = make()
      made.config({ asyncHooks: true })
      return made
    }
}

/** The other half of what the parent made of `import` and `export`: one for each module. */
function importer(require: NodeJS.Require, exports: Record<string, unknown>, filename: string) {
  Object.defineProperty(exports, '__esModule', { value: true })
  const load = (specifier: string) => asNamespace(require(specifier))
  return {
    load,
    // A package that only import() can load is left to it.
    later: async (specifier: string) => {
      try {
        return load(specifier)
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === 'ERR_REQUIRE_ESM') return import(specifier)
        throw error
      }
    },
    all: (from: Record<string, unknown>) => {
      for (const name of Object.keys(from)) {
        if (name === 'default' || name in exports) continue
        Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => from[name] })
      }
    },
    meta: { url: pathToFileURL(filename).href, filename, dirname: filename.replace(/[\\/][^\\/]*$/, '') },
  }
}

/** `default` of a CommonJS module is all that it exports. */
function asNamespace(loaded: unknown): Record<string, unknown> {
  const own = typeof loaded === 'object' && loaded !== null ? (loaded as Record<string, unknown>) : undefined
  if (own && own.__esModule === true && 'default' in own) return own
  if (own && own[Symbol.toStringTag as unknown as string] === 'Module') return own
  const names = typeof loaded === 'function' || own ? Object.getOwnPropertyDescriptors(loaded as object) : {}
  const namespace: Record<string, unknown> = {}
  for (const name of Object.keys(names)) {
    if (name !== 'prototype')
      Object.defineProperty(namespace, name, { enumerable: true, configurable: true, get: () => (loaded as Record<string, unknown>)[name] })
  }
  Object.defineProperty(namespace, 'default', { enumerable: true, configurable: true, value: loaded })
  return namespace
}

type Decorator = (...args: unknown[]) => unknown
interface Metadata {
  metadata?(key: string, value: unknown): unknown
}

/** What transpiled decorators call, as TypeScript's own helpers do. */
const decorators = {
  decorate(all: readonly Decorator[], target: object, ...member: readonly unknown[]): unknown {
    const [key, given] = member as readonly [string | symbol, PropertyDescriptor | null | undefined]
    const described = member.length > 1
    let result: unknown = member.length === 0 ? target : given === null ? Object.getOwnPropertyDescriptor(target, key) : given
    for (const decorator of [...all].reverse()) {
      if (!decorator) continue
      result = (member.length === 0 ? decorator(result) : described ? decorator(target, key, result) : decorator(target, key)) || result
    }
    if (described && result) Object.defineProperty(target, key, result)
    return result
  },
  decorateParam: (index: number, decorator: Decorator) => (target: unknown, key: unknown) => void decorator(target, key, index),
  decorateMetadata: (key: string, value: unknown) => (Reflect as Metadata).metadata?.(key, value),
}
