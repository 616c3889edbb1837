import type {
  AddEnumValue,
  AlterDomain,
  Comment,
  CreateDomain,
  CreateExtension,
  CreateFunction,
  CreateSchema,
  CreateSequence,
  CreateTrigger,
  CreateType,
  CreateView,
  DropExtension,
  DropFunction,
  DropSchema,
  DropSequence,
  DropTrigger,
  DropType,
  DropView,
  OtherStatement,
  RefreshMaterializedView,
  RenameEnumValue,
  RenameSchema,
  RenameType,
} from './objects.ts'
import type {
  Call,
  CreateDatabase,
  Delete,
  DropDatabase,
  External,
  Insert,
  Interpolate,
  LockTable,
  Maintain,
  Opaque,
  Refuse,
  Select,
  SetVariable,
  SyncSchema,
  Transaction,
  Truncate,
  Unresolved,
  Unsupported,
  Update,
  WriteRows,
} from './program.ts'
import type {
  AddColumn,
  AddConstraint,
  AlterColumnType,
  AlterTable,
  AttachIndex,
  AttachPartition,
  CreateIndex,
  CreateTable,
  DetachPartition,
  DropColumn,
  DropConstraint,
  DropDefault,
  DropIndex,
  DropNotNull,
  DropTable,
  ModifyColumn,
  Reindex,
  RenameColumn,
  RenameConstraint,
  RenameIndex,
  RenameTable,
  SetDefault,
  SetNotNull,
  ValidateConstraint,
} from './structure.ts'

export type * from './objects.ts'
export type * from './program.ts'
export type * from './structure.ts'

/** Everything that a migration can say. The three files hold the kinds by subject: structure, other objects, rows and the program around them. */
export type Operation =
  | CreateTable
  | DropTable
  | RenameTable
  | AlterTable
  | AttachPartition
  | DetachPartition
  | AddColumn
  | DropColumn
  | RenameColumn
  | AlterColumnType
  | ModifyColumn
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | AddConstraint
  | DropConstraint
  | ValidateConstraint
  | RenameConstraint
  | CreateIndex
  | DropIndex
  | RenameIndex
  | AttachIndex
  | Reindex
  | CreateType
  | DropType
  | RenameType
  | AddEnumValue
  | RenameEnumValue
  | CreateDomain
  | AlterDomain
  | CreateView
  | DropView
  | RefreshMaterializedView
  | CreateFunction
  | DropFunction
  | CreateTrigger
  | DropTrigger
  | CreateSchema
  | DropSchema
  | RenameSchema
  | CreateSequence
  | DropSequence
  | CreateExtension
  | DropExtension
  | OtherStatement
  | Comment
  | Insert
  | Update
  | Delete
  | Truncate
  | Select
  | WriteRows
  | Call
  | SetVariable
  | Transaction
  | LockTable
  | Maintain
  | CreateDatabase
  | DropDatabase
  | Refuse
  | External
  | SyncSchema
  | Interpolate
  | Unsupported
  | Unresolved
  | Opaque

export type OperationKind = Operation['kind']
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>
