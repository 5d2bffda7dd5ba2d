/** Light and dark, wide and narrow. */
export const inboxStyle = `
:root { color-scheme: light dark; --line: #8885; --soft: #8882; --accent: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; }
header p { margin: 0 0 1rem; opacity: .75; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: 1rem; }
nav a { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .7rem; text-decoration: none; overflow-wrap: anywhere; }
nav a[aria-current] { background: var(--accent); color: light-dark(#fff, #000); }
article { border: 1px solid var(--line); border-radius: .6rem; padding: .7rem 1rem; margin-bottom: .8rem; }
.head { display: flex; flex-wrap: wrap; gap: .4rem; align-items: baseline; margin: 0; font-size: .9rem; overflow-wrap: anywhere; }
.channel { background: var(--soft); border-radius: .3rem; padding: 0 .45rem; font-weight: 600; }
time { margin-left: auto; opacity: .75; font-variant-numeric: tabular-nums; }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; }
iframe { width: 100%; height: 18rem; resize: vertical; border: 1px solid var(--line); border-radius: .4rem; background: #fff; color-scheme: light; }
summary { cursor: pointer; }
.empty { opacity: .75; padding: 2rem 0; text-align: center; }
`;
