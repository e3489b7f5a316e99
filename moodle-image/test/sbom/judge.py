"""Judges an image's bill of materials by what did not write it.

Usage: judge.py <root file system>; prints what is wrong as a JSON list

The schema of CycloneDX is judged by the library of the CycloneDX project, package addresses by the purl project's, Debian's packages by
dpkg's own status file, and Moodle's libraries by an XML parser. Both directions: what is listed and not there is as wrong as the opposite.
"""

import json
import pathlib
import sys
from xml.etree import ElementTree

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

root = pathlib.Path(sys.argv[1])
text = (root / "opt/moodle/sbom.cdx.json").read_text("utf-8")
problems = []

error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if error is not None:
    problems.append(f"schema: {str(error.data)[:500]}")
components = json.loads(text)["components"]


def compare(what, listed, there):
    problems.extend(f"{what}: {one} is listed and not there" for one in sorted(listed - there))
    problems.extend(f"{what}: {one} is there and not listed" for one in sorted(there - listed))


packages = set()
for component in components:
    if "purl" in component:
        purl = PackageURL.from_string(component["purl"])
        if (purl.type, purl.namespace, purl.name, purl.version) != ("deb", "debian", component["name"], component["version"]):
            problems.append(f"purl: {component['purl']} is not {component['name']} {component['version']}")
        packages.add((purl.name, purl.version, purl.qualifiers.get("arch")))
installed = set()
for entry in (root / "var/lib/dpkg/status").read_text("utf-8").split("\n\n"):
    fields = dict(line.split(": ", 1) for line in entry.splitlines() if ": " in line and not line.startswith(" "))
    if fields.get("Status", "").endswith(" installed"):
        installed.add((fields["Package"], fields["Version"], fields["Architecture"]))
compare("Debian package", packages, installed)

moodle = root / "var/www/moodle"
listed = {
    (component["name"], component["version"], entry["value"])
    for component in components
    for entry in component.get("properties", [])
    if entry["name"] == "moodle:location"
}
libraries = set()
for file in moodle.rglob("thirdpartylibs.xml"):
    for library in ElementTree.parse(file).getroot().iter("library"):
        value = {tag: (library.findtext(tag) or "").strip() for tag in ("name", "version", "location")}
        place = f"{file.parent.relative_to(moodle)}/{value['location']}"
        libraries.add((value["name"], value["version"], place))
compare("library of Moodle", listed, libraries)
if len(packages) == 0:
    problems.append("no Debian package is listed")
json.dump(problems, sys.stdout)
