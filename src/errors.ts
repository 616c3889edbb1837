/** The user's mistake: bad flag, bad configuration, unknown git ref. The message says what to do. Exit code 2, no stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** Our mistake. Exit code 3, with a stack and the place to report it. */
export class Bug extends Error {
  override readonly name = 'Bug'
}
