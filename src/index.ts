export { rules } from '../rules/registry.ts'
export type { Config, ProjectConfig, RunnerConfig } from './config/define-config.ts'
export { defineConfig } from './config/define-config.ts'
export { UserError } from './errors.ts'
export type { CheckOptions } from './library/check.ts'
export { check } from './library/check.ts'
export { explain } from './library/explain.ts'
export type { Rehearsed, RehearseOptions } from './library/rehearse.ts'
export { rehearse } from './library/rehearse.ts'
export type {
  Outcome,
  ReportedError,
  ReportedFinding,
  ReportedObservation,
  ReportedOpaque,
  ReportedRehearsal,
  ReportedStep,
  Summary,
  SuppressedFinding,
  Suppression,
} from './lint/outcome.ts'
export { diskProject } from './project/disk.ts'
export { memoryProject } from './project/memory.ts'
export type { Project } from './project/project.ts'
export type { Rule } from './rule/define.ts'
export type { OwnRule, OwnRuleDefinition } from './rule/own.ts'
export { defineOwnRule as defineRule } from './rule/own.ts'
