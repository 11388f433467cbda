#!/bin/sh
# Makes sure that MariaDB is there for the tests. On Debian as root it installs
# it; elsewhere it says the one line to run. Nothing is started or configured.
set -eu

PATH="$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/opt/mariadb/bin:/usr/local/opt/mariadb/bin"
if command -v mariadbd >/dev/null; then
	exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "== Installing MariaDB for the tests (apt-get install mariadb-server-core mariadb-client-core)"
	apt-get update -qq
	export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
	apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client-core >/dev/null
	exit 0
fi
install="sudo apt-get install -y --no-install-recommends mariadb-server-core mariadb-client-core"
[ "$(uname)" = Darwin ] && install="brew install mariadb"
if [ "${CI:-}" = true ] || [ "${TALLY_REQUIRE_MARIADB:-}" = 1 ]; then
	echo "MariaDB is missing and CI needs it; install it: $install" >&2
	exit 1
fi
echo "== MariaDB is missing: its tests will be SKIPPED. To run them: $install"
