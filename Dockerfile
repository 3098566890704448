# The site in a container: locked packages, no build tools, no root, nothing written outside its volume.
# Pin the base by its digest when you build for production: --build-arg BASE=python@sha256:…

ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
RUN python3 -m venv /venv
COPY requirements/runtime.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/runtime.txt
COPY . .
# Static files are made here, so that the running container writes nothing but to its own volume.
RUN VAR_DIR=/build STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --no-input --verbosity 0
RUN /venv/bin/pip uninstall --quiet --yes pip && find /venv /app -name __pycache__ -prune -exec rm -r {} +
RUN /venv/bin/python -m compileall -q /app /venv

FROM ${BASE}
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin clinic && install -d -o clinic -m 0700 /var/lib/clinic
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /static /static
WORKDIR /app
ENV DJANGO_ENV=production VAR_DIR=/var/lib/clinic STATIC_ROOT=/static PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
USER clinic
VOLUME /var/lib/clinic
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python3", "clinic_site/probe.py"]
CMD ["gunicorn", "clinic_site.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
