#!/usr/bin/env bash
# Installs what is missing and starts the machine: ./run.sh [arguments of main.py].
# On a machine without a display it runs one scripted withdrawal and leaves screenshots and a receipt.
set -euo pipefail
cd "$(dirname "$0")"
. packaging/prepare.sh

install_packages
make_server_user
install_requirements run requirements.txt
exec .venv/bin/python main.py "$@"
