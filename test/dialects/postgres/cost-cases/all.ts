import type { Case } from './case.ts'
import { columnTypeCases } from './column-types.ts'
import { columnCases } from './columns.ts'
import { constraintCases } from './constraints.ts'
import { indexCases } from './indexes.ts'
import { otherCases } from './others.ts'
import { tableCases } from './tables.ts'

export const cases: readonly Case[] = [...columnCases, ...columnTypeCases, ...constraintCases, ...indexCases, ...tableCases, ...otherCases]
