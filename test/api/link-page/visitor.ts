import type { RunningSystem } from '../../running-system';

/** What somebody's browser shows of a link. */
export interface Seen {
  readonly status: number;
  readonly page: string;
  readonly headers: Headers;
}

/** Somebody with a browser and a link. */
export class Visitor {
  private readonly system: RunningSystem;

  constructor(system: RunningSystem) {
    this.system = system;
  }

  /** Where a link leads in the test, whose API has a port of its own. */
  at(url: string): string {
    return this.system.apiUrl + new URL(url).pathname;
  }

  async request(url: string, init: RequestInit = {}): Promise<Seen> {
    const response = await fetch(this.at(url), { redirect: 'manual', ...init });
    return { status: response.status, page: await response.text(), headers: response.headers };
  }

  open(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.request(url, { headers });
  }

  /** Opens the page and presses its button. */
  async press(url: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.send(url, formTokenIn((await this.open(url, headers)).page), headers);
  }

  /** Sends the form of the page, with whatever token. */
  send(url: string, form: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.request(url, {
      method: 'POST',
      headers: { origin: this.system.apiUrl, ...headers },
      body: new URLSearchParams({ form }),
    });
  }
}

/** The hidden field of the page's form; empty when the page has none. */
export function formTokenIn(page: string): string {
  return /name="form" value="([A-Za-z0-9_-]+)"/.exec(page)?.[1] ?? '';
}

/** The words of the page as they are read. */
export function wordsOf(page: string): string {
  const body = page.replace(/^[^]*<body>/, '');
  return body
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
