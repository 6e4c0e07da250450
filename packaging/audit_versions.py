"""Asks PyPI's advisories about every pinned version (pip-audit). Exit code 1 when one is known to be vulnerable; where
the service cannot be asked, or does not know a package, that is said and nothing more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ("requirements.txt", "requirements-test.txt")
SECONDS = 120


def main() -> int:
    files = [argument for name in REQUIREMENTS for argument in ("-r", str(PROJECT / name))]
    command = [sys.executable, "-m", "pip_audit", *files, "--disable-pip", "--no-deps", "-f", "json", "--timeout", "5"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, cwd=PROJECT)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("The advisories could not be asked.")
        return 0
    asked = [package for package in packages if "vulns" in package]
    found = [(package["name"], package["version"], flaw["id"]) for package in asked for flaw in package["vulns"]]
    for name, version, flaw in found:
        print(f"{name} {version}: {flaw}")
    print(f"{len(asked)} of {len(packages)} pinned versions were asked about, {len(found)} advisories found.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
