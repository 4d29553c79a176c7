# Serves bundles of models (docs/deployment.md):
#   docker build -t innereye-serve .
#   docker run --rm -p 8080:8080 -e API_AUTH_SECRET -v "$PWD/models:/models:ro" innereye-serve
# Every bundle below /models is served; on AzureML those below AZUREML_MODEL_DIR.

FROM docker.io/library/node:20-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM docker.io/library/node:20-bookworm-slim AS engine
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/innereye
ENV INNEREYE_CACHE=/opt/innereye/cache
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN node dist/innereye.js engine install && chmod -R a+rX /opt/innereye

# Without pip, compilers and sources.
FROM docker.io/library/node:20-bookworm-slim
COPY --from=engine /opt/innereye /opt/innereye
ENV NODE_ENV=production \
    INNEREYE_CACHE=/opt/innereye/cache \
    AZUREML_MODEL_DIR=/models
# The user of the base image: it may write its spool and nothing else.
RUN install -d -o node -g node -m 700 /spool
USER node
WORKDIR /spool
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=60s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/innereye/dist/innereye.js", "serve", "--host", "0.0.0.0", "--port", "8080", "--spool", "/spool"]
