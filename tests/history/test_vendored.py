"""The files of others that the site has beside it, in place of the addresses that asv's page names."""

import base64
import hashlib
import re
from pathlib import Path

import asv

from find_mem_leaks.history import vendored

INDEX = (Path(asv.__file__).parent / "www" / "index.html").read_text()
NAMED = dict(re.findall(r'(?:src|href)="(https://[^"]+)" integrity="([^"]+)"', INDEX))
# Minified here, of the next version, or with a copyright in a comment above.
ALTERED = ("jquery.flot.min.js", "jquery.flot.time.min.js", "jquery.flot.selection.min.js",
           "jquery.flot.categories.min.js", "stupidtable.min.js", "md5.min.js")  # fmt: skip


def test_every_address_in_asvs_page_has_a_file_and_its_page_names_no_other_server():
    assert NAMED.keys() == vendored.FILES.keys()
    page = vendored.localized(INDEX)
    assert vendored.foreign(INDEX) == list(vendored.FILES)
    assert vendored.foreign(page) == []
    assert not re.search("integrity|crossorigin|referrerpolicy", page)
    for file in vendored.FILES.values():
        assert page.count(f'"vendor/{file}"') == 1


def test_what_is_not_ours_to_replace_stays_as_it_is():
    other = '<script src="https://code.jquery.com/jquery-4.0.0.min.js" integrity="sha256-x"></script>'
    assert vendored.localized(other) == other
    assert vendored.foreign(other) == ["https://code.jquery.com/jquery-4.0.0.min.js"]
    assert vendored.localized('<script src="asv.js"></script>') == '<script src="asv.js"></script>'


def test_files_that_were_not_altered_are_those_that_asvs_page_vouches_for():
    for address, file in vendored.FILES.items():
        name, _, wanted = NAMED[address].partition("-")
        found = base64.b64encode(hashlib.new(name, (vendored.ASSETS / file).read_bytes()).digest()).decode()
        assert (found == wanted) == (file not in ALTERED), file


def test_each_file_has_its_licence_and_none_asks_for_a_source_map():
    licences = (vendored.ASSETS / "LICENSES.txt").read_text()
    names = {path.name for path in vendored.ASSETS.iterdir()} - {"LICENSES.txt"}
    assert names == set(vendored.FILES.values())
    assert all(re.search(rf"(?<![\w.]){re.escape(name)}\b", licences) for name in names)
    assert not any("sourceMappingURL" in path.read_text() for path in vendored.ASSETS.iterdir())


def test_the_files_are_put_beside_the_page_as_often_as_asked(tmp_path):
    for _ in range(2):
        vendored.copy(tmp_path)
    assert (tmp_path / "vendor" / "jquery.min.js").exists()
    assert (tmp_path / "vendor" / "LICENSES.txt").exists()
