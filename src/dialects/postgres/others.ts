import type { Node } from 'libpg-query'
import type { Name } from '../../ir/names.ts'
import type { Operation } from '../../ir/operation.ts'
import { commandOf } from './commands.ts'
import { detailsOf, rolesIn } from './details.ts'
import { as, type NodeKind, objectName, type Reading, relationName, shownText } from './reading.ts'

/** Statements that neither change tables nor touch rows, by kind of node, as PostgreSQL spells them. */
const commands: Readonly<Partial<Record<NodeKind, string>>> = {
  AlterCollationStmt: 'ALTER COLLATION',
  AlterDatabaseRefreshCollStmt: 'ALTER DATABASE',
  AlterDatabaseSetStmt: 'ALTER DATABASE',
  AlterDatabaseStmt: 'ALTER DATABASE',
  AlterDefaultPrivilegesStmt: 'ALTER DEFAULT PRIVILEGES',
  AlterEventTrigStmt: 'ALTER EVENT TRIGGER',
  AlterExtensionContentsStmt: 'ALTER EXTENSION',
  AlterExtensionStmt: 'ALTER EXTENSION',
  AlterFdwStmt: 'ALTER FOREIGN DATA WRAPPER',
  AlterForeignServerStmt: 'ALTER SERVER',
  AlterFunctionStmt: 'ALTER FUNCTION',
  AlterObjectDependsStmt: 'ALTER DEPENDS ON EXTENSION',
  AlterOpFamilyStmt: 'ALTER OPERATOR FAMILY',
  AlterOperatorStmt: 'ALTER OPERATOR',
  AlterPolicyStmt: 'ALTER POLICY',
  AlterPublicationStmt: 'ALTER PUBLICATION',
  AlterRoleSetStmt: 'ALTER ROLE',
  AlterRoleStmt: 'ALTER ROLE',
  AlterSeqStmt: 'ALTER SEQUENCE',
  AlterStatsStmt: 'ALTER STATISTICS',
  AlterSubscriptionStmt: 'ALTER SUBSCRIPTION',
  AlterSystemStmt: 'ALTER SYSTEM',
  AlterTSConfigurationStmt: 'ALTER TEXT SEARCH CONFIGURATION',
  AlterTSDictionaryStmt: 'ALTER TEXT SEARCH DICTIONARY',
  AlterTableSpaceOptionsStmt: 'ALTER TABLESPACE',
  AlterTypeStmt: 'ALTER TYPE',
  AlterUserMappingStmt: 'ALTER USER MAPPING',
  CheckPointStmt: 'CHECKPOINT',
  ClosePortalStmt: 'CLOSE',
  ConstraintsSetStmt: 'SET CONSTRAINTS',
  CreateAmStmt: 'CREATE ACCESS METHOD',
  CreateCastStmt: 'CREATE CAST',
  CreateConversionStmt: 'CREATE CONVERSION',
  CreateEventTrigStmt: 'CREATE EVENT TRIGGER',
  CreateFdwStmt: 'CREATE FOREIGN DATA WRAPPER',
  CreateForeignServerStmt: 'CREATE SERVER',
  CreateOpClassStmt: 'CREATE OPERATOR CLASS',
  CreateOpFamilyStmt: 'CREATE OPERATOR FAMILY',
  CreatePLangStmt: 'CREATE LANGUAGE',
  CreatePolicyStmt: 'CREATE POLICY',
  CreatePublicationStmt: 'CREATE PUBLICATION',
  CreateRoleStmt: 'CREATE ROLE',
  CreateStatsStmt: 'CREATE STATISTICS',
  CreateSubscriptionStmt: 'CREATE SUBSCRIPTION',
  CreateTableSpaceStmt: 'CREATE TABLESPACE',
  CreateTransformStmt: 'CREATE TRANSFORM',
  CreateUserMappingStmt: 'CREATE USER MAPPING',
  DeallocateStmt: 'DEALLOCATE',
  DeclareCursorStmt: 'DECLARE CURSOR',
  DiscardStmt: 'DISCARD',
  DropRoleStmt: 'DROP ROLE',
  DropSubscriptionStmt: 'DROP SUBSCRIPTION',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  DropUserMappingStmt: 'DROP USER MAPPING',
  FetchStmt: 'FETCH',
  GrantRoleStmt: 'GRANT',
  GrantStmt: 'GRANT',
  ImportForeignSchemaStmt: 'IMPORT FOREIGN SCHEMA',
  ListenStmt: 'LISTEN',
  LoadStmt: 'LOAD',
  NotifyStmt: 'NOTIFY',
  PrepareStmt: 'PREPARE',
  ReassignOwnedStmt: 'REASSIGN OWNED',
  RuleStmt: 'CREATE RULE',
  SecLabelStmt: 'SECURITY LABEL',
  UnlistenStmt: 'UNLISTEN',
  VariableShowStmt: 'SHOW',
}

/** The members of those nodes that carry a name or flag; which ones a node has depends on its kind. */
interface OtherBody {
  readonly policy_name?: string
  readonly extname?: string
  readonly pubname?: string
  readonly subname?: string
  readonly role?: unknown
  readonly rulename?: string
  readonly name?: unknown
  readonly servername?: string
  readonly fdwname?: string
  readonly trigname?: string
  readonly dbname?: string
  readonly table?: object
  readonly relation?: object
  readonly sequence?: object
  readonly object?: Node
  readonly func?: Node
  readonly objectType?: Parameters<typeof commandOf>[1]
  readonly if_not_exists?: boolean
  readonly missing_ok?: boolean
  readonly is_grant?: boolean
  readonly objtype?: string
  readonly objects?: readonly Node[]
}

/** The table that a GRANT names, when it names one. */
function granted(body: OtherBody): object | undefined {
  return body.objtype === 'OBJECT_TABLE' && body.objects?.length === 1 ? as(body.objects[0], 'RangeVar') : undefined
}

/** A statement of the list above; undefined for another kind. */
export function otherStatement(reading: Reading, kind: string, node: object): readonly Operation[] | undefined {
  const body = node as OtherBody
  const own = kind === 'AlterOwnerStmt' ? commandOf('ALTER', body.objectType) : commands[kind as NodeKind]
  if (own === undefined) return undefined
  const command = (kind === 'GrantStmt' || kind === 'GrantRoleStmt') && !body.is_grant ? 'REVOKE' : own
  const details = detailsOf(reading, kind, node)
  const owner = body.table ?? body.relation ?? granted(body)
  const table = owner ? relationName(reading, owner) : details?.about === 'publication' ? details.tables[0] : undefined
  const text = [body.policy_name, body.extname, body.pubname, body.subname, body.rulename, body.name, body.servername, body.fdwname].find(
    (each) => typeof each === 'string' && each !== '',
  )
  const created = typeof body.role === 'string' ? body.role : undefined
  const trigger = body.trigname ?? body.dbname ?? created
  const named = typeof text === 'string' ? text : trigger
  const name: Name | undefined = body.sequence
    ? relationName(reading, body.sequence)
    : named !== undefined
      ? { name: shownText(reading, named) }
      : (objectName(reading, body.object) ?? objectName(reading, body.func))
  const roles = [...new Set(rolesIn(reading, node))]
  return [
    {
      kind: 'otherStatement',
      span: reading.span,
      command,
      name,
      ...(table && table.name !== '' ? { table } : {}),
      ...(body.if_not_exists ? { ifNotExists: true } : {}),
      ...(body.missing_ok ? { ifExists: true } : {}),
      ...(roles.length > 0 ? { roles } : {}),
      ...(details ? { details } : {}),
    },
  ]
}
