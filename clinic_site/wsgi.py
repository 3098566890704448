"""The WSGI entry point that gunicorn serves: the page cache around Django, and requests only if whole and sound."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from clinic_site.bodies import WholeBodies
from clinic_site.sound import SoundRequests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")

application: Any = get_wsgi_application()

from clinic_site import urls  # noqa: E402, F401 - Django would import it at the first request, in each worker by itself
from clinic_site.demonstration import refuse_in_production  # noqa: E402 - it reads models, which exist only now

refuse_in_production()
connections.close_all()  # gunicorn starts its workers from this process, and two must never talk by one connection

application = SoundRequests(WholeBodies(application, seconds=settings.REQUEST_BODY_SECONDS))
if settings.PAGE_CACHE:
    from clinic_site.pagecache import PageCache

    application = PageCache(application, max_bytes=settings.PAGE_CACHE_MB * 1024 * 1024)
if settings.PAGE_COUNTS:
    from clinic_site.pagecounts import PageCounter

    application = PageCounter(application)
