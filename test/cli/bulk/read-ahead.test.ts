import { readAhead } from '../../../src/cli/bulk/read-ahead';

let made: number[] = [];
let isClosed = false;

async function* numbers(count: number): AsyncGenerator<number> {
  try {
    for (let number = 0; number < count; number += 1) {
      await Promise.resolve();
      made.push(number);
      yield number;
    }
    if (count === 3) throw new Error('torn');
  } finally {
    isClosed = true;
  }
}

beforeEach(() => {
  made = [];
  isClosed = false;
});

test('all come in their order, the next one made while one is used', async () => {
  const used: number[] = [];
  for await (const number of readAhead(numbers(5))) {
    await new Promise((done) => setTimeout(done, 1));
    expect(made).toHaveLength(Math.min(number + 2, 5));
    used.push(number);
  }
  expect(used).toEqual([0, 1, 2, 3, 4]);
});

test('a source that fails does so behind what it gave', async () => {
  const used: number[] = [];
  const using = async () => {
    for await (const number of readAhead(numbers(3))) used.push(number);
  };
  await expect(using()).rejects.toThrow('torn');
  expect(used).toEqual([0, 1, 2]);
});

test('one who stops early closes the source', async () => {
  for await (const number of readAhead(numbers(5))) if (number === 1) break;
  expect(isClosed).toBe(true);
  expect(made).toEqual([0, 1, 2]);
});
