# The site in a container: built with locked packages, run without root and without build tools.

FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/runtime.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY . .
# Static files are made here, so that the running container writes nothing but to its own volume.
RUN VAR_DIR=/build /venv/bin/python manage.py collectstatic --no-input --verbosity 0 && mkdir /static && mv /build/static/* /static/

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app clinic && install -d -o clinic /var/lib/clinic
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build /static /static
WORKDIR /app
ENV DJANGO_ENV=production VAR_DIR=/var/lib/clinic STATIC_ROOT=/static PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER clinic
VOLUME /var/lib/clinic
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["/venv/bin/gunicorn", "clinic_site.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm"]
