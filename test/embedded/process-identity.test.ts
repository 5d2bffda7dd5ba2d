import { spawn } from 'node:child_process';
import { endProcess, identifyProcess, isRunning } from '../../src/embedded/process-identity';

describe('the identity of a process', () => {
  it('holds as long as the process runs', async () => {
    const child = spawn('sleep', ['60']);
    const identity = identifyProcess(child.pid!);
    expect(identity).toEqual(identifyProcess(child.pid!));
    expect(isRunning(identity!)).toBe(true);
    await endProcess(identity!, [{ signal: 'SIGTERM', graceMs: 5_000 }]);
    expect(isRunning(identity!)).toBe(false);
    expect(identifyProcess(child.pid!)).toBeUndefined();
  });

  it('is unknown for a pid that no process has', () => {
    expect(identifyProcess(2 ** 30)).toBeUndefined();
  });

  it('spares another process that was given the same pid', async () => {
    const child = spawn('sleep', ['60']);
    const identity = identifyProcess(child.pid!)!;
    await endProcess({ ...identity, startedAt: 'earlier' }, [{ signal: 'SIGKILL', graceMs: 0 }]);
    expect(isRunning(identity)).toBe(true);
    child.kill('SIGKILL');
  });

  it('ends a process that ignores the gentle signal', async () => {
    const child = spawn('sh', ['-c', "trap '' TERM; echo ready; while :; do sleep 0.05; done"]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const identity = identifyProcess(child.pid!)!;
    await endProcess(identity, [
      { signal: 'SIGTERM', graceMs: 200 },
      { signal: 'SIGKILL', graceMs: 5_000 },
    ]);
    expect(isRunning(identity)).toBe(false);
  });
});
