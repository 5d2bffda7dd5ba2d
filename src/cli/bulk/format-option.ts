import { extname } from 'node:path';
import { UsageError } from '../said-error';
import type { BulkFormat } from './source-records';

export const formatOption = [
  '--format <format>',
  'csv or jsonl; otherwise what the name of the file ends in',
] as const;

const formats: Readonly<Record<string, BulkFormat>> = {
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

/** @throws UsageError when neither the option nor the name says it */
export function formatOf(path: string | undefined, given: BulkFormat | undefined): BulkFormat {
  const format = given ?? (path === undefined ? 'jsonl' : formats[extname(path).toLowerCase()]);
  if (format === undefined)
    throw new UsageError('The name of the file does not say what it is: add --format csv or --format jsonl.');
  return format;
}
