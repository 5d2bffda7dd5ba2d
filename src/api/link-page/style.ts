import { createHash } from 'node:crypto';

// Colours of at least 7:1 on their ground, light and dark (WCAG 2.2 §1.4.6); a target of 48 px (§2.5.5).
export const style = `
:root { color-scheme: light dark; --ground: #f5f6f8; --card: #fff; --text: #1b1f24; --soft: #444c56; --line: #d0d7de; --act: #0b4aa2; --on-act: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --card: #1a2027; --text: #f0f3f6; --soft: #c3ccd6; --line: #3d4650; --act: #9cc7ff; --on-act: #0b1a2e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; min-height: 100vh; display: flex; align-items: center; justify-content: center; background: var(--ground); color: var(--text); font: 1.0625rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
.until { margin: 1rem 0 0; color: var(--soft); font-size: .9375rem; }
.from { margin: 0 0 .5rem; color: var(--soft); font-size: .9375rem; font-weight: 600; }
.code { margin: 0 0 1rem; font: 700 2.25rem/1.2 ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; letter-spacing: .15em; }
button { width: 100%; min-height: 3rem; padding: .75rem 1rem; border: 2px solid transparent; border-radius: .5rem; background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
@media (forced-colors: active) { button { border-color: ButtonText; } }
`;

/** Names the style to a Content-Security-Policy. */
export const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
