import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import swaggerUiFolder from 'swagger-ui-dist/absolute-path';
import type { ContentSecurityPolicy } from './security-headers';

/** One file of the documentation. */
export interface DocsFile {
  readonly type: string;
  readonly content: Buffer;
  /** Seconds that a browser may keep it. */
  readonly maxAge: number;
}

/**
 * What the page may do: run and show its own files, ask this very server, and nothing else. Swagger UI has its icons
 * inside its style sheet.
 */
export const docsPolicy: ContentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

const PAGE_SECONDS = 300;
const FILE_SECONDS = 86_400;

// Relative, so that the page works behind a proxy that serves the API below a path of its own.
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mfaflow API</title>
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/index.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>The description of the API is at <a href="openapi.json">openapi.json</a>; this page shows it by a script.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

// Requests that are tried out go where the page came from, whatever address the server is known by elsewhere.
const start = `'use strict';
fetch('openapi.json')
  .then((answer) => answer.json())
  .then((description) => {
    const here = new URL('.', location.href).href.replace(/\\/$/, '');
    SwaggerUIBundle({
      spec: { ...description, servers: [{ url: here }] },
      dom_id: '#swagger-ui',
      deepLinking: true,
      validatorUrl: null,
      persistAuthorization: false,
    });
  })
  .catch(() => {
    document.querySelector('#swagger-ui').textContent = 'The description of the API could not be loaded: load this page again.';
  });
`;

/** Files of swagger-ui-dist that the page names, and their types; no other file of the package is served. */
const packaged: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

export interface DocsPages {
  readonly page: DocsFile;
  /** The file of this name below the page; undefined when it has none. */
  file(name: string): Promise<DocsFile | undefined>;
}

/** Browsable documentation of the API, made of the files of swagger-ui-dist; each is read once, when it is asked for. */
export function createDocsPages(): DocsPages {
  const read = new Map<string, Promise<DocsFile>>();
  const ours: DocsFile = {
    type: 'text/javascript; charset=utf-8',
    content: Buffer.from(start),
    maxAge: PAGE_SECONDS,
  };
  return {
    page: { type: 'text/html; charset=utf-8', content: Buffer.from(page), maxAge: PAGE_SECONDS },
    async file(name) {
      if (name === 'start.js') return ours;
      const type = Object.hasOwn(packaged, name) ? packaged[name] : undefined;
      if (type === undefined) return undefined;
      const known = read.get(name) ?? readPackaged(name, type);
      read.set(name, known);
      known.catch(() => read.delete(name));
      return known;
    },
  };
}

async function readPackaged(name: string, type: string): Promise<DocsFile> {
  const content = await readFile(join(swaggerUiFolder(), name));
  return {
    type,
    content: type.startsWith('text/css') ? withoutSourceMap(content) : content,
    maxAge: FILE_SECONDS,
  };
}

/** A browser's tools would ask for a map that is not served. */
function withoutSourceMap(content: Buffer): Buffer {
  return Buffer.from(content.toString('utf8').replace(/\/\*# sourceMappingURL=[^*]*\*\/\s*$/, ''));
}
