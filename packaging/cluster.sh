#!/usr/bin/env bash
# Installs what main.py fleet and the tests of a cluster need besides the machine itself: Galera, rsync, and of the
# package mariadb-server the scripts by which members copy each other. The package itself would start a server of its
# own on this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/prepare.sh

packages=()
[ -e /usr/lib/galera/libgalera_smm.so ] || packages+=(galera-4)
has_program rsync || packages+=(rsync)
has_program ip || packages+=(iproute2)
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"

if ! has_program wsrep_sst_rsync && [ ! -x .cluster/wsrep_sst_rsync ]; then
  say "Fetching MariaDB's scripts for a cluster into .cluster"
  unpacked=$(mktemp -d)
  trap 'rm -rf "$unpacked"' EXIT
  chmod 755 "$unpacked"
  (cd "$unpacked" && apt-get download -qq mariadb-server >&2 && dpkg -x mariadb-server_*.deb .)
  mkdir -p .cluster
  cp "$unpacked"/usr/bin/wsrep_sst_{common,rsync} .cluster/
fi
