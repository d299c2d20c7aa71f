"""pygeoapi with one collection of 50 points."""

import json
import os
import tempfile
from pathlib import Path

import yaml

folder = Path(tempfile.mkdtemp())
points = [
    {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [number, number]},
        "properties": {"name": f"name {number}"},
    }
    for number in range(50)
]
(folder / "points.json").write_text(json.dumps({"type": "FeatureCollection", "features": points}), encoding="utf-8")
provider = {"type": "feature", "name": "GeoJSON", "data": str(folder / "points.json"), "id_field": "id"}
points_resource = {
    "type": "collection",
    "title": "points",
    "description": "points",
    "keywords": ["points"],
    "links": [],
    "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
    "providers": [provider],
}
about = {"title": "shop", "description": "shop", "keywords": ["shop"], "keywords_type": "theme", "terms_of_service": ""}
settings = {
    "server": {
        "bind": {"host": "127.0.0.1", "port": 80},
        "url": "http://127.0.0.1",
        "mimetype": "application/json; charset=UTF-8",
        "encoding": "utf-8",
        "language": "en-US",
        "limits": {"default_items": 10, "max_items": 50},
        "map": {"url": "", "attribution": ""},
    },
    "logging": {"level": "ERROR"},
    "metadata": {
        "identification": {**about, "url": "http://127.0.0.1"},
        "license": {"name": "x", "url": "http://127.0.0.1"},
        "provider": {"name": "x", "url": "http://127.0.0.1"},
        "contact": {"name": "x", "email": "x@example.com"},
    },
    "resources": {"points": points_resource},
}
(folder / "settings.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
os.environ["PYGEOAPI_CONFIG"] = str(folder / "settings.yml")
os.environ["PYGEOAPI_OPENAPI"] = str(folder / "openapi.yml")

from pygeoapi.openapi import generate_openapi_document

document = generate_openapi_document(folder / "settings.yml", "yaml")
(folder / "openapi.yml").write_text(document, encoding="utf-8")

from pygeoapi.flask_app import APP as app  # noqa: F401, N811 - the same
