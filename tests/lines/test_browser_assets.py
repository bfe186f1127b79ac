import hashlib
import json
import re

from callwright.lines.browser import PAGE

WEB = PAGE.parent


def test_the_built_page_belongs_to_its_sources():
    built_from = json.loads((PAGE / "built-from.json").read_text())
    sources = [path for path in (WEB / "src").iterdir()] + [WEB / "index.html"]
    for path in sources:
        name = path.relative_to(WEB).as_posix()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert built_from.get(name) == digest, f"{name} changed: npm ci && npm run build in {WEB}"
    for name in built_from:
        assert (WEB / name).is_file(), f"{name} is gone: npm ci && npm run build in {WEB}"


def test_the_lock_names_packages_and_no_hosts():
    lock = json.loads((WEB / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all("resolved" not in entry for entry in packages.values())
    assert all(entry.get("integrity") for entry in packages.values())


def test_every_bundled_licence_is_a_permissive_one_and_stands_in_full():
    text = (PAGE / "licences.txt").read_text()
    found = re.findall(r"^(\S+) \d+\.\d+\.\d+ \(([\w.-]+)\)$", text, re.MULTILINE)
    assert {"@pipecat-ai/client-js", "@pipecat-ai/small-webrtc-transport"} <= {n for n, _ in found}
    assert {licence for _, licence in found} <= {"MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC"}
    assert len(re.findall(r"^-{70,}$", text, re.MULTILINE)) == len(found) - 1
    for part in re.split(r"^-{70,}$", text, flags=re.MULTILINE):
        assert "copyright" in part.lower()


def test_the_bundle_stays_small():
    assert (PAGE / "app.js").stat().st_size < 300_000
