"""Kinto in memory, for anybody to read and write, with one bucket and one collection."""

import kinto
from pyramid.config import Configurator

SETTINGS = {
    "kinto.storage_backend": "kinto.core.storage.memory",
    "kinto.permission_backend": "kinto.core.permission.memory",
    "kinto.cache_backend": "kinto.core.cache.memory",
    "kinto.userid_hmac_secret": "secret",
    "kinto.bucket_create_principals": "system.Everyone",
    "kinto.includes": "kinto.plugins.default_bucket",
    "multiauth.policies": "basicauth",
}

app = kinto.main({}, config=Configurator(settings=SETTINGS, root_factory=kinto.RouteFactory), **SETTINGS)
