import { spawn } from 'node:child_process';
import { isRunning, identifyProcess } from '../../src/embedded/process-identity';
import { runningProcess, type RunningProcess } from '../../src/embedded/running-process';
import { SupervisedProcess } from '../../src/embedded/supervised-process';

const end = [
  { signal: 'SIGTERM', graceMs: 5_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

describe('a supervised process', () => {
  const started: RunningProcess[] = [];
  const lines: string[] = [];
  let givenUp: Promise<string>;

  function supervise(command: string, ...args: string[]): SupervisedProcess {
    let giveUp: (sentence: string) => void;
    givenUp = new Promise((resolve) => (giveUp = resolve));
    return new SupervisedProcess({
      name: 'The program',
      firstPauseMs: 1,
      log: (line) => lines.push(line),
      givenUp: (sentence) => giveUp(sentence),
      start: async () => {
        const running = await runningProcess(spawn(command, args), end);
        started.push(running);
        return running;
      },
    });
  }

  beforeEach(() => {
    started.length = 0;
    lines.length = 0;
  });

  it('is started again after it was killed', async () => {
    const program = supervise('sleep', '60');
    await program.start();
    process.kill(started[0]!.pid, 'SIGKILL');
    await started[0]!.exited;
    while (started.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lines).toEqual([
      expect.stringContaining('The program ended unexpectedly (SIGKILL); starting it again'),
    ]);
    await program.stop();
    expect(identifyProcess(started[1]!.pid)).toBeUndefined();
  });

  it('is given up after five restarts within a minute, with a sentence', async () => {
    const program = supervise('sh', '-c', 'exit 3');
    await program.start();
    await expect(givenUp).resolves.toBe(
      'The program ended unexpectedly (exit code 3) after 5 restarts within a minute',
    );
    expect(started).toHaveLength(6);
    await program.stop();
  });

  it('stays stopped', async () => {
    const program = supervise('sleep', '60');
    await program.start();
    await program.stop();
    expect(lines).toEqual([]);
    expect(started).toHaveLength(1);
  });

  it('is forced when it ignores the request to stop', async () => {
    const program = supervise('sh', '-c', "trap '' TERM; while :; do sleep 0.05; done");
    await program.start();
    const identity = identifyProcess(started[0]!.pid)!;
    await program.stop(AbortSignal.abort());
    expect(isRunning(identity)).toBe(false);
  });

  it('reports a program that cannot be started to whoever starts it', async () => {
    await expect(supervise('/no/such/program').start()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
