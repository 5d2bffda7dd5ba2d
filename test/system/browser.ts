import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** An answer or an event of the Chrome DevTools Protocol. */
interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: any;
  result?: any;
  error?: { message: string };
}

/** A real Chromium without a window, spoken to by a pipe: no port, no driver. */
export class Browser {
  private readonly child: ChildProcess;
  private readonly profile: string;
  private readonly pending = new Map<number, (message: Message) => void>();
  private readonly listeners = new Set<(message: Message) => void>();
  private newest = 0;

  private constructor() {
    this.profile = mkdtempSync(join(tmpdir(), 'mfaflow-browser-'));
    const options = ['--headless=new', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'];
    if (process.getuid?.() === 0) options.push('--no-sandbox');
    this.child = spawn(
      'chromium',
      [...options, '--remote-debugging-pipe', `--user-data-dir=${this.profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let rest = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.take(JSON.parse(message) as Message);
    });
  }

  static async start(): Promise<Browser> {
    const browser = new Browser();
    await browser.send('Browser.getVersion');
    return browser;
  }

  /** A tab of its own, in which no script runs; as on a phone, in light or dark colours. */
  async openTab(colours: 'light' | 'dark' = 'light'): Promise<Tab> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(this, sessionId as string);
    await tab.send('Page.enable');
    await tab.send('Log.enable');
    await tab.send('Emulation.setScriptExecutionDisabled', { value: true });
    await tab.send('Emulation.setDeviceMetricsOverride', {
      width: 390,
      height: 844,
      deviceScaleFactor: 2,
      mobile: true,
    });
    await tab.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: colours }],
    });
    return tab;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.send('Browser.close').catch(() => this.child.kill('SIGKILL'));
    await gone;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<any> {
    this.newest += 1;
    const id = this.newest;
    const answered = new Promise<Message>((resolve) => this.pending.set(id, resolve));
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Calls back with every event of one tab until it is told to stop. */
  listen(sessionId: string, listener: (method: string, params: any) => void): () => void {
    const mine = (message: Message): void => {
      if (message.sessionId === sessionId && message.method !== undefined)
        listener(message.method, message.params);
    };
    this.listeners.add(mine);
    return () => this.listeners.delete(mine);
  }

  private take(message: Message): void {
    if (message.id === undefined) {
      for (const listener of this.listeners) listener(message);
      return;
    }
    this.pending.get(message.id)?.(message);
    this.pending.delete(message.id);
  }
}

export class Tab {
  /** What the browser complained of, such as a style that the policy forbids. */
  readonly complaints: string[] = [];
  private readonly browser: Browser;
  private readonly sessionId: string;

  constructor(browser: Browser, sessionId: string) {
    this.browser = browser;
    this.sessionId = sessionId;
    browser.listen(sessionId, (method, params) => {
      if (method === 'Log.entryAdded' && params.entry.source === 'security')
        this.complaints.push(params.entry.text);
    });
  }

  send(method: string, params: object = {}): Promise<any> {
    return this.browser.send(method, params, this.sessionId);
  }

  async open(url: string): Promise<void> {
    await this.loaded(() => this.send('Page.navigate', { url }));
  }

  /** Does what leads to another page, and waits for that page. */
  async loaded(act: () => Promise<unknown>): Promise<void> {
    const load = new Promise<void>((resolve) => {
      const stop = this.browser.listen(this.sessionId, (method) => {
        if (method !== 'Page.loadEventFired') return;
        stop();
        resolve();
      });
    });
    await act();
    await load;
  }

  async html(): Promise<string> {
    const { root } = await this.send('DOM.getDocument');
    return (await this.send('DOM.getOuterHTML', { nodeId: root.nodeId })).outerHTML as string;
  }

  async address(): Promise<string> {
    const { currentIndex, entries } = await this.send('Page.getNavigationHistory');
    return entries[currentIndex].url as string;
  }

  /** Clicks what a selector names, where it is on the page. */
  async click(selector: string): Promise<void> {
    const { root } = await this.send('DOM.getDocument');
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { quads } = await this.send('DOM.getContentQuads', { nodeId });
    const [left = 0, top = 0, , , right = 0, bottom = 0] = quads[0] as number[];
    const point = { x: (left + right) / 2, y: (top + bottom) / 2, button: 'left', clickCount: 1 };
    await this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...point });
    await this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...point });
  }

  async pressKey(key: 'Tab' | 'Enter'): Promise<void> {
    const code = { Tab: 9, Enter: 13 }[key];
    const named = { key, code: key, windowsVirtualKeyCode: code, ...(key === 'Enter' ? { text: '\r' } : {}) };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...named });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...named });
  }

  /** The colour that a selector's text or ground has in the end, as `rgb(…)`. */
  async computed(selector: string, property: string): Promise<string> {
    await this.send('DOM.enable');
    await this.send('CSS.enable');
    const { root } = await this.send('DOM.getDocument');
    const { nodeId } = await this.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { computedStyle } = await this.send('CSS.getComputedStyleForNode', { nodeId });
    return computedStyle.find(({ name }: { name: string }) => name === property).value as string;
  }
}
