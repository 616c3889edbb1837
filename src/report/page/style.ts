/** How the page looks: by the reader's preference light or dark, and on paper. Every colour of text has a contrast of 4.5 : 1 or more. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --sheet: #f6f8fa; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --link: #0a58ca; --focus: #0a58ca;
  --error: #b42318; --error-soft: #fdecea; --warning: #8a5000; --warning-soft: #fff4e0; --info: #0b5e8a; --info-soft: #e6f4fb;
  --good: #1a6b35; --good-soft: #e6f6ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --sheet: #1d222a; --ink: #e8ebef; --faint: #a9b2bd; --line: #3b434e; --link: #86b7fe; --focus: #86b7fe;
    --error: #ff9a90; --error-soft: #3d1b19; --warning: #f5bf6b; --warning-soft: #3a2a10; --info: #84cdf5; --info-soft: #12303f;
    --good: #86d99f; --good-soft: #143420;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; z-index: 2; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem; }
h1 { margin: .5rem 0; font-size: 1.6rem; } h2 { margin: 0 0 .25rem; font-size: 1.25rem; } h3 { margin: 1.25rem 0 .5rem; font-size: 1.05rem; }
a { color: var(--link); } :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
p { margin: .4rem 0; } .faint { color: var(--faint); }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto; margin: .5rem 0; overflow-wrap: normal; }
.filters { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; align-items: center; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .9rem; margin: 1rem 0; }
.filters[hidden] { display: none; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: 1rem; } legend { float: left; padding: 0; margin-right: .75rem; font-weight: 600; }
label { display: inline-flex; gap: .35rem; align-items: center; }
@media (min-width: 45rem) and (min-height: 30rem) { .filters { position: sticky; top: 0; z-index: 1; } }
select, button { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .4rem; max-width: 20rem; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; }
.badge { display: inline-block; white-space: nowrap; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: 600; background: var(--sheet); color: var(--ink); border: 1px solid currentColor; }
.error { color: var(--error); background: var(--error-soft); } .warning { color: var(--warning); background: var(--warning-soft); }
.info { color: var(--info); background: var(--info-soft); } .good { color: var(--good); background: var(--good-soft); }
article { border-left: 4px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
article.is-error { border-color: var(--error); } article.is-warning { border-color: var(--warning); } article.is-info { border-color: var(--info); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } caption { text-align: left; color: var(--faint); padding: 0 0 .4rem; }
th, td { border: 1px solid var(--line); padding: .35rem .55rem; text-align: left; vertical-align: top; min-width: 4rem; }
th { background: var(--sheet); } thead th { overflow-wrap: normal; } td.lane { min-width: 9rem; }
td.work { background: var(--error-soft); color: var(--error); font-weight: 600; } td.instant { background: var(--warning-soft); color: var(--warning); } td.held { background: var(--warning-soft); color: var(--warning); }
.added { background: var(--good-soft); color: var(--good); display: block; } .removed { background: var(--error-soft); color: var(--error); display: block; } .kept { display: block; }
ul { padding-left: 1.25rem; }
@media print {
  body { font-size: 11px; } .filters, .skip { display: none; } header, main, footer { max-width: none; padding: 0; }
  section { border: 0; padding: 0; } article, tr, pre { break-inside: avoid; } h2, h3 { break-after: avoid; } pre { white-space: pre-wrap; } .scroll, pre { overflow: visible; }
}
`
