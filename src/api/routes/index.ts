import { openApiDocument } from '../openapi';
import type { PublicRoute, Route } from '../route';
import { apiKeyRoutes } from './api-keys';
import { authenticationRoutes } from './authentications';
import { epochRoutes } from './epochs';
import { factorRoutes } from './factors';
import { importRoutes } from './imports';
import { lockRoutes } from './locks';
import { publicRoutes } from './public';
import { sessionRoutes } from './sessions';
import { timelineRoutes } from './timeline';
import { userRoutes } from './users';

const description: PublicRoute = {
  access: 'public',
  method: 'get',
  path: '/openapi.json',
  operationId: 'getDescription',
  tag: 'Service',
  summary: 'This description',
  description: 'OpenAPI 3.1, made from what the routes check requests by.',
  responses: { 200: { description: 'The description.' } },
  handle: (parts) =>
    Promise.resolve({
      status: 200,
      body: openApiDocument(routes, parts.config.issuer),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
};

/** Every route that the router knows. */
export const routes: readonly Route[] = [
  ...userRoutes,
  ...lockRoutes,
  ...timelineRoutes,
  ...factorRoutes,
  ...authenticationRoutes,
  ...sessionRoutes,
  ...importRoutes,
  ...epochRoutes,
  ...apiKeyRoutes,
  ...publicRoutes,
  description,
];
