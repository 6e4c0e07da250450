#!/usr/bin/env bash
# Installs what is missing and checks everything: ./test.sh [arguments of pytest]. --all adds the slow tests;
# --soak runs the long ones instead.
set -euo pipefail
cd "$(dirname "$0")"
. packaging/prepare.sh

install_packages
has_program tesseract || install_packages tesseract-ocr # reads the screens off the glass
packaging/cluster.sh || say "No cluster: the tests that want one skip, and say so."
make_server_user
install_requirements run requirements.txt
install_requirements test requirements.txt requirements-test.txt
export PATH="$PWD/.venv/bin:$PATH"

tier=(-m "not slow and not soak")
case "${1:-}" in
  --all)
    tier=(-m "not soak")
    shift
    ;;
  --soak)
    tier=(-m soak)
    shift
    ;;
esac

echo "== ruff"
ruff check .
ruff format --check .
echo "== mypy"
mypy
echo "== import-linter"
lint-imports
echo "== pip-audit"
python packaging/audit_versions.py
echo "== pytest"
# Three test files at a time on two cores, because a test waits about half its time; whole files stay together, because
# they share a machine or a window; the longest first.
exec python -m pytest -n 3 --dist loadfile --no-loadscope-reorder "${tier[@]}" "$@"
