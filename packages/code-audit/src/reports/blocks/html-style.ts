/** Of a page that is all there is: no font, no picture, no script from elsewhere. Light, dark and paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --paper: #ffffff; --panel: #f6f8fa; --line: #d1d9e0;
  --critical: #8c1d18; --high: #cf222e; --medium: #9a6700; --low: #0969da; --info: #59636e; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --paper: #0d1117; --panel: #151b23; --line: #3d444d;
  --critical: #ff8a80; --high: #f85149; --medium: #d29922; --low: #4493f8; --info: #9198a1; --good: #3fb950; } }
* { box-sizing: border-box; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem; color: var(--ink); background: var(--paper);
  font: 15px/1.55 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.7rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; } h3 { margin: 1.2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 13px/1.5 ui-monospace, "Cascadia Mono", Menlo, "Noto Sans Mono CJK SC", monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto; white-space: pre-wrap; }
a { color: var(--low); } .dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--high); font-weight: 600; }
b.critical { color: var(--critical); } b.high { color: var(--high); } b.medium { color: var(--medium); } b.low { color: var(--low); } b.info { color: var(--info); }
b.critical, b.high, b.medium, b.low, b.info { white-space: nowrap; }
section { margin: 1rem 0; padding: .1rem 1rem; border-left: .25rem solid var(--line); break-inside: avoid; }
section.critical { border-color: var(--critical); } section.high { border-color: var(--high); } section.medium { border-color: var(--medium); } section.low { border-color: var(--low); }
ins { color: var(--good); text-decoration: none; } del { color: var(--high); text-decoration: none; }
svg text { fill: var(--ink); font: 13px system-ui, "Noto Sans CJK SC", sans-serif; } svg .track { fill: var(--line); }
svg .critical { fill: var(--critical); } svg .high { fill: var(--high); } svg .medium { fill: var(--medium); } svg .low { fill: var(--low); } svg .info { fill: var(--info); } svg .good { fill: var(--good); }
svg .total { font-size: 30px; font-weight: 700; }
footer { margin-top: 3rem; color: var(--dim); }
@media print { :root { --ink: #000; --paper: #fff; --panel: #fff; --dim: #444; --line: #bbb; --critical: #8c1d18; --high: #b3261e; --medium: #7a5200; --low: #0550ae; --good: #116329; }
  body { margin: 0; max-width: none; font-size: 11px; } a { color: inherit; text-decoration: none; } pre { white-space: pre-wrap; } h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
`;
