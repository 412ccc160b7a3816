FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json .swcrc ./
COPY migrations migrations
COPY src src
RUN npx nest build

# Install scripts stay on: one of them links the libraries of the embedded Postgres.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-bookworm-slim
# PUBLIC_URL has no default: in production, the links in answers must not follow whatever Host a request names.
ENV HOST=0.0.0.0 NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Says that the files in dist are ES modules.
COPY package.json ./
# A named volume takes its owner from here, and the process is not root.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000 3443
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which would stand between the process and its signals.
CMD ["node", "dist/src/cli/serve.js"]
