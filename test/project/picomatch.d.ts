declare module 'picomatch' {
  export default function picomatch(pattern: string): (path: string) => boolean
}
