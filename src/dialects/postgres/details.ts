import type {
  AlterDefaultPrivilegesStmt,
  AlterFunctionStmt,
  AlterPolicyStmt,
  AlterPublicationStmt,
  AlterSeqStmt,
  AlterSubscriptionStmt,
  AlterUserMappingStmt,
  CreatePolicyStmt,
  CreateRoleStmt,
  CreateSubscriptionStmt,
  GrantRoleStmt,
  GrantStmt,
  Node,
  RoleSpec,
} from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { StatementDetails } from '../../ir/operation.ts'
import { containsHole } from '../../source/traced.ts'
import { dataType } from './data-types.ts'
import { expression } from './expressions.ts'
import { as, type NodeKind, type NodeOf, objectName, qualifiedName, type Reading, relationName, shownText, strings } from './reading.ts'
import { settingValue } from './session.ts'

type Details<About extends StatementDetails['about']> = Extract<StatementDetails, { readonly about: About }>

/** The DefElems of an option list by name. */
function options(nodes: readonly Node[] | undefined): ReadonlyMap<string, Node | undefined> {
  const found = new Map<string, Node | undefined>()
  for (const node of nodes ?? []) {
    const element = as(node, 'DefElem')
    if (element?.defname !== undefined) found.set(element.defname.toLowerCase(), element.arg)
  }
  return found
}

function roles(reading: Reading, nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => roleName(reading, as(node, 'RoleSpec')))
}

function roleName(reading: Reading, role: RoleSpec | undefined): string {
  if (role?.roletype === 'ROLESPEC_PUBLIC') return 'PUBLIC'
  return role?.rolename === undefined ? (role?.roletype ?? '').replace('ROLESPEC_', '') : shownText(reading, role.rolename)
}

const targets: Readonly<Record<string, Details<'grant'>['on']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_SCHEMA: 'schema',
  OBJECT_DATABASE: 'database',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_SEQUENCE: 'sequence',
}

function grant(reading: Reading, node: GrantStmt): Details<'grant'> {
  const every = node.targtype === 'ACL_TARGET_ALL_IN_SCHEMA'
  const defaults = node.targtype === 'ACL_TARGET_DEFAULTS'
  const target = targets[node.objtype ?? ''] ?? 'other'
  const privileges = (node.privileges ?? []).map((each) => (as(each, 'AccessPriv')?.priv_name ?? 'ALL').toUpperCase())
  return {
    about: 'grant',
    revoke: node.is_grant !== true,
    privileges: privileges.length === 0 ? ['ALL'] : privileges,
    on: defaults ? 'defaults' : every && target === 'table' ? 'all-tables' : target,
    objects: (node.objects ?? []).flatMap((object): Name[] => {
      const relation = as(object, 'RangeVar')
      const name = relation ? relationName(reading, relation) : objectName(reading, object)
      return name ? [name] : []
    }),
    to: roles(reading, node.grantees),
    grantOption: node.grant_option === true,
  }
}

function membership(reading: Reading, node: GrantRoleStmt): Details<'grant'> {
  return {
    about: 'grant',
    revoke: node.is_grant !== true,
    privileges: [],
    on: 'role',
    objects: (node.granted_roles ?? []).map((role) => ({ name: shownText(reading, as(role, 'AccessPriv')?.priv_name ?? '') })),
    to: roles(reading, node.grantee_roles),
    grantOption: options(node.opt).has('admin'),
  }
}

function policy(reading: Reading, node: CreatePolicyStmt & AlterPolicyStmt, action: 'create' | 'alter'): Details<'policy'> {
  return {
    about: 'policy',
    action,
    permissive: action === 'alter' || node.permissive === true,
    command: (node.cmd_name ?? 'all').toUpperCase(),
    using: node.qual && expression(reading, node.qual),
    check: node.with_check && expression(reading, node.with_check),
  }
}

/** AS, RESTART and OWNED BY of a sequence. */
function sequenceDetails(reading: Reading, node: Pick<AlterSeqStmt, 'options'>): Details<'sequence'> {
  const given = options(node.options)
  const owner = strings(as(given.get('owned_by'), 'List')?.items)
  const column = owner.pop()
  return {
    about: 'sequence',
    type: dataType(reading, as(given.get('as'), 'TypeName')),
    restart: given.has('restart'),
    ownedBy:
      column !== undefined && owner.length > 0 ? { table: qualifiedName(reading, owner), column: shownText(reading, column) } : undefined,
  }
}

/** How a password stands in the text; the password itself goes nowhere. */
function passwordKind(text: string | undefined): Details<'role'>['password'] {
  if (text === undefined) return 'none'
  if (text === '' || containsHole(text) || /^(?::\w+|\$\w+|\$?\{.*\}|%.*%|<.*>)$/.test(text)) return text === '' ? 'none' : 'placeholder'
  return /^(?:md5[0-9a-f]{32}|SCRAM-SHA-256\$)/.test(text) ? 'hash' : 'literal'
}

function role(node: { readonly options?: readonly Node[] }): Details<'role'> {
  const given = options(node.options)
  const superuser = as(given.get('superuser'), 'Boolean')?.boolval === true
  return { about: 'role', password: passwordKind(as(given.get('password'), 'String')?.sval), superuser }
}

function connection(conninfo: string | undefined): Details<'role'> | undefined {
  const match = /\bpassword\s*=\s*('[^']*'|\S+)/i.exec(conninfo ?? '') ?? /^\w+:\/\/[^:/@]*:([^@]+)@/.exec(conninfo ?? '')
  return match ? { about: 'role', password: passwordKind(match[1]!.replace(/^'|'$/g, '')), superuser: false } : undefined
}

function publication(reading: Reading, node: AlterPublicationStmt): Details<'publication'> {
  const tables = (node.pubobjects ?? []).flatMap((object) => {
    const relation = as(object, 'PublicationObjSpec')?.pubtable?.relation
    return relation ? [relationName(reading, relation)] : []
  })
  return { about: 'publication', allTables: node.for_all_tables === true, tables }
}

/** The SET clauses and SECURITY of a function, from its options or the actions of ALTER FUNCTION. */
export function functionTraits(reading: Reading, nodes: readonly Node[] | undefined): Pick<Details<'function'>, 'settings' | 'security'> {
  const settings: Record<string, string> = {}
  let security: 'definer' | 'invoker' | undefined
  for (const node of nodes ?? []) {
    const element = as(node, 'DefElem')
    if (element?.defname === 'security') security = as(element.arg, 'Boolean')?.boolval === true ? 'definer' : 'invoker'
    const set = element?.defname === 'set' ? as(element.arg, 'VariableSetStmt') : undefined
    if (set?.name === undefined) continue
    const value = (set.args ?? []).map((arg) => settingValue(reading, arg)).join(', ')
    if (set.kind === 'VAR_SET_VALUE' || set.kind === 'VAR_SET_CURRENT')
      settings[set.name.toLowerCase()] = set.kind === 'VAR_SET_CURRENT' ? 'current' : value
  }
  return { settings, security }
}

function alteredFunction(reading: Reading, node: AlterFunctionStmt): Details<'function'> {
  const name = qualifiedName(reading, strings(node.func?.objname))
  return { about: 'function', name, ...functionTraits(reading, node.actions) }
}

type Readers = { readonly [K in NodeKind]?: (reading: Reading, node: NodeOf<K>) => StatementDetails | undefined }

const readers: Readers = {
  GrantStmt: grant,
  GrantRoleStmt: membership,
  AlterDefaultPrivilegesStmt: (reading: Reading, node: AlterDefaultPrivilegesStmt) => node.action && grant(reading, node.action),
  CreatePolicyStmt: (reading, node) => policy(reading, node, 'create'),
  AlterPolicyStmt: (reading, node) => policy(reading, node, 'alter'),
  AlterSeqStmt: sequenceDetails,
  CreateRoleStmt: (_, node: CreateRoleStmt) => role(node),
  AlterRoleStmt: (_, node) => role(node),
  CreateUserMappingStmt: (_, node) => role(node),
  AlterUserMappingStmt: (_, node: AlterUserMappingStmt) => role(node),
  CreateSubscriptionStmt: (_, node: CreateSubscriptionStmt) => connection(node.conninfo),
  AlterSubscriptionStmt: (_, node: AlterSubscriptionStmt) => connection(node.conninfo),
  CreatePublicationStmt: publication,
  AlterPublicationStmt: publication,
  AlterFunctionStmt: alteredFunction,
}

/** What a statement that is only a command says beside its command; undefined where rules ask nothing. */
export function detailsOf(reading: Reading, kind: string, node: object): StatementDetails | undefined {
  if (!Object.hasOwn(readers, kind)) return undefined
  // The table pairs each kind with its own body: one narrowing for all.
  return (readers as Record<string, (reading: Reading, node: never) => StatementDetails | undefined>)[kind]!(reading, node as never)
}

/** The roles that a node names, wherever they stand in it: neither PUBLIC nor CURRENT_USER and the like. */
export function rolesIn(reading: Reading, node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((each) => rolesIn(reading, each))
  if (typeof node !== 'object' || node === null) return []
  if ('roletype' in node) {
    const { roletype, rolename } = node as RoleSpec
    return roletype === 'ROLESPEC_CSTRING' && rolename !== undefined ? [shownText(reading, rolename)] : []
  }
  return Object.values(node).flatMap((each) => rolesIn(reading, each))
}
