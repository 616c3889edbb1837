/** Part of the message of every failure that a run asked for. */
export const injectedMark = 'surefoot: injected failure'
