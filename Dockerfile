# copydesk with its flow, for compose.yaml or by itself:
#     docker build -t copydesk .
#     docker run --rm -v "$PWD/dumps:/data/dumps:ro" -v "$PWD/output:/data/output" copydesk \
#         copydesk clean /data/dumps -o /data/output
FROM python:3.11-slim

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY config ./config
COPY src ./src
RUN python -m pip install --no-cache-dir -c constraints.txt ".[fast,flows,parquet,remote,report,warc,zstd]"
COPY flows ./flows
COPY prefect.yaml ./

# No root: the user has a number only, so that compose.yaml can give it the number that owns the mounted folders.
# It may write below /data, where Prefect's database and the output are.
ENV DATA=/data
RUN mkdir -p "$DATA/prefect" "$DATA/dumps" "$DATA/output" "$DATA/report" && chown -R 1000:1000 "$DATA"
ENV HOME=/data/prefect PREFECT_HOME=/data/prefect PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 \
    PYTHONUNBUFFERED=1
USER 1000:1000

CMD ["copydesk", "--help"]
