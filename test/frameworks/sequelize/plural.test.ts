import { describe, expect, it } from 'vitest'
import { plural } from '../../../src/frameworks/sequelize/plural.ts'

// What inflection 1.13.4 gives, which Sequelize 6 names tables by.
const words = `User Users;UserCategory UserCategories;Person People;child children;Status Statuses;bus buses;News News;Address Addresses;box boxes
analysis analyses;leaf leafs;knife knives;hero heros;tomato tomatoes;day days;quiz quizzes;matrix matrices;index indices;datum data;data data
Media Media;UserData UserData;process processes;settings settings;equipment equipment;lens lens;gas gas;safe saves;Cache Caches;move moves
Drive Drives;Archive Archives;Native Natives;hive hives;Movie Movies;database databases;Survey Surveys;alias aliases;woman women;human humans`

describe('the plural of a model’s name', () => {
  it.each(words.split(/[;\n]/).map((pair) => pair.split(' ') as [string, string]))('%s is %s', (word, many) =>
    expect(plural(word)).toBe(many),
  )
})
