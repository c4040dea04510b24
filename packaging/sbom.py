# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""sbom.py VERSION PROGRAM... > carrel.spdx.json

An SPDX 2.3 bill of materials of the built programs: every shared library that the loader would load, with the Debian package,
version and architecture that it comes from. Libraries loaded later (Qt plugins, the Vulkan loader and its drivers) belong to the system.
"""
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import uuid


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def libraries(program):
    """Resolved paths of the shared libraries that `program` needs."""
    return {pathlib.Path(match).resolve() for match in re.findall(r"=> (/\S+) \(0x", output("ldd", program))}


def owner(library):
    """The Debian package of a file. Packages may still name it under the old place, /lib instead of /usr/lib."""
    for name in (str(library), str(library).removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(",")[0]
    sys.exit(f"sbom: no package owns {library}")


def main():
    version, *programs = sys.argv[1:]
    packages = sorted({owner(library) for program in programs for library in libraries(program)})
    elements, relations = [], []
    for program in programs:
        path = pathlib.Path(program)
        identity = f"SPDXRef-Program-{path.name}"
        elements.append({
            "SPDXID": identity, "name": path.name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "licenseConcluded": "GPL-3.0-or-later", "licenseDeclared": "GPL-3.0-or-later", "filesAnalyzed": False,
            "copyrightText": "2026 The Carrel developers", "primaryPackagePurpose": "APPLICATION",
            "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(path.read_bytes()).hexdigest()}]})
        relations.append({"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": identity})
        needed = {owner(library) for library in libraries(program)}
        relations += [{"spdxElementId": identity, "relationshipType": "DYNAMIC_LINK",
                       "relatedSpdxElement": f"SPDXRef-Package-{name.replace(':', '-').replace('+', '-')}"}
                      for name in sorted(needed)]
    for package in packages:
        fields = output("dpkg-query", "--show", "--showformat", "${Package}\t${Version}\t${Architecture}\t${source:Package}",
                        package).split("\t")
        name, package_version, architecture, source = fields
        elements.append({
            "SPDXID": f"SPDXRef-Package-{package.replace(':', '-').replace('+', '-')}", "name": name,
            "versionInfo": package_version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "primaryPackagePurpose": "LIBRARY", "sourceInfo": f"Debian source package {source}",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": f"pkg:deb/debian/{name}@{package_version}?arch={architecture}"}]})
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"carrel-{version}",
        "documentNamespace": f"urn:uuid:{uuid.uuid4()}",
        "creationInfo": {"created": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: carrel-sbom"]},
        "packages": elements, "relationships": relations}, sys.stdout, indent=1)
    print()


main()
