import type { Directive, Expression, Statement } from 'oxc-parser'
import type { Project } from '../project/project.ts'
import type { Span } from '../source/span.ts'
import { fromJson } from './builtins/json.ts'
import { libraryModule } from './builtins/library.ts'
import { evaluate } from './expressions.ts'
import { defineClass } from './functions.ts'
import { functionValue } from './literals.ts'
import { getMember } from './members.ts'
import { native } from './native.ts'
import { parseModule } from './parse.ts'
import { resolveModule } from './resolve.ts'
import { runBody, runStatement } from './statements.ts'
import type { ObjectValue, Value } from './value.ts'
import { plain, record, text, undef, unknown, yes } from './values.ts'
import {
  BudgetSignal,
  type Cell,
  declare,
  lookup,
  type ModuleRecord,
  type Scope,
  type Session,
  spanOf,
  ThrowSignal,
  type Walk,
} from './walk.ts'

const namespaces = new WeakMap<ObjectValue, ModuleRecord>()

export function newSession(project: Project): Session {
  return { project, modules: new Map() }
}

/** The record of a module of the project, parsed and not yet evaluated; undefined when it cannot be read. */
export function moduleAt(session: Session, path: string): ModuleRecord | undefined {
  const existing = session.modules.get(path)
  if (existing) return existing
  const read = session.project.read(path)
  if (!('text' in read)) return undefined
  const parsed = path.endsWith('.json') ? { path, text: read.text, program: undefined } : parseModule(path, read.text)
  const exportsObject = record()
  const moduleObject = record([['exports', exportsObject]])
  const made: Omit<ModuleRecord, 'scope'> & { scope?: Scope } = {
    path,
    parsed,
    session,
    moduleObject,
    named: new Map(),
    stars: [],
    state: 'new',
    cut: false,
    esm: false,
  }
  const module = made as ModuleRecord
  module.scope = {
    vars: new Map(),
    parent: undefined,
    frame: { module, self: exportsObject, owner: undefined, args: [], asynchronous: true, returns: [], yields: undefined },
    functionLevel: true,
  }
  session.modules.set(path, module)
  const directory = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
  declare(module.scope, 'module', moduleObject)
  declare(module.scope, 'exports', exportsObject)
  declare(module.scope, '__dirname', text(`/${directory}`))
  declare(module.scope, '__filename', text(`/${path}`))
  declare(
    module.scope,
    'require',
    native('require', ({ walk, args, span, expression }) => importValue(walk, module.scope, args[0] ?? undef, span, expression)),
  )
  return module
}

/** How many steps the top level of an imported module may take, and all of them in one walk: they leave the script's own budget alone. */
const importBudget = { one: 40_000, all: 400_000 }

/** Walks a module's top level, once. */
export function ensure(walk: Walk, module: ModuleRecord): void {
  if (module.state !== 'new') return
  module.state = 'evaluating'
  const { program } = module.parsed
  if (program === undefined) {
    module.state = 'done'
    if (module.path.endsWith('.json')) module.moduleObject.members.set('exports', fromJson(module.parsed.text, module.path))
    else
      walk.blind(
        { file: module.path, start: module.parsed.error?.offset ?? 0, end: module.parsed.error?.offset ?? 0 },
        'syntax',
        module.parsed.error?.message ?? 'syntax error',
      )
    return
  }
  const { context, segments, tries, steps, turns, resumes, looping } = walk
  const [entry] = module.session.modules.values()
  const lent = module === entry ? undefined : Math.min(importBudget.one, importBudget.all - walk.importSteps, walk.budget.steps)
  walk.context = {}
  walk.segments = []
  walk.tries = 0
  walk.looping = false
  if (lent !== undefined) {
    walk.steps = walk.budget.steps - lent
    walk.resumes = 0
  }
  try {
    runBody(walk, module.scope, program.body)
  } catch (signal) {
    if (signal instanceof BudgetSignal && lent !== undefined) cut(module)
    else if (!(signal instanceof ThrowSignal)) throw signal
  } finally {
    if (lent !== undefined) {
      walk.importSteps += walk.steps - (walk.budget.steps - lent)
      walk.steps = steps
      walk.turns = turns
      walk.resumes = resumes
    }
    walk.looping = looping
    walk.context = context
    walk.segments = segments
    walk.tries = tries
    module.state = 'done'
  }
}

/** What comes behind the end of the budget may be exported too: what seems to be missing is unknown. */
function cut(module: ModuleRecord): void {
  module.cut = true
  const exports = commonExports(module)
  if (exports.kind === 'object') exports.complete = false
}

/** `module.exports` of a module. */
export function commonExports(module: ModuleRecord): Value {
  return module.moduleObject.members.get('exports') ?? undef
}

/** The value of a module as a whole: `module.exports`, or its namespace. */
function moduleValue(walk: Walk, module: ModuleRecord): Value {
  ensure(walk, module)
  if (!module.esm) return commonExports(module)
  const value = record([], !module.cut)
  namespaces.set(value, module)
  value.members.set('__esModule', yes)
  return value
}

/** A member of a namespace object, when the object is one. */
export function namespaceOf(walk: Walk, object: ObjectValue, key: string): Value | undefined {
  const module = namespaces.get(object)
  return module && exported(walk, module, key)
}

/** Fills a namespace object with everything that its module exports. */
export function loadModule(walk: Walk, object: ObjectValue): void {
  const module = namespaces.get(object)
  if (module === undefined) return
  for (const name of exportNames(walk, module)) {
    const value = exported(walk, module, name)
    if (value !== undefined) object.members.set(name, value)
  }
}

/** The names that a module exports. */
export function exportNames(walk: Walk, module: ModuleRecord, depth = 0): readonly string[] {
  ensure(walk, module)
  const names = new Set(module.named.keys())
  const common = commonExports(module)
  if (common.kind === 'object') for (const key of common.members.keys()) names.add(key)
  if (depth < 20) {
    for (const path of module.stars) {
      const star = moduleAt(module.session, path)
      if (star) for (const name of exportNames(walk, star, depth + 1)) if (name !== 'default') names.add(name)
    }
  }
  return [...names]
}

/** What a module exports under a name; undefined: nothing. */
export function exported(walk: Walk, module: ModuleRecord, name: string, depth = 0): Value | undefined {
  ensure(walk, module)
  const cell = module.named.get(name)
  if (cell !== undefined) return readCell(walk, cell)
  for (const path of depth > 20 ? [] : module.stars) {
    const star = moduleAt(module.session, path)
    const found = star && name !== 'default' ? exported(walk, star, name, depth + 1) : undefined
    if (found !== undefined) return found
  }
  const common = commonExports(module)
  if (common.kind === 'object' && common.members.has(name))
    return getMember(walk, common, name, { file: module.path, start: 0, end: 0 }, name)
  if (common.kind === 'object' && common.members.has('__esModule')) return undefined
  if (name === 'default' && !module.esm) return common
  if (common.kind === 'function' || common.kind === 'handle') {
    const member = getMember(walk, common, name, { file: module.path, start: 0, end: 0 }, name)
    if (member.kind !== 'undefined') return member
  }
  return undefined
}

function readCell(walk: Walk, cell: Cell): Value {
  if (cell.lazy) {
    const { lazy } = cell
    cell.lazy = undefined
    cell.value = lazy(walk)
  }
  return cell.value
}

/** The value of `require(specifier)` or of `import(specifier)`. */
export function importValue(walk: Walk, scope: Scope, specifier: Value, span: Span, expression: string): Value {
  const name = plain(specifier)
  if (name === undefined) return unknown('unknown', expression, span)
  const { module } = scope.frame
  const known = knownPackage(walk, name)
  if (known !== undefined) return known
  const path = resolveModule(module.session.project, module.path, name)
  if (path !== undefined) {
    const target = moduleAt(module.session, path)
    if (target) {
      if (walk.depth > walk.budget.depth) throw new BudgetSignal('modules import each other too deeply', span)
      walk.depth++
      try {
        return moduleValue(walk, target)
      } finally {
        walk.depth--
      }
    }
  }
  return unknown('unknown', name.startsWith('.') ? expression : name, span)
}

/** A package that the framework or the language's library gives meaning to. */
function knownPackage(walk: Walk, name: string): Value | undefined {
  return /^[./]/.test(name) ? undefined : (walk.host.module(name) ?? libraryModule(name))
}

/** One name of an imported module, or ('*') all of it. */
function importedName(walk: Walk, scope: Scope, specifier: string, name: string, span: Span): Value {
  const { module } = scope.frame
  const known = knownPackage(walk, specifier)
  const path = known === undefined ? resolveModule(module.session.project, module.path, specifier) : undefined
  const target = path === undefined ? undefined : moduleAt(module.session, path)
  if (target) {
    if (name === '*') return moduleValue(walk, target)
    return exported(walk, target, name) ?? (target.parsed.program && !target.cut ? undef : unknown('unknown', name, span))
  }
  const whole = known ?? importValue(walk, scope, text(specifier), span, specifier)
  if (name === '*') return whole
  if (name === 'default') {
    if (whole.kind === 'object' && whole.members.has('default')) return whole.members.get('default')!
    return whole
  }
  return whole.kind === 'unknown' ? unknown('unknown', name, span) : getMember(walk, whole, name, span, name)
}

/** Binds what an import names; the module is read when the name is first used. */
export function declareImport(scope: Scope, node: Extract<Statement, { type: 'ImportDeclaration' }>): void {
  scope.frame.module.esm = true
  if (node.importKind === 'type') return
  for (const specifier of node.specifiers) {
    const name =
      specifier.type === 'ImportDefaultSpecifier'
        ? 'default'
        : specifier.type === 'ImportNamespaceSpecifier'
          ? '*'
          : nameOf(specifier.imported)
    const span = spanOf(scope, specifier)
    const from = node.source.value
    scope.vars.set(specifier.local.name, { value: undef, lazy: (walk) => importedName(walk, scope, from, name, span) })
  }
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.type === 'Literal' ? String(node.value) : (node.name ?? '')
}

type ExportNode = Extract<
  Statement | Directive,
  {
    type:
      | 'ExportNamedDeclaration'
      | 'ExportDefaultDeclaration'
      | 'ExportAllDeclaration'
      | 'TSExportAssignment'
      | 'TSImportEqualsDeclaration'
  }
>

/** Notes what an `export` exports. */
export function declareExport(walk: Walk, scope: Scope, node: ExportNode): void {
  const { module } = scope.frame
  const span = spanOf(scope, node)
  switch (node.type) {
    case 'ExportNamedDeclaration': {
      module.esm = true
      if (node.exportKind === 'type') return
      const { declaration, source } = node
      if (declaration) {
        const before = new Set(scope.vars.keys())
        runStatement(walk, scope, declaration as Statement)
        const named = 'id' in declaration && declaration.id && 'name' in declaration.id ? [declaration.id.name] : []
        for (const name of named.length > 0 ? named : [...scope.vars.keys()].filter((key) => !before.has(key))) {
          const cell = scope.vars.get(name)
          if (cell) module.named.set(name, cell)
        }
      }
      for (const specifier of node.specifiers) {
        const local = nameOf(specifier.local)
        const lazy = source
          ? (at: Walk) => importedName(at, scope, source.value, local, span)
          : (at: Walk) => {
              const cell = lookup(scope, local)
              return cell ? readCell(at, cell) : undef
            }
        module.named.set(nameOf(specifier.exported), { value: undef, lazy })
      }
      return
    }
    case 'ExportDefaultDeclaration': {
      module.esm = true
      const { declaration } = node
      let value: Value
      if (declaration.type === 'FunctionDeclaration' || declaration.type === 'TSDeclareFunction') value = functionValue(scope, declaration)
      else if (declaration.type === 'ClassDeclaration') {
        value = defineClass(walk, scope, declaration)
        if (declaration.id) declare(scope, declaration.id.name, value)
      } else if (declaration.type === 'TSInterfaceDeclaration') return
      else value = evaluate(walk, scope, declaration as Expression)
      module.named.set('default', { value })
      return
    }
    case 'ExportAllDeclaration': {
      module.esm = true
      const { exported: as, source } = node
      if (as) module.named.set(nameOf(as), { value: undef, lazy: (at) => importedName(at, scope, source.value, '*', span) })
      else {
        const path = resolveModule(module.session.project, module.path, source.value)
        if (path !== undefined) module.stars.push(path)
      }
      return
    }
    case 'TSExportAssignment':
      module.moduleObject.members.set('exports', evaluate(walk, scope, node.expression))
      return
    case 'TSImportEqualsDeclaration': {
      const reference = node.moduleReference
      if (reference.type === 'TSExternalModuleReference') {
        const from = String(reference.expression.value)
        scope.vars.set(node.id.name, { value: undef, lazy: (at) => importValue(at, scope, text(from), span, from) })
      }
    }
  }
}
