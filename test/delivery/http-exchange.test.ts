import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { postJson } from '../../src/delivery/http-exchange';

let server: Server;
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** A server that answers each connection with these bytes once it was spoken to, and then closes it or not. */
async function answering(
  bytes: string | undefined,
  then: 'close' | 'hang' | 'reset' = 'close',
): Promise<string> {
  server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (bytes !== undefined) socket.write(bytes);
      if (then === 'close') socket.end();
      if (then === 'reset') setTimeout(() => socket.resetAndDestroy(), 50);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `//127.0.0.1:${String((server.address() as { port: number }).port)}/`;
}

const post = (url: string, signal = AbortSignal.timeout(10_000)) =>
  postJson(url, { headers: {}, body: '{}' }, signal);

it('reads status, headers and body', async () => {
  const place = await answering('HTTP/1.1 201 Created\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok');
  expect(await post(`http:${place}`)).toMatchObject({
    kind: 'answered',
    status: 201,
    headers: { 'x-one': '1' },
    body: 'ok',
  });
});

it('knows that nothing left when TLS never came about', async () => {
  const place = await answering(undefined, 'hang');
  expect(await post(`https:${place}`, AbortSignal.timeout(300))).toEqual({
    kind: 'not-sent',
    code: 'timed_out',
  });
});

it('knows that nothing left when the other side does not speak TLS', async () => {
  const place = await answering('HTTP/1.1 400 Bad Request\r\n\r\n');
  expect(await post(`https:${place}`)).toMatchObject({ kind: 'not-sent' });
});

it('knows that nothing left when there is no such host', async () => {
  await answering(undefined);
  expect(await post('http://no-such-host.invalid/')).toMatchObject({ kind: 'not-sent' });
});

it('does not know what became of a request that was answered by silence', async () => {
  const place = await answering(undefined, 'close');
  expect(await post(`http:${place}`)).toMatchObject({ kind: 'unanswered', code: 'connection_econnreset' });
});

it('does not know what became of a request whose answer is no HTTP', async () => {
  const place = await answering('220 mail.example ESMTP\r\n');
  expect(await post(`http:${place}`)).toMatchObject({ kind: 'unanswered' });
});

it('believes a status whose body broke off', async () => {
  const place = await answering('HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"id":', 'reset');
  expect(await post(`http:${place}`)).toMatchObject({ kind: 'answered', status: 202, body: '' });
});

it('believes a status whose body never ends, and leaves within the time', async () => {
  const place = await answering('HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"id":', 'hang');
  const signal = AbortSignal.timeout(300);
  expect(await post(`http:${place}`, signal)).toMatchObject({ kind: 'answered', status: 202, body: '' });
});

it('reads no more than it needs', async () => {
  const place = await answering(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_000_000)}`);
  expect(await post(`http:${place}`)).toMatchObject({ kind: 'answered', status: 200, body: '' });
});

it('follows no redirect', async () => {
  const place = await answering(
    'HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
  );
  expect(await post(`http:${place}`)).toMatchObject({ kind: 'answered', status: 307 });
});
