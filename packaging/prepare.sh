# Sourced by run.sh and test.sh: installs what is missing and nothing twice. Says everything on standard error.
#
# Written: the checkout's own .venv, Debian packages where they are missing and we may install them, and, as root, a
# system user for the database server. A second run finds everything and touches no network.

say() { printf '%s\n' "$*" >&2; }

has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_program() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }
has_font() { has_program fc-list && fc-list -q "$1"; }

missing_packages() {
  [ -x /usr/bin/python3 ] || echo python3
  /usr/bin/python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  /usr/bin/python3 -c 'import tkinter' 2>/dev/null || echo python3-tk
  has_program mariadbd || echo mariadb-server-core
  has_program my_print_defaults || echo mariadb-client-core
  has_program mariadb-dump || echo mariadb-client # main.py db backup
  has_library libGL.so.1 || echo libgl1
  has_library libglib-2.0.so.0 || echo libglib2.0-0
  has_library libxcb.so.1 || echo libxcb1
  has_library libfribidi.so.0 || echo libfribidi0 # Pillow loads it to lay out text; so do we, for Arabic
  has_program espeak-ng || echo espeak-ng
  has_program Xvfb || echo xvfb
  has_program fc-match || echo fontconfig
  has_font Inter || echo fonts-inter
  for script in Devanagari Tamil Telugu Arabic; do
    has_font "Noto Sans $script" || { echo fonts-noto-core; break; }
  done
}

# install_packages [PACKAGE…]: those, or else whatever the machine misses.
install_packages() {
  local missing="$*"
  [ -n "$missing" ] || missing=$(missing_packages | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      as_root=(sudo)
    else
      say "These packages are missing, and only an administrator can install them:"
      say "  apt-get install --no-install-recommends $missing"
      exit 1
    fi
  fi
  command -v apt-get >/dev/null 2>&1 || { say "Debian 12 or 13 or Ubuntu 24.04 is needed; missing: $missing"; exit 1; }
  say "Installing: $missing"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing" >&2 || exit 1
}

make_server_user() {
  # MariaDB is never run as root: it gets a system user of its own.
  [ "$(id -u)" = 0 ] || return 0
  id cardless-atm >/dev/null 2>&1 ||
    useradd --system --no-create-home --shell /usr/sbin/nologin cardless-atm >&2 || exit 1
}

# install_requirements NAME FILE…: into .venv, when the files have changed since.
install_requirements() {
  local stamp=".venv/installed-$1" want
  shift
  if ! /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Python 3.11 or newer is needed; this machine has $(/usr/bin/python3 --version)"
    exit 1
  fi
  want=$(cat "$@" packaging/dlib/pyproject.toml | sha256sum | cut -d' ' -f1)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
  [ -x .venv/bin/python ] || /usr/bin/python3 -m venv .venv >&2 || exit 1
  say "Installing the Python packages into .venv"
  local file files=()
  for file in "$@"; do files+=(-r "$file"); done
  .venv/bin/python -m pip install --quiet --disable-pip-version-check "${files[@]}" >&2 || exit 1
  .venv/bin/python -m pip check >&2 || exit 1
  printf '%s' "$want" > "$stamp"
}
