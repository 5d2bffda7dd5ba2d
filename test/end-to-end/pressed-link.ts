import type { EndToEndSystem } from './end-to-end-system';

/** Opens a link as a browser does and presses its button. @returns the page that came of it, as text */
export async function press({ running }: EndToEndSystem, link: string): Promise<string> {
  const url = running.apiUrl + new URL(link).pathname;
  const form = /name="form" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? '';
  const pressed = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(running.config.issuer).origin,
    },
    body: new URLSearchParams({ form }).toString(),
  });
  if (pressed.status !== 200) throw new Error(`the link answered ${pressed.status}`);
  return await pressed.text();
}
