import type { Factor, Introspection } from '../../../client/index';
import type { BrowserSession } from '../browser-sessions';
import { html } from '../html';
import { nameOf } from '../way';
import { hiddenFields, layout } from './layout';

export function homePage(
  session: BrowserSession,
  state: Extract<Introspection, { active: true }>,
  factors: readonly Factor[],
): string {
  const active = factors.filter((factor) => factor.status === 'active');
  return layout(
    `Hello, ${session.account?.name ?? ''}`,
    html`<dl>
        <dt>You proved yourself</dt>
        <dd>${new Date(state.authTime).toUTCString()} (${state.acr})</dd>
        <dt>You can log in with</dt>
        ${active.map(
          ({ kind, name, codesLeft }) =>
            html`<dd>
              ${nameOf(kind)}${name === undefined ? '' : `, ${name}`}${
                codesLeft === undefined ? '' : `, ${codesLeft} left`
              }
            </dd>`,
        )}
      </dl>
      <form method="post" action="/step-up">
        ${hiddenFields(session)}
        <button name="for" value="factor">Add a way to log in</button>
        <button name="for" value="codes">Make new recovery codes</button>
      </form>
      <form method="post" action="/logout">
        ${hiddenFields(session)}
        <button>Log out</button>
      </form>`,
  );
}
